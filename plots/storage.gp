# SPDX-License-Identifier: MIT
#
# The picture `storage`: how the time of a scan and its p99 loop delay grow with the latency of the
# storage, as one curve for each method. A method that waits for one request after the other grows
# along the dotted model.
#
#     gnuplot -e "dir='results/latest'" plots/storage.gp
#
# reads storage.csv in `dir`, and what it is of from the folder `native` in there, if it exists;
# writes storage.svg and storage.png into `dir`, or into the folder `out`, and fails if there is
# neither a median nor a loop delay.

picture = "storage"
if (!exists("plots")) {
    plots = exists("ARG0") ? ARG0[1 : strlen(ARG0) - strlen(picture.".gp")]."." : "plots"
}
load plots."/style.gp"

storage = dir."/storage.csv"
eval need(storage, "latency_s emulated method n median_s median_low_s median_high_s ". \
                   "loop_delay_p99_s waits")
least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b

# ---- The machine and the work -----------------------------------------------------------------

cache = "cold"
native = dir."/native"
native_methods = 0
if (flaw(native."/summary.csv", "method cache n median_s") eq "" && \
    flaw(native."/trials.csv", "method cache elapsed_s") eq "") {
    set table $unused
    plot native."/summary.csv" using (strcol("cache") eq cache && number("n") > 0 ? \
        (native_methods = native_methods + 1) : 0) with table
    unset table
}
picture_subtitle = ""
work_text = "Cold cache. "
if (native_methods > 0) {
    storage_dir = dir
    dir = native
    load plots."/results.gp"
    dir = storage_dir
    work_text = "Cold cache, ".scan_text.". "
}

# ---- The points -------------------------------------------------------------------------------

is_point = '(number("n") > 0 && number("latency_s") > 0 && '. \
           '(number("median_s") >= 0 || number("loop_delay_p99_s") >= 0))'

# The methods in the order of their first appearance, and the latencies as they are written.
names = ""
written = ""
note_names(name, latency) = (names = index_of(name, names) ? names : names." ".name, \
                             written = index_of(latency, written) ? written : written." ".latency)
set table $unused
plot storage using (@is_point ? \
    (note_names(strcol("method"), strcol("latency_s")), 0) : 0) with table
unset table
curves = words(names)
columns = words(written)
if (curves == 0) { eval given_up(storage.": no median and no loop delay") }

# The columns of points, from the lowest latency to the highest.
written_s(i) = real(word(written, i))
is_before(i, k) = written_s(i) < written_s(k) || (written_s(i) == written_s(k) && i < k)
place(k) = 1 + sum [i = 1:columns] is_before(i, k)
place_of(latency) = place(index_of(latency, written))
array latency_s[columns]
array is_emulated[columns]
do for [i = 1 : columns] { latency_s[place(i)] = written_s(i) }

# The figures of the two panels, in milliseconds. One shorter than a microsecond is drawn as that.
cell(panel, i, l) = ((panel - 1) * curves + i - 1) * columns + l
drawn_ms(s) = s >= 0 ? most(1000 * s, 0.001) : NaN
is_known(ms) = ms > 0
array point_ms[2 * curves * columns]
array low_ms[2 * curves * columns]
array high_ms[2 * curves * columns]
do for [i = 1 : 2 * curves * columns] { point_ms[i] = NaN }
note_point(c, ms, low, high) = (point_ms[c] = ms, low_ms[c] = low <= ms ? low : ms, \
                                high_ms[c] = high >= ms ? high : ms)
note(i, l) = \
    (is_emulated[l] = number("emulated") != 0, \
     note_point(cell(1, i, l), drawn_ms(number("median_s")), drawn_ms(number("median_low_s")), \
                drawn_ms(number("median_high_s"))), \
     note_point(cell(2, i, l), drawn_ms(number("loop_delay_p99_s")), NaN, NaN))
set table $unused
plot storage using (@is_point ? \
    (note(index_of(strcol("method"), names), place_of(strcol("latency_s"))), 0) : 0) with table
unset table

# ---- The model --------------------------------------------------------------------------------
# Of the methods that wait for one request after the other: the number of their waits, as counted at
# the highest emulated latency, times the latency.

serial_methods = "single-mmap async-mmap-random"
array model_waits[2] = [0, 0]
array model_place[2] = [0, 0]
note_waits(m, l, waits) = l >= model_place[m] ? (model_place[m] = l, model_waits[m] = waits) : 0
is_model = '('.is_point.' && number("emulated") != 0 && number("waits") > 0 && '. \
           'index_of(strcol("method"), serial_methods))'
set table $unused
plot storage using (@is_model ? (note_waits(index_of(strcol("method"), serial_methods), \
    place_of(strcol("latency_s")), column("waits")), 0) : 0) with table
unset table

first_emulated = 0
last_emulated = 0
natives = 0
do for [l = 1 : columns] {
    if (is_emulated[l]) {
        first_emulated = first_emulated > 0 ? first_emulated : l
        last_emulated = l
    } else {
        natives = natives + 1
    }
}
models = ""
model_text = ""
if (last_emulated > first_emulated) {
    do for [m = 1 : 2] {
        if (model_waits[m] > 0) {
            models = models." ".m
            model_text = model_text.(strlen(model_text) > 0 ? ", " : ""). \
                         sprintf("%.0f of %s", model_waits[m], word(serial_methods, m))
        }
    }
}
model_ms(m, s) = 1000 * model_waits[m] * s

# ---- What is shown ----------------------------------------------------------------------------

array panel_titles[2] = ["median time to scan", "p99 loop delay"]
array panel_curves[2] = ["", ""]
array least_ms[2] = [1e9, 1e9]
array most_ms[2] = [0, 0]
shown = ""
do for [k = 1 : 2] {
    do for [i = 1 : curves] {
        known_points = 0
        do for [l = 1 : columns] {
            c = cell(k, i, l)
            if (is_known(point_ms[c])) {
                known_points = known_points + 1
                least_ms[k] = least(low_ms[c], least_ms[k])
                most_ms[k] = most(high_ms[c], most_ms[k])
            }
        }
        if (known_points > 0) { panel_curves[k] = panel_curves[k]." ".i }
    }
    if (words(panel_curves[k]) > 0) { shown = shown." ".k }
}
if (words(panel_curves[1]) == 0) { models = "" }
do for [m in models] {
    least_ms[1] = least(model_ms(int(m), latency_s[first_emulated]), least_ms[1])
    most_ms[1] = most(model_ms(int(m), latency_s[last_emulated]), most_ms[1])
}

# ---- Layout -----------------------------------------------------------------------------------

picture_title = "Scan time and loop delay by the latency of the storage"
picture_subtitle = picture_subtitle.(strlen(picture_subtitle) > 0 ? "\n" : "").wrapped(work_text. \
    (last_emulated == 0 ? "The storage is the native one." : \
     natives == 0 ? "The storage is emulated." : "All storage but the native one is emulated."). \
    (words(panel_curves[1]) > 0 ? " Bars are 95 % intervals." : "")). \
    (words(models) == 0 ? "" : \
        "\n".wrapped("Dotted: model, latency times waits, one after the other: ".model_text."."))

names_width = 0
do for [name in names] {
    names_width = most(text_width(name), names_width)
}
label_gap = 18
fan_width = 44                  # from the plot to the names
plot_left = left_edge + 62
plot_right = right_edge - names_width - fan_width - 18
plot_height = most(curves * label_gap, 250)
panel_height = plot_height + 62
plot_top(n) = heading_height(picture_subtitle) + 40 + (n - 1) * panel_height
plot_bottom = plot_top(words(shown)) + plot_height
picture_height = plot_bottom + 62

# The axis of latencies, and its ticks, of which one that is too close to the one before has no
# label; the label of the native storage is below such a neighbour.
room_left = 26
room_right = 14
point_room = 9                  # on each side of a point
x_low = latency_s[1] / (columns > 1 ? 1 : 2.0)
x_high = latency_s[columns] * (columns > 1 ? 1 : 2.0)
x_decade = (plot_right - plot_left - room_left - room_right) / log10(x_high / x_low)
x_of(s) = plot_left + room_left + log10(s / x_low) * x_decade
set xrange [x_low / 10**(room_left / x_decade) : x_high * 10**(room_right / x_decade)]
set logscale x

tick_text(l) = (is_emulated[l] ? "" : "native, ").delay_text(1000 * latency_s[l])
tick_room(l) = text_width(tick_text(l)) / 2.0
is_close(l, other) = l != other && \
    abs(x_of(latency_s[l]) - x_of(latency_s[other])) < tick_room(l) + tick_room(other)
array tick_label[columns]
labelled = 0
is_second_line = 0
do for [l = 1 : columns] {
    tick_label[l] = tick_text(l)
    if (is_emulated[l]) {
        if (labelled > 0 && is_close(l, labelled)) { tick_label[l] = "" } else { labelled = l }
    } else {
        if (sum [other = 1:columns] (is_emulated[other] && is_close(l, other)) > 0) {
            tick_label[l] = "\n".tick_text(l)
            is_second_line = 1
        }
    }
}
picture_height = picture_height + 17 * is_second_line

# The axis of each panel shows at least a factor of ten.
room = 12
array low[2]
array high[2]
do for [n = 1 : words(shown)] {
    k = int(word(shown, n))
    widening = most(10 * least_ms[k] / most_ms[k], 1) ** 0.5
    decade_height = (plot_height - 2 * room) / log10(most_ms[k] / least_ms[k] * widening**2)
    low[k] = log10(least_ms[k] / widening) - room / decade_height
    high[k] = log10(most_ms[k] * widening) + room / decade_height
}
height_of(k, ms) = plot_height * (high[k] - log10(ms)) / (high[k] - low[k])
set logscale y
set grid ytics

# ---- Curves -----------------------------------------------------------------------------------

# A point with others on top of it is larger, so that it can be seen, and so is a line wider with
# others on most of it.
is_near(k, i, other, l) = \
    is_known(point_ms[cell(k, i, l)]) && is_known(point_ms[cell(k, other, l)]) && \
    abs(height_of(k, point_ms[cell(k, i, l)]) - height_of(k, point_ms[cell(k, other, l)])) < 2
is_under(k, i, other) = 2 * (sum [l = 1:columns] is_near(k, i, other, l)) > columns
points_above(k, i, l) = sum [other = i + 1:curves] is_near(k, i, other, l)
lines_above(k, i) = sum [other = i + 1:curves] is_under(k, i, other)
curve(k, i) = (k - 1) * curves + i
array line_width[2 * curves]

set print $curves
do for [k = 1 : 2] {
    do for [i = 1 : curves] {
        line_width[curve(k, i)] = 2 + 2 * least(lines_above(k, i), 3)
        print "latency_s,ms,low_ms,high_ms,size"
        do for [l = 1 : columns] {
            c = cell(k, i, l)
            print is_known(point_ms[c]) ? \
                sprintf("%.9g,%.9g,%.9g,%.9g,%g", latency_s[l], point_ms[c], low_ms[c], high_ms[c], \
                        0.8 + 0.35 * least(points_above(k, i, l), 3)) : \
                sprintf("%.9g,NaN,NaN,NaN,1", latency_s[l])
        }
        print "\n\n"
    }
}
unset print

# ---- Names ------------------------------------------------------------------------------------
# They stand to the right of the panel, from the top down as the curves end; names that would
# overlap push each other apart.

array end_s[2 * curves]
array end_ms[2 * curves]
array label_y[2 * curves]       # below the top of the panel
is_above(c, other) = end_ms[c] > end_ms[other] || (end_ms[c] == end_ms[other] && c < other)
do for [n = 1 : words(shown)] {
    k = int(word(shown, n))
    count = words(panel_curves[k])
    array order[count]
    do for [i in panel_curves[k]] {
        c = curve(k, int(i))
        do for [l = 1 : columns] {
            if (is_known(point_ms[cell(k, int(i), l)])) {
                end_s[c] = latency_s[l]
                end_ms[c] = point_ms[cell(k, int(i), l)]
            }
        }
        label_y[c] = height_of(k, end_ms[c])
    }
    do for [i in panel_curves[k]] {
        c = curve(k, int(i))
        order[1 + sum [j = 1:count] is_above(curve(k, int(word(panel_curves[k], j))), c)] = c
    }
    do for [round = 1 : 300] {
        do for [j = 1 : count - 1] {
            overlap = label_gap - (label_y[order[j + 1]] - label_y[order[j]])
            if (overlap > 0) {
                label_y[order[j]] = label_y[order[j]] - overlap / 2.0
                label_y[order[j + 1]] = label_y[order[j + 1]] + overlap / 2.0
            }
        }
    }
    do for [j = 1 : count] {
        label_y[order[j]] = least(most(label_y[order[j]], (j - 0.5) * label_gap), \
                                  plot_height - (count - j + 0.5) * label_gap)
    }
}

# ---- Drawing ----------------------------------------------------------------------------------

do for [format in picture_formats] {
    eval picture_terminal(format)
    set output out."/storage.".format
    set multiplot
    eval heading
    do for [n = 1 : words(shown)] {
        k = int(word(shown, n))
        top = plot_top(n)
        is_lowest = n == words(shown)
        eval plot_area(plot_left, plot_right, top, top + plot_height)
        set label panel_titles[k] at screen from_left(left_edge), from_top(top - 20) left \
            font "sans-serif Bold,13" textcolor rgb ink_colour

        set yrange [10.0**low[k] : 10.0**high[k]]
        set ytics () scale 0
        ticks = high[k] - low[k] > 2 ? "1" : "1 2 5"
        do for [decade = floor(low[k]) : ceil(high[k])] {
            do for [tick in ticks] {
                set ytics add (delay_text(tick * 10.0**decade) tick * 10.0**decade)
            }
        }
        set xtics ()
        do for [l = 1 : columns] {
            set xtics add ((is_lowest ? tick_label[l] : "") latency_s[l])
        }
        if (is_lowest) {
            set label "latency of one request, log scale" \
                at screen from_left((plot_left + plot_right) / 2.0), \
                from_top(picture_height - 20) center textcolor rgb quiet_colour
        }

        do for [i in panel_curves[k]] {
            name = word(names, int(i))
            colour = method_colour(name)
            c = curve(k, int(i))
            set arrow from first end_s[c], first end_ms[c] to graph 1, first end_ms[c] \
                nohead back linewidth 0.7 linecolor rgb translucent(colour)
            set arrow from graph 1, first end_ms[c] \
                to screen from_left(plot_right + fan_width), from_top(top + label_y[c]) \
                nohead back linewidth 0.7 linecolor rgb translucent(colour)
            set label "" at screen from_left(plot_right + fan_width + 8), \
                from_top(top + label_y[c]) \
                point pointtype method_point(name) pointsize 0.7 linecolor rgb colour
            set label name at screen from_left(plot_right + fan_width + 18), \
                from_top(top + label_y[c]) left textcolor rgb ink_colour
        }
        # The model lies on the curves and leaves out their points.
        do for [m in (k == 1 ? models : "")] {
            from_s = 0
            do for [l = first_emulated : last_emulated] {
                to_s = is_emulated[l] ? latency_s[l] / 10**(point_room / x_decade) : 0
                if (from_s > 0 && from_s < to_s) {
                    set arrow from first from_s, first model_ms(int(m), from_s) \
                        to first to_s, first model_ms(int(m), to_s) \
                        nohead front linewidth 1.5 dashtype (1, 3) linecolor rgb ink_colour
                }
                from_s = is_emulated[l] ? latency_s[l] * 10**(point_room / x_decade) : from_s
            }
        }
        plot for [i in panel_curves[k]] $curves index curve(k, int(i)) - 1 \
                 using (column("latency_s")):(column("ms")) with lines \
                 linewidth line_width[curve(k, int(i))] dashtype method_dash(word(names, int(i))) \
                 linecolor rgb method_colour(word(names, int(i))) notitle, \
             for [i in panel_curves[k]] $curves index curve(k, int(i)) - 1 \
                 using (column("latency_s")):(column("low_ms")):(0): \
                       (column("high_ms") - column("low_ms")) \
                 with vectors nohead linewidth 1.5 \
                 linecolor rgb method_colour(word(names, int(i))) notitle, \
             for [i in panel_curves[k]] $curves index curve(k, int(i)) - 1 \
                 using (column("latency_s")):(column("ms")):(column("size")) \
                 with points pointtype method_point(word(names, int(i))) pointsize variable \
                 linecolor rgb method_colour(word(names, int(i))) notitle
        unset label
        unset arrow
    }
    unset multiplot
    unset output
}
