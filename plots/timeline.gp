# SPDX-License-Identifier: MIT
#
# The picture `timeline`: how late each beat on the loop was served during one scan, one panel for
# each async-* method, of its trial with the median time (the lower of two). A loop that blocks shows
# as a ramp: what fell due first has waited longest.
#
#     gnuplot -e "dir='results/latest'; cache='cold'" plots/timeline.gp
#
# reads loop_delay.csv, trials.csv, summary.csv and machine.csv in `dir`, writes timeline-cold.svg
# and timeline-cold.png there, or into the folder `out`, and fails if there are no such beats.

picture = "timeline"
if (!exists("plots")) {
    plots = exists("ARG0") ? ARG0[1 : strlen(ARG0) - strlen(picture.".gp")]."." : "plots"
}
load plots."/style.gp"
load plots."/results.gp"

# ---- The beats --------------------------------------------------------------------------------

eval need(trials, "order status")
eval need(beats, "trial time_s delay_s")

# About as many steps as the picture has pixels.
longest_median = 0
set table $unused
plot summary using (@here && strstrt(strcol("method"), "async-") == 1 && \
    column("median_s") > longest_median ? (longest_median = column("median_s")) : 0) with table
unset table
step_setting = sprintf("-v step_s=%.9f ", longest_median > 0 ? longest_median / 600 : 1)
beat_tables = system(beats_of("-v median=1")." | ".awk("timeline.awk", step_setting))
if (strlen(beat_tables) == 0) {
    eval given_up(beats.": no beats of an async-* trial with a ".cache." cache")
}
set print $beats
print beat_tables
unset print

# What is drawn, in the order of the summary, and where it stands in $beats.
found = ""
array end_s[words(methods)]
array longest_ms[words(methods)]
span = 0
most_ms = 1
note(method, elapsed, ms) = (index_of(method, found) ? 0 : (found = found." ".method, \
    longest_ms[words(found)] = 0), \
    end_s[words(found)] = elapsed, span = elapsed > span ? elapsed : span, \
    longest_ms[words(found)] = ms > longest_ms[words(found)] ? ms : longest_ms[words(found)], \
    most_ms = ms > most_ms ? ms : most_ms)
set table $unused
plot $beats using (strcol("method") eq "method" ? 0 : \
    note(strcol("method"), column("elapsed_s"), column("delay_ms"))) with table
unset table
panels = words(found)
names = ""
do for [method in methods] { if (index_of(method, found)) { names = names." ".method } }

# ---- Layout -----------------------------------------------------------------------------------
# All panels lie in one plot: panel 1 from 0 down to -1 and so on, of which its name takes the upper
# part. Delays are drawn from 0.01 ms; a shorter one is drawn there.

low = -2
high = ceil(log10(most_ms))
decade_height = 19
name_height = 30
panel_height = name_height + (high - low) * decade_height
y_of(panel, ms) = -panel + (log10(ms > 10.0**low ? ms : 10.0**low) - low) * \
    decade_height / real(panel_height)

picture_title = "Loop delay during one scan of ".scan_text.", ".cache." cache"
picture_subtitle = picture_subtitle.(strlen(picture_subtitle) > 0 ? "\n" : ""). \
    "Beats in the trial with the median time of its method; a line marks the end of the scan"
plot_left = left_edge + 62
plot_top = heading_height(picture_subtitle) + 6
plot_bottom = plot_top + panels * panel_height
picture_height = plot_bottom + 62
end_width = 70                  # for the time at the end of the longest scan

eval heading
eval plot_area(plot_left, right_edge, plot_top, plot_bottom)

set xrange [0 : span * (right_edge - plot_left) / (right_edge - plot_left - end_width)]
set yrange [-panels : 0]
set xlabel "seconds since the start of the scan" textcolor rgb quiet_colour
set ytics () scale 0
do for [panel = 1 : panels] {
    name = word(names, panel)
    i = index_of(name, found)
    do for [k = low : high] {
        if (k % 2 == 0) { set ytics add (delay_text(10.0**k) y_of(panel, 10.0**k)) }
        set arrow from graph 0, first y_of(panel, 10.0**k) to graph 1, first y_of(panel, 10.0**k) \
            nohead back linewidth 1 linecolor rgb grid_colour
    }
    set object rectangle from screen from_left(plot_left - 3), first y_of(panel, 10.0**high) \
        to graph 1, first 1 - panel back fillstyle solid noborder fillcolor rgb 0xFFFFFF
    set label name at graph 0, first 1 - panel offset 0, -1.1 left font "sans-serif Bold,13" \
        textcolor rgb ink_colour
    set arrow from first end_s[i], first -panel to first end_s[i], first y_of(panel, 10.0**high) \
        nohead front linewidth 1 linecolor rgb ink_colour
    set label seconds_text(end_s[i]) at first end_s[i], first y_of(panel, 10.0**(high - 0.5)) \
        offset 0.7, 0 left textcolor rgb ink_colour
}

# ---- Drawing ----------------------------------------------------------------------------------

do for [format in picture_formats] {
    eval picture_terminal(format)
    set output out."/timeline-".cache.".".format
    plot for [panel = 1 : panels] $beats index index_of(word(names, panel), found) - 1 \
             using (column("time_s")):(-panel):(y_of(panel, column("delay_ms"))) \
             with filledcurves linecolor rgb faint(method_colour(word(names, panel))) notitle, \
         for [panel = 1 : panels] $beats index index_of(word(names, panel), found) - 1 \
             using (column("time_s")):(y_of(panel, column("delay_ms"))) \
             with lines linewidth 1 linecolor rgb method_colour(word(names, panel)) notitle
    unset output
}
