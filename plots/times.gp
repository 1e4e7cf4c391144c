# SPDX-License-Identifier: MIT
#
# The picture `times`: every trial is a dot, every method a row, and a tick marks its median.
#
#     gnuplot -e "dir='results/latest'; cache='cold'" plots/times.gp
#
# reads trials.csv, summary.csv and machine.csv in `dir`, writes times-cold.svg and
# times-cold.png there, and fails if there is no measurement in that cache state. Where gnuplot
# does not tell a script its own path, the folder is given too: -e "plots='/path/to/plots'".

if (!exists("dir") || !exists("cache")) {
    print "times.gp: set dir and cache, as in -e \"dir='results/latest'; cache='cold'\""
    exit status 2
}
if (!exists("plots") && exists("ARG0")) {
    plots = ARG0[1 : strlen(ARG0) - strlen("times.gp")]."."
}
if (!exists("out")) { out = dir }
if (!exists("plots")) { plots = "plots" }
load plots."/style.gp"

trials = dir."/trials.csv"
summary = dir."/summary.csv"

# ---- What is there ----------------------------------------------------------------------------

# The summary gives the rows of the picture and their order.
methods = ""
set table $unused
plot summary using (strcol("cache") eq cache ? \
    (methods = methods." ".strcol("method"), 0) : 0) with table
unset table
rows = words(methods)

# What is asked of the row being read, as text that @ puts into a plot command. A trial that is
# not ok is no measurement: it is not drawn, and the title says so.
status = has_column(trials, "status") ? 'strcol("status")' : '"ok"'
here = 'strcol("cache") eq cache'
row = '(index_of(strcol("method"), methods))'
is_left_out = here.' && '.status.' ne "ok"'
is_drawn = here.' && '.status.' eq "ok" && '.row
is_empty = here.' && !(column("n") > 0)'
time = '('.is_drawn.' ? column("elapsed_s") : NaN)'
median = '('.here.' && column("n") > 0 ? column("median_s") : NaN)'

drawn = 0
left_out = 0
longest = 0
files = 0
file_bytes = 0
count_drawn(time) = (drawn = drawn + 1, longest = time > longest ? time : longest)
set table $unused
plot trials using (@is_drawn ? count_drawn(column("elapsed_s")) : 0, \
                   @is_left_out ? (left_out = left_out + 1) : 0) with table
if (has_column(trials, "files") && has_column(trials, "file_bytes")) {
    plot trials using (files = column("files"), file_bytes = column("file_bytes")) with table
}
unset table
if (drawn == 0) {
    print "times.gp: ".trials.": no measurement with a ".cache." cache"
    exit status 1
}

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
plot_top = heading_height + 34
plot_bottom = plot_top + rows * row_height
picture_height = plot_bottom + 62

scan_text = files > 0 ? plural(files, "file")." of ".bytes_text(file_bytes) : "the file set"
left_out_text = left_out > 0 ? sprintf(" (%d left out)", left_out) : ""
picture_title = "Time to scan ".scan_text.", ".cache." cache, ".plural(drawn, "trial").left_out_text
eval heading

set lmargin at screen from_left(plot_left)
set rmargin at screen from_left(picture_width - 28)
set tmargin at screen from_top(plot_top)
set bmargin at screen from_top(plot_bottom)
set xrange [0 : 1.04 * longest]
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
legend_y = from_top(plot_top - 17)
do for [io in ios] {
    set label "" at screen from_left(legend_x), legend_y \
        point pointtype 7 pointsize 0.8 linecolor rgb io_colour(io)
    set label io at screen from_left(legend_x + 10), legend_y left textcolor rgb ink_colour
    legend_x = legend_x + 42 + text_width(io)
}
set arrow from screen from_left(legend_x), from_top(plot_top - 26) \
    to screen from_left(legend_x), from_top(plot_top - 8) \
    nohead linewidth 2 linecolor rgb 0x000000
set label "median" at screen from_left(legend_x + 10), legend_y left textcolor rgb ink_colour

# ---- Drawing ----------------------------------------------------------------------------------

dot_colour(method) = translucent(io_colour(method_io(method)))
jitter(height) = height * (rand(0) - 0.5)

do for [format in picture_formats] {
    eval picture_terminal(format)
    set output out."/times-".cache.".".format
    seed = rand(1)              # The jitter is the same in every picture.
    plot trials using @time:(@row + dots_down + jitter(0.4)):(dot_colour(strcol("method"))) \
             with points pointtype 7 pointsize dot_size linecolor rgb variable notitle, \
         summary using @median:(@row + dots_down - 0.26):(0):(0.52) \
             with vectors nohead linewidth 2 linecolor rgb 0x000000 notitle, \
         summary using @median:(@row - value_up):(seconds_text(@median)) \
             with labels center textcolor rgb ink_colour notitle, \
         summary using (@is_empty ? 0 : NaN):(@row + dots_down):("no measurement") \
             with labels left offset 1, 0 textcolor rgb quiet_colour notitle
    unset output
}
