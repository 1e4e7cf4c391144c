# SPDX-License-Identifier: MIT
#
# The picture `clients`: the delay of the loop during one scan as its beats and as its clients saw it, one
# panel for each method. style.gp comes first.

# Two colours of Paul Tol's muted scheme; what clients saw lies over the beats.
mark_colour(name) = name eq "beats" ? 0x88CCEE : 0x882255
mark_point(name) = 5

lowest_ms(k) = y_value[corner[k]]
array corner[panels]            # where each panel's lower left corner stands
do for [i = 1 : placed] { if (what[i] eq "from") { corner[panel[i]] = i } }

shown(name) = sprintf('(strcol("method") eq "%s" ? column("delay_ms") : NaN)', name)
beats = shown("beats")
clients = shown("clients")

do for [format in picture_formats] {
    eval picture_begin(format)
    do for [k = 1 : panels] {
        eval panel_commands[k]
        if (k < panels) { unset border; set xtics scale 0 } \
        else { set border 1 linecolor rgb quiet_colour; set xtics scale 0.5 }
        plot for [i = first_curve[k] : last_curve[k]] csv every ::curve_first[i]::curve_last[i] \
                 using "time_s":(lowest_ms(k)):@beats \
                 with filledcurves linecolor rgb mark_colour("beats") notitle, \
             for [i = first_curve[k] : last_curve[k]] csv every ::curve_first[i]::curve_last[i] \
                 using "time_s":@clients \
                 with lines linewidth 1 linecolor rgb mark_colour("clients") notitle
    }
    eval picture_end
}
