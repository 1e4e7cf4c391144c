# SPDX-License-Identifier: MIT
#
# The look of every picture, and all that is drawn in the same way in each. What there is to draw was
# worked out by the program and lies beside the picture as CSV (src/report/sheet.h tells its columns);
# a script says how. To draw one by hand, in the folder of its CSV:
#
#     gnuplot -e "csv='times-cold.csv'; name='times-cold'" plots/style.gp plots/times.gp
#
# with the path of plots. Positions in pixels are those of a picture that is 800 wide, counted from its
# top left corner.

set encoding utf8
set key off autotitle columnhead

# ---- Ink and paper ----------------------------------------------------------------------------

ink_colour = 0x222222
quiet_colour = 0x666666
grid_colour = 0xE2E2E2
paper_colour = 0xFFFFFF
corner_colour = 0xE3F1E6
translucent(colour) = colour + 0x70000000
faint(colour) = colour + 0xD0000000

set border 1 linecolor rgb quiet_colour
set grid xtics back linetype 1 linewidth 1 linecolor rgb grid_colour
set tics nomirror out scale 0.5 textcolor rgb ink_colour
set xtics ()
set ytics () scale 0
# The paper under a boxed text keeps it clear of the lines behind it.
set style textbox opaque margins 0.3, 0.1 fillcolor rgb paper_colour noborder

# ---- Methods ----------------------------------------------------------------------------------
# A method is named <concurrency>-[<work>-]<io>[-<variant>] and looks the same in every picture.

index_of(item, list) = sum [i = 1:words(list)] (word(list, i) eq item ? i : 0)
before_dash(s) = strstrt(s, "-") ? s[1 : strstrt(s, "-") - 1] : s
after_dash(s) = strstrt(s, "-") ? s[strstrt(s, "-") + 1 : *] : ""
method_io(name) = before_dash(after_dash(name))
method_base(name) = before_dash(name)."-".method_io(name)

# The six have the colours of Okabe and Ito, which colour-blind readers can tell apart: cold ones
# for read, warm ones for mmap. Their lines are solid and their points are filled. Variants have
# broken lines and open points: three of a kind share a colour and differ in the dashes.
set dashtype 2 (9, 3)
set dashtype 3 (2.5, 2.5)
set dashtype 4 (9, 2.5, 2, 2.5)
# Copies and sends look like the scans by the same calls.
transfers = \
        "single-copy-whole 0x332288 2 8  single-copy-mmap 0xCC79A7 1 9 ". \
        "single-copy-sendfile 0x7F2704 1 13  single-copy-read 0x009E73 1 9 ". \
        "single-copy-mmap-write 0x9A7D0A 3 4  single-copy-range 0xA5105A 2 6 ". \
        "threads-copy-read 0x56B4E9 1 5  threads-copy-mmap 0xE69F00 1 5 ". \
        "async-copy-read 0x0072B2 1 7  async-copy-mmap 0xD55E00 1 7 ". \
        "async-copy-sendfile 0x00796B 1 11  async-copy-offload 0x00796B 2 10 ". \
        "async-copy-uring 0x332288 3 4  async-copy-splice 0xA5105A 4 8 ". \
        "single-send-read 0x009E73 1 9  single-send-mmap 0xCC79A7 1 9 ". \
        "single-send-sendfile 0x7F2704 1 13  single-send-splice 0xA5105A 2 6 ". \
        "threads-send-sendfile 0x56B4E9 1 5 ". \
        "async-send-read 0x0072B2 1 7  async-send-mmap 0xD55E00 1 7 ". \
        "async-send-sendfile 0x00796B 1 11  async-send-offload 0x00796B 2 10 ". \
        "async-send-resident 0xA5105A 3 4  async-send-uring 0x332288 3 4 "
looks = "async-read 0x0072B2 1 7  async-mmap 0xD55E00 1 7 ". \
        "threads-read 0x56B4E9 1 5  threads-mmap 0xE69F00 1 5 ". \
        "single-read 0x009E73 1 9  single-mmap 0xCC79A7 1 9 ". \
        "async-mmap-yield 0x7F2704 2 6  async-mmap-offload 0x7F2704 3 4 ". \
        "async-mmap-prefetch 0x7F2704 4 8 ". \
        "async-mmap-willneed 0x9A7D0A 2 6  async-mmap-sequential 0x9A7D0A 3 4 ". \
        "async-mmap-random 0x9A7D0A 4 8 ". \
        "async-mmap-populate 0xA5105A 2 6  async-mmap-resident 0xA5105A 3 4 ". \
        "async-mmap-readahead 0xA5105A 4 8 ". \
        "async-read-nowait 0x332288 2 6  async-read-uring 0x332288 3 4 ". \
        "async-read-direct 0x332288 4 8  async-mmap-hybrid 0x00796B 2 6 ". \
        "async-read-large 0x00796B 3 4 ". \
        transfers. \
        "idle 0x888888 2 7"
look(name, k) = index_of(name, looks) == 0 ? 0 : int(word(looks, index_of(name, looks) + k))

# A variant that is not listed looks like its base method, but for the line and the point.
has_look(name) = index_of(name, looks) > 0
base_look(name, k, otherwise) = has_look(method_base(name)) ? look(method_base(name), k) : otherwise
method_colour(name) = has_look(name) ? look(name, 1) : base_look(name, 1, ink_colour)
method_dash(name) = has_look(name) ? look(name, 2) : 2
method_point(name) = has_look(name) ? look(name, 3) : base_look(name, 3, 13) - 1

# How the marks beside names look; a picture whose marks are not of methods says otherwise.
mark_colour(name) = method_colour(name)
mark_point(name) = method_point(name)
mark_size = 0.7

# ---- The rows of the CSV ----------------------------------------------------------------------
# Those with a place in pixels come first, and are kept in arrays. Their text is the first field: read
# as if there were only tabs between fields, it ends at its quote and not at its first comma.

number(column_name) = strlen(strcol(column_name)) > 0 ? column(column_name) : NaN

rows = 0
placed = 0
set datafile separator comma
set table $unused
plot csv using (rows = rows + 1, placed = strlen(strcol("x_px")) > 0 ? rows : placed) with table
array what[placed]
array panel[placed]
array method[placed]
array caption[placed]           # "" when there is none
array x_value[placed]
array y_value[placed]
array x_px[placed]
array y_px[placed]
array to_x_px[placed]
array to_y_px[placed]
note(i) = (caption[i] = strcol("text"), what[i] = strcol("what"), panel[i] = int(column("panel")), method[i] = strcol("method"), \
           x_value[i] = number(5), y_value[i] = number(6), x_px[i] = number("x_px"), \
           y_px[i] = number("y_px"), to_x_px[i] = number("to_x_px"), to_y_px[i] = number("to_y_px"))
row = 0
plot csv using (row = row + 1, row <= placed ? note(row) : 0) with table
row = 0
set datafile separator tab
plot csv using (row = row + 1, row <= placed && strlen(caption[row]) > 0 ? \
    (caption[row] = strcol(1), 0) : 0) with table
set datafile separator comma

# The rest are curves or points. Neighbours of one panel and one method are a curve, of which
# `every ::curve_first[i]::curve_last[i]` picks the rows.
name_of_row = 'strcol("panel")." ".strcol("method")'
is_new = '(row > placed && @name_of_row ne last_name ? (last_name = @name_of_row, 1) : 0)'
row = 0
curves = 0
last_name = ""
plot csv using (row = row + 1, curves = curves + @is_new) with table
array curve_panel[curves + 1]
array curve_method[curves + 1]
array curve_first[curves + 1]
array curve_last[curves + 1]
note_curve(i) = (curve_panel[i] = int(column("panel")), curve_method[i] = strcol("method"), \
                 curve_first[i] = row - 1)
row = 0
curve = 0
last_name = ""
plot csv using (row = row + 1, @is_new ? (curve = curve + 1, note_curve(curve)) : 0, \
                curve > 0 ? (curve_last[curve] = row - 1) : 0) with table
unset table

panels = 1
do for [i = 1 : placed] { panels = panel[i] > panels ? panel[i] : panels }

# What `plot for [i = first_curve[k] : last_curve[k]]` goes through in panel k.
array first_curve[panels]
array last_curve[panels]
do for [k = 1 : panels] { first_curve[k] = 1; last_curve[k] = 0 }
do for [i = 1 : curves] {
    k = curve_panel[i]
    first_curve[k] = last_curve[k] == 0 ? i : first_curve[k]
    last_curve[k] = i
}

# ---- Drawing what has a place -----------------------------------------------------------------
# How each sort of text, line and box looks, in the words of `set label`, `set arrow`, `set object`.

label_look(what) = \
    what eq "title" ? "left font 'sans-serif Bold,15' textcolor rgb ink_colour" : \
    what eq "subtitle" ? "left font 'sans-serif,12' textcolor rgb quiet_colour" : \
    what eq "heading" ? "left font 'sans-serif Bold,13' textcolor rgb ink_colour" : \
    what eq "name" ? "left textcolor rgb ink_colour" : \
    what eq "name-centred" ? "center textcolor rgb ink_colour" : \
    what eq "row-name" ? "right textcolor rgb ink_colour" : \
    what eq "note" ? "left textcolor rgb quiet_colour" : \
    what eq "note-centred" ? "center textcolor rgb quiet_colour" : \
    what eq "median" ? "center boxed front textcolor rgb ink_colour" : ""

line_look(what) = \
    what eq "grid" ? "back linewidth 1 linecolor rgb grid_colour" : \
    what eq "rule" ? "back linewidth 1 linecolor rgb quiet_colour" : \
    what eq "limit" ? "back dashtype 2 linewidth 1.5 linecolor rgb quiet_colour" : \
    what eq "stroke" ? "front linewidth 2 linecolor rgb 0x000000" : \
    what eq "end" ? "front linewidth 1 linecolor rgb ink_colour" : \
    what eq "model" ? "front linewidth 1.5 dashtype (1, 3) linecolor rgb ink_colour" : \
    what eq "leader" ? "back linewidth 0.7 linecolor rgb translucent(method_colour(method[%d]))" : ""

# The states of the loop are three colours of Paul Tol's muted scheme, from quiet to loud.
box_look(what) = \
    what eq "paper" ? "back fillcolor rgb paper_colour" : \
    what eq "corner" ? "behind fillcolor rgb corner_colour" : \
    what eq "corner-paper" ? "back fillcolor rgb corner_colour" : \
    what eq "polling" ? "front fillcolor rgb 0xD5D9DE" : \
    what eq "cpu" ? "front fillcolor rgb 0x44AA99" : \
    what eq "queued" ? "front fillcolor rgb 0xDDCC77" : \
    what eq "stalled" ? "front fillcolor rgb 0x882255" : \
    what eq "untold" ? "front fillcolor rgb 0x88CCEE" : ""
box_ink(what) = what eq "stalled" ? paper_colour : ink_colour

picture_width = to_x_px[1]
picture_height = to_y_px[1]
from_left(x) = x / real(picture_width)
from_top(y) = 1 - y / real(picture_height)
screen(x, y) = sprintf("screen %.6f,%.6f ", from_left(x), from_top(y))
begin(i) = screen(x_px[i], y_px[i])
end(i) = screen(to_x_px[i], to_y_px[i])
middle(i) = screen((x_px[i] + to_x_px[i]) / 2, (y_px[i] + to_y_px[i]) / 2)

label_at(i, place, look) = sprintf("set label caption[%d] at ", i).place.look."; "
line_of(i) = "set arrow from ".begin(i)."to ".end(i)."nohead ".sprintf(line_look(what[i]), i)."; "
box_of(i) = "set object rectangle from ".begin(i)."to ".end(i). \
    "fillstyle solid noborder ".box_look(what[i])."; ". \
    (strlen(caption[i]) == 0 ? "" : \
        label_at(i, middle(i), "center front textcolor rgb box_ink(what[".i."])"))
mark_of(i) = "set label '' at ".begin(i). \
    sprintf("point pointtype mark_point(method[%d]) pointsize mark_size ", i). \
    sprintf("linecolor rgb mark_colour(method[%d]); ", i)

# gnuplot takes the text of a tick for a format.
doubled(s) = strstrt(s, "%") == 0 ? s : \
    s[1 : strstrt(s, "%") - 1]."%%".doubled(s[strstrt(s, "%") + 1 : *])
tick_of(i, axis, value) = sprintf("set %stics add (doubled(caption[%d]) %.9g); ", axis, i, value)

# The corners of a panel are neighbours. The text of the first names the axes with a log scale.
corners_of(i) = \
    sprintf("set lmargin at screen %.6f; set rmargin at screen %.6f; ", \
            from_left(x_px[i]), from_left(x_px[i + 1])). \
    sprintf("set tmargin at screen %.6f; set bmargin at screen %.6f; ", \
            from_top(y_px[i + 1]), from_top(y_px[i])). \
    "unset logscale; ".(strlen(caption[i]) > 0 ? "set logscale ".caption[i]."; " : ""). \
    sprintf("set xrange [%.9g:%.9g]; set yrange [%.9g:%.9g]; ", \
            x_value[i], x_value[i + 1], y_value[i], y_value[i + 1])

command(i) = what[i] eq "from" ? corners_of(i) : \
    what[i] eq "x-tick" ? tick_of(i, "x", x_value[i]) : \
    what[i] eq "y-tick" ? tick_of(i, "y", y_value[i]) : \
    what[i] eq "mark" ? mark_of(i) : \
    strlen(line_look(what[i])) > 0 ? line_of(i) : \
    strlen(box_look(what[i])) > 0 ? box_of(i) : \
    strlen(label_look(what[i])) > 0 ? label_at(i, begin(i), label_look(what[i])) : ""

# `eval panel_commands[k]` sets all of panel k but what is to be plotted.
array panel_commands[panels]
do for [k = 1 : panels] {
    panel_commands[k] = "unset label; unset arrow; unset object; set xtics (); set ytics (); "
}
do for [i = 1 : placed] { panel_commands[panel[i]] = panel_commands[panel[i]].command(i) }

# ---- Formats ----------------------------------------------------------------------------------
# The PNG has two pixels for each of the SVG, to be sharp on every screen; its scales differ from
# 2 where the two terminals mean different units. A picture draws itself once for each format,
# after `eval picture_begin(format)`.

picture_formats = "svg png"
picture_terminal(format) = format eq "svg" ? \
    sprintf("set terminal svg noenhanced size %d,%d font 'sans-serif,13' background rgb 'white'", \
            picture_width, picture_height) : \
    sprintf("set terminal pngcairo noenhanced size %d,%d font 'sans-serif,13' ". \
            "fontscale 1.5 linewidth 2 dashlength 2 pointscale 3 background rgb 'white'", \
            2 * picture_width, 2 * picture_height)
picture_begin(format) = picture_terminal(format)."; set output name.'.'.format; set multiplot"
picture_end = "unset multiplot; unset output"
