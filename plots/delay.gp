# SPDX-License-Identifier: MIT
#
# The picture `delay`: how late the beats on the loop were served, as one curve of percentiles for each
# method and one for the idle control. style.gp comes first.

set grid ytics

do for [format in picture_formats] {
    eval picture_begin(format)
    eval panel_commands[1]
    plot for [i = 1 : curves] csv every ::curve_first[i]::curve_last[i] using "nines":"delay_ms" \
        with lines linewidth 2 dashtype method_dash(curve_method[i]) \
        linecolor rgb method_colour(curve_method[i]) notitle
    eval picture_end
}
