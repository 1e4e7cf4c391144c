# SPDX-License-Identifier: MIT
#
# The look of every picture and the helpers that the pictures share. A picture script sets
# `picture`, its name, and loads this file. Positions around the plot are in pixels of a picture
# that is 800 wide, counted from its top left corner.

# ---- Data -------------------------------------------------------------------------------------
# All data are CSV files with a header line. Columns are read by name: column("elapsed_s").

if (!exists("dir")) {
    print picture.".gp: set dir, the folder with the results, as in -e \"dir='results/latest'\""
    exit status 2
}
if (!exists("out")) { out = dir }

set encoding utf8
set datafile separator comma
set key off autotitle columnhead

replaced(s, old, new) = strstrt(s, old) == 0 ? s : \
    s[1 : strstrt(s, old) - 1].new.replaced(s[strstrt(s, old) + strlen(old) : *], old, new)
shell_quoted(s) = "'".replaced(s, "'", "'\\''")."'"

line(file, number) = system(sprintf("sed -n %dp ", number).shell_quoted(file)." 2>/dev/null")
has_column(file, name) = strstrt(",".line(file, 1).",", ",".name.",") > 0
number(name) = strlen(strcol(name)) > 0 ? column(name) : NaN
index_of(item, list) = sum [i = 1:words(list)] (word(list, i) eq item ? i : 0)

# `eval need(file, names)` ends the script, with a message, if the file has no rows or lacks one of
# the columns in the list `names`.
lacking(file, names) = words(names) == 0 ? "" : \
    !has_column(file, word(names, 1)) ? word(names, 1) : \
    words(names) == 1 ? "" : lacking(file, names[strlen(word(names, 1)) + 2 : *])
flaw(file, names) = strlen(line(file, 2)) == 0 ? "missing or empty" : \
    strlen(lacking(file, names)) > 0 ? "no column ".lacking(file, names) : ""
given_up(reason) = "print picture.'.gp: ".replaced(reason, "'", "''")."'; exit status 4"
need(file, names) = flaw(file, names) eq "" ? "" : given_up(file.": ".flaw(file, names))

# Some pictures get their rows from a small program in awk, given its name and what follows it on
# the command line. Numbers have a decimal point in every language.
awk(program, arguments) = "LC_ALL=C awk -f ".shell_quoted(plots."/".program)." ".arguments

# ---- Words ------------------------------------------------------------------------------------

# Three significant digits, as in "0.394 s"; a zero at the end is kept.
decimals(x) = x > 0 ? (x < 100 ? 2 - floor(log10(x)) : 0) : 0
seconds_text(x) = sprintf(sprintf("%%.%df s", decimals(x)), x)
delay_text(ms) = ms < 1000 ? sprintf("%.3g ms", ms) : sprintf("%.3g s", ms / 1000.0)

bytes_text(n) = n >= 2**30 ? sprintf("%g GiB", n / 2.0**30) : \
                n >= 2**20 ? sprintf("%g MiB", n / 2.0**20) : \
                n >= 2**10 ? sprintf("%g KiB", n / 2.0**10) : sprintf("%g B", n)
plural(n, noun) = sprintf("%d %s%s", n, noun, n == 1 ? "" : "s")
item(text) = strlen(text) > 0 ? ", ".text : ""

# ---- Methods ----------------------------------------------------------------------------------
# A method is named <concurrency>-<io>[-<variant>] and looks the same in every picture.

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
        "async-read-direct 0x332288 4 8  async-read-hybrid 0x00796B 2 6"
look(name, k) = index_of(name, looks) == 0 ? 0 : int(word(looks, index_of(name, looks) + k))

# A variant that is not listed looks like its base method, but for the line and the point.
ink_colour = 0x222222
has_look(name) = index_of(name, looks) > 0
base_look(name, k, otherwise) = has_look(method_base(name)) ? look(method_base(name), k) : otherwise
method_colour(name) = has_look(name) ? look(name, 1) : base_look(name, 1, ink_colour)
method_dash(name) = has_look(name) ? look(name, 2) : 2
method_point(name) = has_look(name) ? look(name, 3) : base_look(name, 3, 13) - 1

# A picture that compares only read with mmap uses one colour for each.
io_colour(io) = io eq "read" ? 0x0072B2 : io eq "mmap" ? 0xD55E00 : 0x009E73
translucent(colour) = colour + 0x70000000
faint(colour) = colour + 0xD0000000

# ---- Ink and paper ----------------------------------------------------------------------------

quiet_colour = 0x666666
grid_colour = 0xE2E2E2
picture_width = 800
picture_height = 450            # A picture may set another height before it draws.
left_edge = 20
right_edge = picture_width - 28
from_left(x) = x / real(picture_width)
from_top(y) = 1 - y / real(picture_height)
text_width(s) = 8 * strlen(s)   # A generous guess, as the width depends on the reader's font.

# The PNG has two pixels for each of the SVG, to be sharp on every screen; its scales differ from
# 2 where the two terminals mean different units. A picture draws itself once for each format,
# after `eval picture_terminal(format)`.
picture_formats = "svg png"
picture_terminal(format) = format eq "svg" ? \
    sprintf("set terminal svg noenhanced size %d,%d font 'sans-serif,13' background rgb 'white'", \
            picture_width, picture_height) : \
    sprintf("set terminal pngcairo noenhanced size %d,%d font 'sans-serif,13' ". \
            "fontscale 1.5 linewidth 2 dashlength 2 pointscale 3 background rgb 'white'", \
            2 * picture_width, 2 * picture_height)

set border 1 linecolor rgb quiet_colour
set grid xtics back linetype 1 linewidth 1 linecolor rgb grid_colour
set format x "%g"
set tics nomirror out scale 0.5 textcolor rgb ink_colour

plot_area(left, right, top, bottom) = \
    sprintf("set lmargin at screen %g; set rmargin at screen %g; ", \
            from_left(left), from_left(right)). \
    sprintf("set tmargin at screen %g; set bmargin at screen %g", from_top(top), from_top(bottom))

# ---- Heading ----------------------------------------------------------------------------------
# `eval heading` writes picture_title and below it, smaller, the lines of picture_subtitle; the
# plot begins below heading_height(picture_subtitle).

longest_line = 105              # characters
last_space(s) = (space = 0, sum [i = 1:strlen(s)] (s[i : i] eq " " ? (space = i) : 0), space)
broken(s, at) = at == 0 ? s : s[1 : at - 1]."\n".wrapped(s[at + 1 : *])
wrapped(s) = strlen(s) <= longest_line ? s : broken(s, last_space(s[1 : longest_line + 1]))

count_lines(s) = strlen(s) == 0 ? 0 : 1 + sum [i = 1:strlen(s)] (s[i : i] eq "\n")
heading_height(subtitle) = 46 + 18 * count_lines(subtitle)
heading = "set label 1 picture_title at screen from_left(left_edge), from_top(28) left ". \
          "font 'sans-serif Bold,15' textcolor rgb ink_colour; ". \
          "set label 2 picture_subtitle at screen from_left(left_edge), from_top(54) left ". \
          "font 'sans-serif,12' textcolor rgb quiet_colour"
