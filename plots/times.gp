# SPDX-License-Identifier: MIT
#
# The picture `times`: every trial is a dot, every method a row. style.gp comes first.

# Only the ways to the bytes are told apart; the text of a trial is its way.
io_colour(io) = io eq "read" ? 0x0072B2 : io eq "mmap" ? 0xD55E00 : io eq "sendfile" ? 0x009E73 : \
    io eq "range" ? 0xCC79A7 : io eq "splice" ? 0x9A7D0A : ink_colour
mark_colour(io) = io_colour(io)
mark_point(io) = 7
mark_size = 0.8
dot_colour(io) = translucent(io_colour(io))

is_trial = '(strcol("what") eq "trial" ? column("time_s") : NaN)'

do for [format in picture_formats] {
    eval picture_begin(format)
    eval panel_commands[1]
    unset ytics                 # the rows have names
    plot csv every ::placed using @is_trial:"row":"size":(dot_colour(strcol("text"))) \
        with points pointtype 7 pointsize variable linecolor rgb variable notitle
    eval picture_end
}
