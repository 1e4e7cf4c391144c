# SPDX-License-Identifier: MIT
#
# The picture `times`: every trial is a dot, every method a row, and a tick marks its median. With
# a cold cache a line marks the time that the device alone would need.
#
#     gnuplot -e "dir='results/latest'; cache='cold'" plots/times.gp
#
# reads trials.csv, summary.csv and machine.csv in `dir`, writes times-cold.svg and
# times-cold.png there, or into the folder `out`, and fails if there is no measurement in that
# cache state. Where gnuplot does not tell a script its own path, the folder is given too:
# -e "plots='/path/to/plots'".

picture = "times"
if (!exists("plots")) {
    plots = exists("ARG0") ? ARG0[1 : strlen(ARG0) - strlen(picture.".gp")]."." : "plots"
}
load plots."/style.gp"
load plots."/results.gp"

rows = words(methods)
time = '('.is_drawn.' ? column("elapsed_s") : NaN)'
median = '('.here.' && column("n") > 0 ? column("median_s") : NaN)'

# ---- The device limit -------------------------------------------------------------------------

# It is drawn where it does not squeeze the trials into a corner, else only said.
bandwidth = machine("device_read_bandwidth_bytes_per_s")
scan_bytes = 0
if (cache eq "cold" && strlen(bandwidth) > 0 && has_column(trials, "bytes")) {
    set table $unused
    plot trials using (@is_drawn && column("bytes") > scan_bytes ? \
        (scan_bytes = column("bytes")) : 0) with table
    unset table
}
limit = scan_bytes > 0 && real(bandwidth) > 0 ? scan_bytes / real(bandwidth) : 0
limit_text = limit > 0 ? "device limit ".seconds_text(limit) : ""
limit_is_drawn = limit > 0 && limit < 2 * longest

# ---- Layout -----------------------------------------------------------------------------------

# The dots lie a little below the middle of their row and the median's value stands above them.
row_height = 52
dots_down = 0.12
value_up = 0.29
dot_size = drawn > 50 * rows ? 0.5 : 0.7

names_width = 0
ios = ""
do for [method in methods] {
    names_width = text_width(method) > names_width ? text_width(method) : names_width
    ios = index_of(method_io(method), ios) ? ios : ios." ".method_io(method)
}
plot_left = left_edge + names_width + 12
legend_top = heading_height(picture_subtitle) + 17
plot_top = legend_top + (limit_is_drawn ? 38 : 17)
plot_bottom = plot_top + rows * row_height
picture_height = plot_bottom + 62

picture_title = "Time to scan ".scan_text.", ".trials_text
eval heading

eval plot_area(plot_left, right_edge, plot_top, plot_bottom)
x_end = 1.04 * (limit_is_drawn && limit > longest ? limit : longest)
set xrange [0 : x_end]
set yrange [rows + 0.5 : 0.5]
set xlabel "seconds" textcolor rgb quiet_colour
set ytics () scale 0
do for [i = 1 : rows] {
    set ytics add (word(methods, i) i + dots_down)
    set arrow from graph 0, first i - 0.5 to graph 1, first i - 0.5 \
        nohead back linewidth 1 linecolor rgb grid_colour
}

# The legend stands above the plot, where no dot can be.
legend_x = plot_left + 8
legend_y = from_top(legend_top)
do for [io in ios] {
    set label "" at screen from_left(legend_x), legend_y \
        point pointtype 7 pointsize 0.8 linecolor rgb io_colour(io)
    set label io at screen from_left(legend_x + 10), legend_y left textcolor rgb ink_colour
    legend_x = legend_x + 42 + text_width(io)
}
set arrow from screen from_left(legend_x), from_top(legend_top - 9) \
    to screen from_left(legend_x), from_top(legend_top + 9) \
    nohead linewidth 2 linecolor rgb 0x000000
set label "median" at screen from_left(legend_x + 10), legend_y left textcolor rgb ink_colour

# The limit has its label between the legend and the plot, or beyond the legend when it is too far.
if (limit_is_drawn) {
    limit_x = plot_left + limit / x_end * (right_edge - plot_left)
    half = text_width(limit_text) / 2
    text_x = limit_x - half < plot_left ? plot_left + half : \
             limit_x + half > right_edge ? right_edge - half : limit_x
    set arrow from first limit, graph 0 to screen from_left(limit_x), from_top(plot_top - 5) \
        nohead back dashtype 2 linewidth 1.5 linecolor rgb quiet_colour
    set label limit_text at screen from_left(text_x), from_top(plot_top - 14) center \
        textcolor rgb quiet_colour
}
if (limit > 0 && !limit_is_drawn) {
    set label limit_text." is off the scale" \
        at screen from_left(legend_x + 42 + text_width("median")), legend_y left \
        textcolor rgb quiet_colour
}

# ---- Drawing ----------------------------------------------------------------------------------

# The paper under a value keeps it clear of the lines behind it.
set style textbox opaque margins 0.3, 0.1 fillcolor rgb 0xFFFFFF noborder

# Labels are set and not plotted: gnuplot 5.4 crashes on plotted labels when none has a place.
array medians[rows]
set table $unused
plot summary using (@row && @here ? (medians[@row] = column("n") > 0 ? column("median_s") : 0) : 0) \
    with table
unset table
do for [i = 1 : rows] {
    if (medians[i] > 0) {
        set label seconds_text(medians[i]) at first medians[i], first i - value_up center boxed front \
            textcolor rgb ink_colour
    } else {
        set label "no measurement" at first 0, first i + dots_down left offset 1, 0 \
            textcolor rgb quiet_colour
    }
}

dot_colour(method) = translucent(io_colour(method_io(method)))
jitter(height) = height * (rand(0) - 0.5)

do for [format in picture_formats] {
    eval picture_terminal(format)
    set output out."/times-".cache.".".format
    seed = rand(1)              # The jitter is the same in every picture.
    plot trials using @time:(@row + dots_down + jitter(0.4)):(dot_colour(strcol("method"))) \
             with points pointtype 7 pointsize dot_size linecolor rgb variable notitle, \
         summary using @median:(@row + dots_down - 0.26):(0):(0.52) \
             with vectors nohead linewidth 2 linecolor rgb 0x000000 notitle
    unset output
}
