# SPDX-License-Identifier: MIT
#
# The picture `loop`: what the loop's thread did while the file set was scanned, one bar for each method
# and one for the idle control. style.gp comes first, and draws all of it.

do for [format in picture_formats] {
    eval picture_begin(format)
    eval panel_commands[1]
    unset ytics                 # the rows have names
    plot NaN notitle
    eval picture_end
}
