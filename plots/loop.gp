# SPDX-License-Identifier: MIT
#
# The picture `loop`: what the loop's thread did while the file set was scanned, as shares of the
# elapsed time, one bar for each method and one for the idle control. A loop that can serve others is
# polling.
#
#     gnuplot -e "dir='results/latest'; cache='cold'" plots/loop.gp
#
# reads summary.csv, trials.csv and machine.csv in `dir`, writes loop-cold.svg and loop-cold.png
# there, or into the folder `out`, and fails if no method has shares.

picture = "loop"
if (!exists("plots")) {
    plots = exists("ARG0") ? ARG0[1 : strlen(ARG0) - strlen(picture.".gp")]."." : "plots"
}
load plots."/style.gp"
load plots."/results.gp"

# ---- The shares -------------------------------------------------------------------------------
# In percent, one row for each method of the summary; then the idle control, if it was measured.

eval need(summary, "loop_poll_share loop_cpu_share loop_stalled_share")
rows = words(methods)
names = methods
array poll[rows + 1]
array cpu[rows + 1]
array stalled[rows + 1]
measured = 0
widest = 100
note(i, p, c, s) = (poll[i] = p, cpu[i] = c, stalled[i] = s, p + c + s >= 0 ? \
    (measured = measured + 1, widest = p + c + s > widest ? p + c + s : widest) : 0)
set table $unused
plot summary using (@here ? note(@row, 100 * number("loop_poll_share"), \
    100 * number("loop_cpu_share"), 100 * number("loop_stalled_share")) : 0) with table
unset table
if (measured == 0) { eval given_up(summary.": no loop figures with a ".cache." cache") }

idle_text(key) = machine("idle_".key."_s")
idle_percent(key) = 100 * real(idle_text(key)) / real(idle_text("elapsed"))
if (strlen(idle_text("elapsed")) > 0 && strlen(idle_text("loop_poll")) > 0 && \
    strlen(idle_text("loop_cpu")) > 0 && strlen(idle_text("loop_stalled")) > 0) {
    rows = rows + 1
    dummy = note(rows, idle_percent("loop_poll"), idle_percent("loop_cpu"), \
                 idle_percent("loop_stalled"))
}
has_idle = rows > words(methods)
row_name(i) = i > words(methods) ? "idle control" : word(methods, i)

# ---- Layout -----------------------------------------------------------------------------------

row_height = 30
bar = 0.34                      # half of its height, in rows
names_width = 0
do for [i = 1 : rows] {
    width = text_width(row_name(i))
    names_width = width > names_width ? width : names_width
}
plot_left = left_edge + names_width + 12
legend_top = heading_height(picture_subtitle) + 17
plot_top = legend_top + 17
plot_bottom = plot_top + (rows + (has_idle ? 0.4 : 0)) * row_height
picture_height = plot_bottom + 62

picture_title = "The loop thread's time, ".scan_text.", ".trials_text
eval heading
eval plot_area(plot_left, right_edge, plot_top, plot_bottom)

# The parts can add up to a little more than the elapsed time: a wait for a CPU after a poll counts
# as polling. The bar is then as much too long.
set xrange [0 : widest]
set yrange [rows + 0.5 + (has_idle ? 0.4 : 0) : 0.5]
set xtics 20 format "%g %%"
set xlabel "share of the elapsed time" textcolor rgb quiet_colour
set ytics () scale 0
row_y(i) = i + (i > words(methods) ? 0.4 : 0)
do for [i = 1 : rows] { set ytics add (row_name(i) row_y(i)) }
if (has_idle) {
    set arrow from graph 0, first rows - 0.3 to graph 1, first rows - 0.3 \
        nohead back linewidth 1 linecolor rgb quiet_colour
}

# Three colours of Paul Tol's muted scheme, from quiet to loud.
state_about = "'polling for events' 'on a CPU' 'stalled: neither'"
array state_colour[3] = [0xD5D9DE, 0x44AA99, 0x882255]
array state_ink[3] = [ink_colour, ink_colour, 0xFFFFFF]

legend_x = plot_left
do for [k = 1 : 3] {
    set object rectangle from screen from_left(legend_x), from_top(legend_top + 6) \
        to screen from_left(legend_x + 18), from_top(legend_top - 6) \
        fillstyle solid noborder fillcolor rgb state_colour[k]
    set label word(state_about, k) at screen from_left(legend_x + 26), from_top(legend_top) left \
        textcolor rgb ink_colour
    legend_x = legend_x + 60 + 7 * strlen(word(state_about, k))
}

# ---- Bars -------------------------------------------------------------------------------------

width_of(percent) = percent / widest * (right_edge - plot_left)
do for [i = 1 : rows] {
    if (!(poll[i] + cpu[i] + stalled[i] >= 0)) {
        set label "no measurement" at first 0, first row_y(i) left offset 1, 0 \
            textcolor rgb quiet_colour
        continue
    }
    start = 0
    do for [k = 1 : 3] {
        share = k == 1 ? poll[i] : k == 2 ? cpu[i] : stalled[i]
        value = sprintf("%.0f %%", share)
        set object rectangle from first start, first row_y(i) - bar \
            to first start + share, first row_y(i) + bar \
            front fillstyle solid noborder fillcolor rgb state_colour[k]
        if (width_of(share) > text_width(value) + 6) {
            set label value at first start + share / 2.0, first row_y(i) center front \
                textcolor rgb state_ink[k]
        }
        start = start + share
    }
}

# ---- Drawing ----------------------------------------------------------------------------------

do for [format in picture_formats] {
    eval picture_terminal(format)
    set output out."/loop-".cache.".".format
    plot NaN notitle
    unset output
}
