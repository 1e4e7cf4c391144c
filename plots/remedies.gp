# SPDX-License-Identifier: MIT
#
# The picture `remedies`: every method is a point, its time against the loop delay that it costs, with
# a panel for each cache state. style.gp comes first.

set grid ytics

do for [format in picture_formats] {
    eval picture_begin(format)
    do for [k = 1 : panels] {
        eval panel_commands[k]
        plot for [i = first_curve[k] : last_curve[k]] csv every ::curve_first[i]::curve_last[i] \
                 using "median_low_s":"delay_ms":(column("median_high_s") - column("median_low_s")):(0) \
                 with vectors nohead linewidth 1.5 \
                 linecolor rgb method_colour(curve_method[i]) notitle, \
             for [i = first_curve[k] : last_curve[k]] csv every ::curve_first[i]::curve_last[i] \
                 using "median_s":"delay_ms":"size" \
                 with points pointtype method_point(curve_method[i]) pointsize variable \
                 linecolor rgb method_colour(curve_method[i]) notitle
    }
    eval picture_end
}
