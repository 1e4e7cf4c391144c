# SPDX-License-Identifier: MIT
#
# The picture `timeline`: how late each beat on the loop was served during one scan, one panel for each
# async-* method. style.gp comes first.

lowest_ms(k) = y_value[corner[k]]
array corner[panels]            # where each panel's lower left corner stands
do for [i = 1 : placed] { if (what[i] eq "from") { corner[panel[i]] = i } }

do for [format in picture_formats] {
    eval picture_begin(format)
    do for [k = 1 : panels] {
        eval panel_commands[k]
        if (k < panels) { unset border; set xtics scale 0 } \
        else { set border 1 linecolor rgb quiet_colour; set xtics scale 0.5 }
        plot for [i = first_curve[k] : last_curve[k]] csv every ::curve_first[i]::curve_last[i] \
                 using "time_s":(lowest_ms(k)):"delay_ms" \
                 with filledcurves linecolor rgb faint(method_colour(curve_method[i])) notitle, \
             for [i = first_curve[k] : last_curve[k]] csv every ::curve_first[i]::curve_last[i] \
                 using "time_s":"delay_ms" \
                 with lines linewidth 1 linecolor rgb method_colour(curve_method[i]) notitle
    }
    eval picture_end
}
