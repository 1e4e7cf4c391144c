# SPDX-License-Identifier: MIT
#
# The picture `compare`: the medians of several results side by side, a row for each method and a panel
# for each cache state. style.gp comes first.

# Colours of Paul Tol's muted scheme, which no method has.
array colours[8] = [0x332288, 0xAA4499, 0x117733, 0xDDAA33, 0x88CCEE, 0x882255, 0x999933, 0x44AA99]
array points[8] = [7, 5, 9, 13, 11, 6, 4, 8]
result_colour(i) = colours[(int(i) - 1) % 8 + 1]
result_point(i) = points[(int(i) - 1) % 8 + 1]
mark_colour(name) = result_colour(word(name, 2))
mark_point(name) = result_point(word(name, 2))
mark_size = 0.9

results = 0
do for [i = 1 : placed] { results = what[i] eq "mark" ? results + 1 : results }
is_here = '(column("panel") == k && column("result") == i)'
shown(name) = sprintf('(%s ? number("%s") : NaN)', is_here, name)
median = shown("median_s")
low = shown("median_low_s")
interval = '(number("median_high_s") - number("median_low_s"))'

do for [format in picture_formats] {
    eval picture_begin(format)
    do for [k = 1 : panels] {
        eval panel_commands[k]
        unset ytics                 # the rows have names
        plot for [i = 1 : results] csv every ::placed using @low:"row":@interval:(0) \
                 with vectors nohead linewidth 2 linecolor rgb result_colour(i) notitle, \
             for [i = 1 : results] csv every ::placed using @median:"row" \
                 with points pointtype result_point(i) pointsize 0.8 \
                 linecolor rgb result_colour(i) notitle
    }
    eval picture_end
}
