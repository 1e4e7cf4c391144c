# SPDX-License-Identifier: MIT
#
# The picture `storage`: how the time of a scan and its p99 loop delay grow with the latency of the
# storage, as one curve for each method. style.gp comes first.

set grid ytics

# The width of each curve's line stands in each of its rows.
array line_width[curves + 1]
set table $unused
plot for [i = 1 : curves] csv every ::curve_first[i]::curve_last[i] \
    using (line_width[i] = column("line_width")) with table
unset table

do for [format in picture_formats] {
    eval picture_begin(format)
    do for [k = 1 : panels] {
        eval panel_commands[k]
        plot for [i = first_curve[k] : last_curve[k]] csv every ::curve_first[i]::curve_last[i] \
                 using "latency_s":(number("value_ms")) with lines linewidth line_width[i] \
                 dashtype method_dash(curve_method[i]) \
                 linecolor rgb method_colour(curve_method[i]) notitle, \
             for [i = first_curve[k] : last_curve[k]] csv every ::curve_first[i]::curve_last[i] \
                 using "latency_s":(number("low_ms")):(0):(number("high_ms") - number("low_ms")) \
                 with vectors nohead linewidth 1.5 \
                 linecolor rgb method_colour(curve_method[i]) notitle, \
             for [i = first_curve[k] : last_curve[k]] csv every ::curve_first[i]::curve_last[i] \
                 using "latency_s":(number("value_ms")):"size" \
                 with points pointtype method_point(curve_method[i]) pointsize variable \
                 linecolor rgb method_colour(curve_method[i]) notitle
    }
    eval picture_end
}
