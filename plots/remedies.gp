# SPDX-License-Identifier: MIT
#
# The picture `remedies`: every method is a point, its time against the loop delay that it costs,
# with a panel for each cache state. What is as fast as any and still leaves the loop free lies in
# the shaded corner.
#
#     gnuplot -e "dir='results/latest'" plots/remedies.gp
#
# reads summary.csv, trials.csv and machine.csv in `dir`, writes remedies.svg and remedies.png
# there, or into the folder `out`, and fails if no method has both a median and a loop delay.

picture = "remedies"
if (!exists("plots")) {
    plots = exists("ARG0") ? ARG0[1 : strlen(ARG0) - strlen(picture.".gp")]."." : "plots"
}
load plots."/style.gp"

free_ms = 2.0                   # The shaded corner: at most this delay
fast_ratio = 1.5                # and this many times the smallest median.

# ---- The points -------------------------------------------------------------------------------

summary = dir."/summary.csv"
eval need(summary, "method cache n median_s median_low_s median_high_s loop_delay_p99_s")
states = "cold warm"
state = 'index_of(strcol("cache"), states)'
has_point = '('.state.' && number("n") > 0 && number("median_s") > 0 && '. \
            'number("loop_delay_p99_s") >= 0)'
least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b

# Both panels have the same axis of delays, which shows the corner and at least a factor of ten.
# A delay shorter than a microsecond is drawn as one.
points = 0
least_ms = 1.0
most_ms = 10.0
drawn_ms(s) = most(1000 * s, 0.001)
count_point(ms) = (points = points + 1, least_ms = least(ms, least_ms), most_ms = most(ms, most_ms))
set table $unused
plot summary using (@has_point ? count_point(drawn_ms(column("loop_delay_p99_s"))) : 0) with table
unset table
if (points == 0) { eval given_up(summary.": no median with a loop delay") }

array point_name[points]
array point_state[points]
array point_s[points]
array point_low_s[points]
array point_high_s[points]
array point_ms[points]
array state_points[2] = [0, 0]
array least_s[2] = [1e9, 1e9]
array left_s[2] = [1e9, 1e9]
array right_s[2] = [0, 0]
note(i, k, name, s, low, high, delay) = \
    (point_name[i] = name, point_state[i] = k, point_s[i] = s, point_ms[i] = drawn_ms(delay), \
     point_low_s[i] = low <= s ? low : s, point_high_s[i] = high >= s ? high : s, \
     state_points[k] = state_points[k] + 1, least_s[k] = least(s, least_s[k]), \
     left_s[k] = least(point_low_s[i], left_s[k]), right_s[k] = most(point_high_s[i], right_s[k]))
noted = 0
set table $unused
plot summary using (@has_point ? (noted = noted + 1, \
    note(noted, @state, strcol("method"), column("median_s"), number("median_low_s"), \
         number("median_high_s"), column("loop_delay_p99_s"))) : 0) with table
unset table

# results.gp knows one cache state at a time.
shown = (state_points[1] > 0 ? "cold " : "").(state_points[2] > 0 ? "warm" : "")
array panel_titles[words(shown)]
do for [k = 1 : words(shown)] {
    cache = word(shown, k)
    load plots."/results.gp"
    panel_titles[k] = trials_text
}

# ---- Layout -----------------------------------------------------------------------------------

picture_title = "Loop delay against the time to scan ".scan_text
picture_subtitle = picture_subtitle.(strlen(picture_subtitle) > 0 ? "\n" : ""). \
    "Bars are 95 % intervals of the median. ". \
    sprintf("Shaded: p99 delay under %g ms, at most %g times the fastest median.", free_ms, fast_ratio)

names_width = 0
do for [i = 1 : points] {
    names_width = most(text_width(point_name[i]), names_width)
}
label_gap = 18
fan_width = 44                  # from the plot to the names
plot_left = left_edge + 62
plot_right = right_edge - names_width - fan_width - 18
plot_height = most(most(state_points[1], state_points[2]) * label_gap, 230)
panel_top = heading_height(picture_subtitle) + 62
panel_height = plot_height + 124
plot_top(k) = panel_top + (k - 1) * panel_height
picture_height = plot_top(words(shown)) + plot_height + 62

# Below the lowest point there is room for the label of the corner.
room_above = 12
room_below = 48
decades = log10(most_ms / least_ms)
decade_height = (plot_height - room_above - room_below) / decades
low = log10(least_ms) - room_below / decade_height
high = log10(most_ms) + room_above / decade_height
height_of(ms) = plot_height * (high - log10(ms)) / (high - low)
set yrange [10.0**low : 10.0**high]
set logscale y
set grid ytics
set ytics () scale 0
do for [k = ceil(low) : floor(high)] { set ytics add (delay_text(10.0**k) 10.0**k) }

corner_text = "fast, and the\nloop is free"
corner_text_width = text_width("fast, and the") * 12 / 13.0
corner_colour = 0xE3F1E6

# ---- Names ------------------------------------------------------------------------------------
# They stand to the right of the panel, from the top down as the points do; names that would overlap
# push each other apart.

array label_y[points]           # below the top of the panel
is_above(i, k) = point_state[i] == point_state[k] && \
    (point_ms[i] > point_ms[k] || (point_ms[i] == point_ms[k] && i < k))
do for [k = 1 : words(states)] {
    count = state_points[k]
    array order[count + 1]
    do for [i = 1 : points] {
        if (point_state[i] == k) {
            order[1 + sum [other = 1:points] is_above(other, i)] = i
            label_y[i] = height_of(point_ms[i])
        }
    }
    do for [round = 1 : 300] {
        do for [n = 1 : count - 1] {
            overlap = label_gap - (label_y[order[n + 1]] - label_y[order[n]])
            if (overlap > 0) {
                label_y[order[n]] = label_y[order[n]] - overlap / 2.0
                label_y[order[n + 1]] = label_y[order[n + 1]] + overlap / 2.0
            }
        }
    }
    do for [n = 1 : count] {
        label_y[order[n]] = least(most(label_y[order[n]], (n - 0.5) * label_gap), \
                                  plot_height - (count - n + 0.5) * label_gap)
    }
}

# ---- Drawing ----------------------------------------------------------------------------------

# A point with another one on top of it is larger, so that it can be seen.
is_near(i, k) = point_state[i] == point_state[k] && abs(x_of(point_s[i]) - x_of(point_s[k])) < 1 && \
    abs(height_of(point_ms[i]) - height_of(point_ms[k])) < 1
is_covered(i) = i < points && sum [k = i + 1:points] is_near(i, k) > 0
point_size(i) = is_covered(i) ? 1.15 : 0.85

is_drawn_here = '(point_state[i] == limits && '.state.' == limits && '. \
                'strcol("method") eq point_name[i])'

do for [format in picture_formats] {
    eval picture_terminal(format)
    set output out."/remedies.".format
    set multiplot
    eval heading
    do for [k = 1 : words(shown)] {
        panel = word(shown, k)
        limits = index_of(panel, states)
        top = plot_top(k)
        eval plot_area(plot_left, plot_right, top, top + plot_height)
        set label panel_titles[k] at screen from_left(left_edge), from_top(top - 40) left \
            font "sans-serif Bold,13" textcolor rgb ink_colour
        set label "p99 loop delay" at screen from_left(left_edge), from_top(top - 18) left \
            textcolor rgb quiet_colour

        is_log = right_s[limits] > 20 * left_s[limits]
        x_low = is_log ? left_s[limits] / 1.3 : 0
        x_high = right_s[limits] * (is_log ? 1.3 : 1.04)
        x_of(s) = plot_left + (plot_right - plot_left) * \
            (is_log ? log(s / x_low) / log(x_high / x_low) : s / x_high)
        unset logscale x
        set xrange [x_low : x_high]
        set xlabel "median time in seconds".(is_log ? ", log scale" : "") \
            textcolor rgb quiet_colour
        if (is_log) {
            set logscale x
            ticks = x_high > 300 * x_low ? "1" : "1 2 5"
            set xtics ()
            do for [decade = floor(log10(x_low)) : ceil(log10(x_high))] {
                do for [tick in ticks] {
                    set xtics add (sprintf("%g", tick * 10.0**decade) tick * 10.0**decade)
                }
            }
        } else {
            set xtics autofreq
        }

        # The corner has its label inside, or beside it when it is too narrow. The paper under the
        # label keeps it clear of the grid.
        corner_s = least(fast_ratio * least_s[limits], x_high)
        is_inside = x_of(corner_s) - plot_left > corner_text_width
        text_left = is_inside ? plot_left : x_of(corner_s)
        set object rectangle from graph 0, graph 0 to first corner_s, first free_ms \
            behind fillstyle solid noborder fillcolor rgb corner_colour
        set object rectangle from screen from_left(text_left + 1), from_top(top + plot_height - 40) \
            to screen from_left(text_left + corner_text_width), from_top(top + plot_height - 2) \
            back fillstyle solid noborder fillcolor rgb is_inside ? corner_colour : 0xFFFFFF
        set label corner_text at screen from_left(text_left + 8), from_top(top + plot_height - 28) \
            left font "sans-serif,12" textcolor rgb quiet_colour

        do for [i = 1 : points] {
            if (point_state[i] == limits) {
                colour = method_colour(point_name[i])
                set arrow from first point_s[i], first point_ms[i] to graph 1, first point_ms[i] \
                    nohead back linewidth 0.7 linecolor rgb translucent(colour)
                set arrow from graph 1, first point_ms[i] \
                    to screen from_left(plot_right + fan_width), from_top(top + label_y[i]) \
                    nohead back linewidth 0.7 linecolor rgb translucent(colour)
                set label "" at screen from_left(plot_right + fan_width + 8), \
                    from_top(top + label_y[i]) \
                    point pointtype method_point(point_name[i]) pointsize 0.7 linecolor rgb colour
                set label point_name[i] at screen from_left(plot_right + fan_width + 18), \
                    from_top(top + label_y[i]) left textcolor rgb ink_colour
            }
        }
        plot for [i = 1 : points] summary \
                 using (@is_drawn_here ? point_low_s[i] : NaN):(point_ms[i]): \
                       (point_high_s[i] - point_low_s[i]):(0) \
                 with vectors nohead linewidth 1.5 linecolor rgb method_colour(point_name[i]) \
                 notitle, \
             for [i = 1 : points] summary \
                 using (@is_drawn_here ? point_s[i] : NaN):(point_ms[i]) \
                 with points pointtype method_point(point_name[i]) pointsize point_size(i) \
                 linecolor rgb method_colour(point_name[i]) notitle
        unset label
        unset arrow
        unset object
    }
    unset multiplot
    unset output
}
