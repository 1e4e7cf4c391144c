// SPDX-License-Identifier: MIT
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

/* Where things stand in a picture, in pixels of the SVG from its top left corner (the PNG has two
 * for each). Pure functions. */

#define LAYOUT_WIDTH 800.0
#define LAYOUT_LEFT  20.0
#define LAYOUT_RIGHT (LAYOUT_WIDTH - 28.0)

#define LAYOUT_BELOW     62.0 /* from the lowest plot to the end of the picture */
#define LAYOUT_LABEL_GAP 18.0 /* between labels of which one is above the other */
#define LAYOUT_FAN       44.0 /* from a plot to the names of its curves */

struct layout_box {
    double left;
    double top;
    double right;
    double bottom;
};

/* An axis: the values at its two ends and where these are. On a log axis both are above 0. */
struct layout_axis {
    double from;
    double to;
    double from_px;
    double to_px;
    bool is_log;
};

/* Where a value is on the axis. */
double layout_px(const struct layout_axis *axis, double value);

/* Puts up to LAYOUT_MOST_TICKS values from an axis' lower end to its upper one into `ticks` and
 * returns how many: multiples of 1, 2 or 5 times a power of ten; on a log axis the powers of ten,
 * and twice and five times them unless `only_tens`. */
enum { LAYOUT_MOST_TICKS = 100 };
size_t layout_ticks(double *ticks, const struct layout_axis *axis, bool only_tens);

/* A generous guess, as the width depends on the reader's font. */
double layout_text_width(const char *text);

/* The next character of UTF-8, or the end. */
const char *layout_next_character(const char *text);

/* Turns spaces into line ends so that no line has more than LAYOUT_LINE characters, unless a word
 * alone has. */
enum { LAYOUT_LINE = 105 };
void layout_wrap(char *text);

/* Moves the labels at `y`, from the top down, as little as possible until each is at least
 * LAYOUT_LABEL_GAP below the one before and all are within `top` to `bottom`, which must have the
 * room. */
void layout_spread(double *y, size_t count, double top, double bottom);

#endif
