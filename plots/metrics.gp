# SPDX-License-Identifier: MIT
#
# The picture `metrics`: what each metric of a loop told of the same scans, a row for each metric and a
# panel for each method. style.gp comes first.

mark_colour(name) = name eq "p50" ? 0x88CCEE : name eq "p99" ? 0x332288 : 0x882255
mark_point(name) = name eq "p50" ? 7 : name eq "p99" ? 13 : 9
mark_size = 1

is_here = '(strcol("what") eq figure && column("panel") == k)'

do for [format in picture_formats] {
    eval picture_begin(format)
    do for [k = 1 : panels] {
        eval panel_commands[k]
        unset ytics                 # the rows have names
        plot for [figure in "p50 p99 max"] csv every ::placed \
            using (@is_here ? number("delay_ms") : NaN):"row" \
            with points pointtype mark_point(figure) pointsize mark_size \
            linecolor rgb mark_colour(figure) notitle
    }
    eval picture_end
}
