# SPDX-License-Identifier: MIT
#
# The picture `compare`: the medians of several results side by side, a row for each method and a
# panel for each cache state, with their 95 % intervals.
#
#     gnuplot -e "dir='results/compare'" plots/compare.gp
#
# reads compare.csv in `dir`, writes compare.svg and compare.png there, or into the folder `out`, and
# fails if it holds no median.

picture = "compare"
if (!exists("plots")) {
    plots = exists("ARG0") ? ARG0[1 : strlen(ARG0) - strlen(picture.".gp")]."." : "plots"
}
load plots."/style.gp"

# ---- The rows ---------------------------------------------------------------------------------

comparison = dir."/compare.csv"
eval need(comparison, "result label method cache median_s median_low_s median_high_s")
set datafile separator tab
set print $rows
print system(awk("tabs.awk", shell_quoted(comparison)))
unset print

# The methods, results and labels, in the order of their first appearance.
methods = ""
results = ""
note_names(method, result) = (methods = index_of(method, methods) ? methods : methods." ".method, \
                              results = index_of(result, results) ? results : results." ".result)
set table $unused
plot $rows using (note_names(strcol("method"), strcol("result"))) with table
array labels[words(results)]
plot $rows using (labels[index_of(strcol("result"), results)] = strcol("label"), 0) with table

# What the panels must have room for.
panels = "cold warm"
array least_s[2] = [1e9, 1e9]
array most_s[2] = [0, 0]
array left_s[2] = [1e9, 1e9]
array right_s[2] = [0, 0]
least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b
note_times(k, s, low, high) = \
    (least_s[k] = least(s, least_s[k]), most_s[k] = most(s, most_s[k]), \
     left_s[k] = least(low, least(s, left_s[k])), right_s[k] = most(high, most(s, right_s[k])))
plot $rows using (number("median_s") > 0 && index_of(strcol("cache"), panels) ? \
    note_times(index_of(strcol("cache"), panels), number("median_s"), \
               number("median_low_s"), number("median_high_s")) : 0) with table
unset table
shown = (most_s[1] > 0 ? "cold " : "").(most_s[2] > 0 ? "warm" : "")
if (words(shown) == 0) { eval given_up(comparison.": no median") }
is_log = most_s[1] > 20 * least_s[1] || most_s[2] > 20 * least_s[2]

# ---- Layout -----------------------------------------------------------------------------------

rows = words(methods)
count = words(results)
lane_height = 15
row_height = count * lane_height + 14
row_y(method, i) = index_of(method, methods) + (i - (count + 1) / 2.0) * lane_height / row_height

# Colours of Paul Tol's muted scheme, which no method has.
array colours[8] = [0x332288, 0xAA4499, 0x117733, 0xDDAA33, 0x88CCEE, 0x882255, 0x999933, 0x44AA99]
array points[8] = [7, 5, 9, 13, 11, 6, 4, 8]
result_colour(i) = colours[(i - 1) % 8 + 1]
result_point(i) = points[(i - 1) % 8 + 1]

names_width = 0
do for [method in methods] {
    names_width = text_width(method) > names_width ? text_width(method) : names_width
}
panels_left = left_edge + names_width + 12
panels_gap = 36
panel_width = (right_edge - panels_left + panels_gap) / words(shown) - panels_gap
panel_left(k) = panels_left + (k - 1) * (panel_width + panels_gap)

legend_line = 20
picture_title = "Median time to scan the file set, with its 95 % interval"
picture_subtitle = ""
legend_top = heading_height(picture_subtitle) + 4
plot_top = legend_top + count * legend_line + 28
plot_bottom = plot_top + rows * row_height
picture_height = plot_bottom + 62

set yrange [rows + 0.5 : 0.5]
set xlabel is_log ? "seconds, log scale" : "seconds" textcolor rgb quiet_colour
if (is_log) { set logscale x }

# A label that is too long for its line loses its middle.
longest_label = 95
shortened(s) = strlen(s) <= longest_label ? s : \
    s[1 : longest_label / 2 - 1]."…".s[strlen(s) - longest_label / 2 + 2 : *]
legend = ""
do for [i = 1 : count] {
    legend = legend.sprintf("set label at screen from_left(%d), from_top(%d) point pointtype %d ". \
        "pointsize 0.9 linecolor rgb %d; set label shortened(labels[%d]) ". \
        "at screen from_left(%d), from_top(%d) left textcolor rgb ink_colour; ", \
        left_edge + 6, legend_top + (i - 0.5) * legend_line, result_point(i), result_colour(i), i, \
        left_edge + 20, legend_top + (i - 0.5) * legend_line)
}

# ---- Drawing ----------------------------------------------------------------------------------

is_shown = '(strcol("cache") eq panel && strcol("result") eq word(results, i))'
shown_median = '('.is_shown.' && number("median_s") > 0 ? column("median_s") : NaN)'
shown_low = '('.is_shown.' ? number("median_low_s") : NaN)'
interval = '(number("median_high_s") - number("median_low_s"))'

do for [format in picture_formats] {
    eval picture_terminal(format)
    set output out."/compare.".format
    set multiplot
    eval heading
    eval legend
    do for [k = 1 : words(shown)] {
        panel = word(shown, k)
        limits = index_of(panel, panels)
        eval plot_area(panel_left(k), panel_left(k) + panel_width, plot_top, plot_bottom)
        set label panel." cache" at screen from_left(panel_left(k)), from_top(plot_top - 12) left \
            font "sans-serif Bold,13" textcolor rgb ink_colour
        unset arrow
        set ytics () scale 0
        do for [r = 1 : rows] {
            set ytics add ((k == 1 ? word(methods, r) : "") r)
            set arrow from graph 0, first r - 0.5 to graph 1, first r - 0.5 \
                nohead back linewidth 1 linecolor rgb grid_colour
        }
        if (is_log) {
            set xrange [left_s[limits] / 1.3 : right_s[limits] * 1.3]
            ticks = right_s[limits] > 300 * left_s[limits] ? "1" : "1 2 5"
            set xtics ()
            do for [decade = floor(log10(left_s[limits])) - 1 : ceil(log10(right_s[limits]))] {
                do for [tick in ticks] {
                    set xtics add (sprintf("%g", tick * 10.0**decade) tick * 10.0**decade)
                }
            }
        } else {
            set xrange [0 : 1.04 * right_s[limits]]
        }
        plot for [i = 1 : count] $rows \
                 using @shown_low:(row_y(strcol("method"), i)):@interval:(0) \
                 with vectors nohead linewidth 2 linecolor rgb result_colour(i) notitle, \
             for [i = 1 : count] $rows using @shown_median:(row_y(strcol("method"), i)) \
                 with points pointtype result_point(i) pointsize 0.8 \
                 linecolor rgb result_colour(i) notitle
        unset label
    }
    unset multiplot
    unset output
}
