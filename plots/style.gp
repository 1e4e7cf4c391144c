# SPDX-License-Identifier: MIT
#
# The look of every picture and the helpers that the pictures share. A picture script sets
# `dir`, the folder with the results, loads this file, and then draws. Positions around the
# plot are in pixels of a picture that is 800 wide, counted from its top left corner.

# ---- Data -------------------------------------------------------------------------------------
# All data are CSV files with a header line. Columns are read by name: column("elapsed_s").

set encoding utf8
set datafile separator comma
set key off autotitle columnhead

header(file) = system('head -n 1 "'.file.'"')
has_column(file, name) = strstrt(",".header(file).",", ",".name.",") > 0
index_of(item, list) = sum [i = 1:words(list)] (word(list, i) eq item ? i : 0)

# machine.csv is read as text, because gnuplot ends a quoted field at its first comma.
replaced(s, old, new) = strstrt(s, old) == 0 ? s : \
    s[1 : strstrt(s, old) - 1].new.replaced(s[strstrt(s, old) + strlen(old) : *], old, new)
first_line(s) = s[1 : strstrt(s."\n", "\n") - 1]
unquoted(s) = s[1:1] eq '"' ? replaced(s[2 : strlen(s) - 1], '""', '"') : s
machine_text = "\n".system('cat "'.dir.'/machine.csv" 2>/dev/null')
machine_at(key) = strstrt(machine_text, "\n".key.",")
machine(key) = machine_at(key) == 0 ? "" : \
    unquoted(first_line(machine_text[machine_at(key) + strlen(key) + 2 : *]))

# ---- Words ------------------------------------------------------------------------------------

# Three significant digits, as in "0.394 s"; a zero at the end is kept.
decimals(x) = x > 0 ? (x < 100 ? 2 - floor(log10(x)) : 0) : 0
seconds_text(x) = sprintf(sprintf("%%.%df s", decimals(x)), x)

bytes_text(n) = n >= 2**30 ? sprintf("%g GiB", n / 2.0**30) : \
                n >= 2**20 ? sprintf("%g MiB", n / 2.0**20) : \
                n >= 2**10 ? sprintf("%g KiB", n / 2.0**10) : sprintf("%g B", n)
plural(n, noun) = sprintf("%d %s%s", n, noun, n == 1 ? "" : "s")
item(text) = strlen(text) > 0 ? ", ".text : ""

# What is known of the machine, in one sentence without a verb. Unknown parts are left out.
known(text) = text eq "none" || text eq "unknown" ? "" : text
cpus(count) = strlen(count) > 0 ? plural(int(count), "CPU") : ""
system_text(os, kernel) = strlen(os) == 0 || strstrt(kernel, os) == 1 ? kernel : \
                          strlen(kernel) == 0 ? os : os." ".kernel
machine_sentence = \
    item(known(machine("cpu_model"))).item(cpus(machine("cpu_count"))). \
    item(system_text(machine("os"), machine("kernel"))).item(known(machine("file_system"))). \
    item(known(machine("device_model"))).item(known(machine("storage"))). \
    item(known(machine("virtualization")))
machine_sentence = machine_sentence[3:*]

# ---- Methods ----------------------------------------------------------------------------------
# A method is named <concurrency>-<io>[-<variant>].

before_dash(s) = strstrt(s, "-") ? s[1 : strstrt(s, "-") - 1] : s
after_dash(s) = strstrt(s, "-") ? s[strstrt(s, "-") + 1 : *] : ""
method_io(name) = before_dash(after_dash(name))
method_base(name) = before_dash(name)."-".method_io(name)

# The colours are those of Okabe and Ito, which colour-blind readers can tell apart: cold ones
# for read, warm ones for mmap. A variant has the colour of its base method and an open point.
base_methods = "async-read async-mmap threads-read threads-mmap single-read single-mmap"
array base_colour[6] = [0x0072B2, 0xD55E00, 0x56B4E9, 0xE69F00, 0x009E73, 0xCC79A7]
array base_point[6] = [7, 7, 5, 5, 9, 9]
base_index(name) = index_of(method_base(name), base_methods)
method_colour(name) = base_index(name) ? base_colour[base_index(name)] : ink_colour
method_point(name) = \
    (base_index(name) ? base_point[base_index(name)] : 13) - (name eq method_base(name) ? 0 : 1)

# A picture that compares only read with mmap uses one colour for each.
io_colour(io) = io eq "read" ? 0x0072B2 : io eq "mmap" ? 0xD55E00 : 0x009E73
translucent(colour) = colour + 0x70000000

# ---- Ink and paper ----------------------------------------------------------------------------

ink_colour = 0x222222
quiet_colour = 0x666666
grid_colour = 0xE2E2E2
picture_width = 800
picture_height = 450            # A picture may set another height before it draws.
left_edge = 20
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
            "fontscale 1.5 linewidth 2 pointscale 3 background rgb 'white'", \
            2 * picture_width, 2 * picture_height)

set border 1 linecolor rgb quiet_colour
set grid xtics back linetype 1 linewidth 1 linecolor rgb grid_colour
set format x "%g"
set tics nomirror out scale 0.5 textcolor rgb ink_colour

# ---- Heading ----------------------------------------------------------------------------------
# `eval heading` writes picture_title and below it, smaller, the machine; the plot begins below
# heading_height.

longest_line = 105              # characters
machine_lines = machine_sentence
line_start = 1
line_count = 1
while (strlen(machine_lines) - line_start >= longest_line) {
    line_end = line_start + longest_line
    while (line_end > line_start && machine_lines[line_end : line_end] ne " ") {
        line_end = line_end - 1
    }
    if (line_end == line_start) { break }
    machine_lines = machine_lines[1 : line_end - 1]."\n".machine_lines[line_end + 1 : *]
    line_start = line_end + 1
    line_count = line_count + 1
}
heading_height = 46 + 18 * line_count
heading = "set label 1 picture_title at screen from_left(left_edge), from_top(28) left ". \
          "font 'sans-serif Bold,15' textcolor rgb ink_colour; ". \
          "set label 2 machine_lines at screen from_left(left_edge), from_top(54) left ". \
          "font 'sans-serif,12' textcolor rgb quiet_colour"
