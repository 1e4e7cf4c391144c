# SPDX-License-Identifier: MIT
#
# The picture `delay`: how late the beats on the loop were served, as one curve of percentiles for
# each method and one for the idle control. The percentiles have equal space for each further
# nine, as in the plots of HdrHistogram, because the hazard is in the last few percent.
#
#     gnuplot -e "dir='results/latest'; cache='cold'" plots/delay.gp
#
# reads loop_delay.csv, trials.csv, summary.csv and machine.csv in `dir`, writes delay-cold.svg and
# delay-cold.png there, or into the folder `out`, and fails if there are no beats.

picture = "delay"
if (!exists("plots")) {
    plots = exists("ARG0") ? ARG0[1 : strlen(ARG0) - strlen(picture.".gp")]."." : "plots"
}
load plots."/style.gp"
load plots."/results.gp"

# ---- The curves -------------------------------------------------------------------------------

eval need(trials, "order status")
eval need(beats, "trial time_s delay_s")
no_beats = beats.": no beats of a trial with a ".cache." cache"
curve_tables = system(beats_of("")." | LC_ALL=C sort -t , -k 1,1 -k 5,5n | ". \
                      awk("percentiles.awk", ""))
if (strlen(curve_tables) == 0) { eval given_up(no_beats) }
set print $curves
print curve_tables
unset print

# What is drawn, and the end of each curve: its longest beat. The few shortest beats say nothing
# and get no space of their own.
names = ""
last_method = ""
array end_nines[words(methods) + 1]
array end_ms[words(methods) + 1]
most_nines = 1
least_ms = 1
most_ms = 1
note(method, nines, ms) = (names = index_of(method, names) ? names : names." ".method, \
    end_nines[words(names)] = nines, end_ms[words(names)] = ms, \
    most_nines = nines > most_nines ? nines : most_nines, \
    least_ms = nines > 0.05 && ms < least_ms ? ms : least_ms, most_ms = ms > most_ms ? ms : most_ms)
set table $unused
plot $curves using (strcol("method") eq "method" ? 0 : \
    note(strcol("method"), column("nines"), column("delay_ms"))) with table
unset table
curves = words(names)
if (names eq " idle") { eval given_up(no_beats) }

# ---- Layout -----------------------------------------------------------------------------------

picture_title = "Loop delay, ".scan_text.", ".trials_text
curve_name(name) = name eq "idle" ? "idle control" : name
curve_colour(name) = name eq "idle" ? 0x888888 : method_colour(name)
curve_dash(name) = name eq "idle" ? 2 : method_dash(name)
curve_point(name) = name eq "idle" ? 7 : method_point(name)

names_width = 0
do for [name in names] {
    width = text_width(curve_name(name))
    names_width = width > names_width ? width : names_width
}
label_gap = 18
plot_left = left_edge + 62
plot_right = picture_width - names_width - 48
plot_top = heading_height(picture_subtitle) + 32
plot_height = curves * label_gap > 340 ? curves * label_gap : 340
plot_bottom = plot_top + plot_height
picture_height = plot_bottom + 62

eval heading
eval plot_area(plot_left, plot_right, plot_top, plot_bottom)
set label "loop delay" at screen from_left(left_edge), from_top(plot_top - 18) left \
    textcolor rgb quiet_colour
set xlabel "percentile of the beats" textcolor rgb quiet_colour

set xrange [0 : most_nines]
set xtics ("0 %%" 0, "50 %%" log10(2), "90 %%" 1, "99 %%" 2)
do for [k = 3 : int(most_nines)] {
    set xtics add (sprintf("%.".(k - 2)."f %%%%", 100 - 10.0**(2 - k)) k)
}

# A delay shorter than the axis shows is drawn on it.
low = floor(log10(least_ms > 0.001 ? least_ms : 0.001))
high = ceil(log10(most_ms))
set yrange [10.0**low : 10.0**high]
set logscale y
set grid ytics
set ytics () scale 0
do for [k = low : high] { set ytics add (delay_text(10.0**k) 10.0**k) }
drawn_ms(ms) = ms > 10.0**low ? ms : 10.0**low

# ---- Labels -----------------------------------------------------------------------------------
# Each curve has its name to the right of its end; names that would overlap push each other apart.

height_of(ms) = plot_bottom - (log10(drawn_ms(ms)) - low) / (high - low) * plot_height
array order[curves]             # from the top down
array label_y[curves]
do for [i = 1 : curves] {
    above = sum [k = 1:curves] (end_ms[k] > end_ms[i] || (end_ms[k] == end_ms[i] && k < i))
    order[above + 1] = i
    label_y[i] = height_of(end_ms[i])
}
do for [round = 1 : 300] {
    do for [k = 1 : curves - 1] {
        overlap = label_gap - (label_y[order[k + 1]] - label_y[order[k]])
        if (overlap > 0) {
            label_y[order[k]] = label_y[order[k]] - overlap / 2.0
            label_y[order[k + 1]] = label_y[order[k + 1]] + overlap / 2.0
        }
    }
}
do for [k = 1 : curves] {
    i = order[k]
    name = word(names, i)
    uppermost = plot_top + (k - 1) * label_gap
    lowermost = plot_bottom - (curves - k) * label_gap
    label_y[i] = label_y[i] < uppermost ? uppermost : \
                 label_y[i] > lowermost ? lowermost : label_y[i]
    set arrow from first end_nines[i], first drawn_ms(end_ms[i]) \
        to first most_nines, first drawn_ms(end_ms[i]) \
        nohead linewidth 0.7 linecolor rgb curve_colour(name)
    set arrow from first most_nines, first drawn_ms(end_ms[i]) \
        to screen from_left(plot_right + 24), from_top(label_y[i]) \
        nohead linewidth 0.7 linecolor rgb curve_colour(name)
    set label "" at first end_nines[i], first drawn_ms(end_ms[i]) \
        point pointtype curve_point(name) pointsize 0.7 linecolor rgb curve_colour(name)
    set label curve_name(name) at screen from_left(plot_right + 30), from_top(label_y[i]) left \
        textcolor rgb ink_colour
}

# ---- Drawing ----------------------------------------------------------------------------------

do for [format in picture_formats] {
    eval picture_terminal(format)
    set output out."/delay-".cache.".".format
    plot for [i = 1 : curves] $curves index i - 1 \
             using (column("nines")):(drawn_ms(column("delay_ms"))) with lines linewidth 2 \
             dashtype curve_dash(word(names, i)) linecolor rgb curve_colour(word(names, i)) notitle
    unset output
}
