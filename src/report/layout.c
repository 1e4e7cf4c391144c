// SPDX-License-Identifier: MIT
#include "layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double layout_px(const struct layout_axis *axis, double value)
{
    const double part = axis->is_log ? log(value / axis->from) / log(axis->to / axis->from)
                                     : (value - axis->from) / (axis->to - axis->from);
    return axis->from_px + part * (axis->to_px - axis->from_px);
}

/* A little room for what a power of ten is off by. */
static bool is_within(const struct layout_axis *axis, double value)
{
    const double room = axis->is_log ? 1e-9 * value : 1e-9 * (axis->to - axis->from);
    return value >= axis->from - room && value <= axis->to + room;
}

static size_t log_ticks(double *ticks, const struct layout_axis *axis, bool only_tens)
{
    static const double factors[] = {1, 2, 5};
    const size_t used = only_tens ? 1 : sizeof factors / sizeof factors[0];
    size_t count = 0;
    const int first = (int)floor(log10(axis->from));
    const int last = (int)ceil(log10(axis->to));
    for (int decade = first; decade <= last; decade++) {
        for (size_t i = 0; i < used && count < LAYOUT_MOST_TICKS; i++) {
            const double tick = factors[i] * pow(10, decade);
            if (is_within(axis, tick))
                ticks[count++] = tick;
        }
    }
    return count;
}

/* Between 5 and 10 steps. */
static double linear_step(double span)
{
    const double power = pow(10, floor(log10(span)));
    return power * (span / power < 2 ? 0.2 : span / power < 5 ? 0.5 : 1);
}

size_t layout_ticks(double *ticks, const struct layout_axis *axis, bool only_tens)
{
    if (axis->is_log)
        return log_ticks(ticks, axis, only_tens);
    const double step = linear_step(axis->to - axis->from);
    const double first = ceil(axis->from / step - 1e-9);
    size_t count = 0;
    while (count < LAYOUT_MOST_TICKS && is_within(axis, (first + (double)count) * step)) {
        ticks[count] = (first + (double)count) * step + 0; /* not -0 */
        count++;
    }
    return count;
}

/* Whether a byte of UTF-8 begins a character. */
static bool begins_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

double layout_text_width(const char *text)
{
    double width = 0;
    for (; *text != '\0'; text++)
        width += begins_character(*text) ? 8 : 0;
    return width;
}

const char *layout_next_character(const char *text)
{
    while (*text != '\0' && !begins_character(*++text))
        ;
    return text;
}

void layout_wrap(char *text)
{
    char *space = NULL; /* the last one of the line */
    size_t characters = 0;
    for (char *next = text; *next != '\0'; next++) {
        characters += begins_character(*next);
        if (*next == ' ')
            space = next;
        if (*next == '\n') {
            space = NULL;
            characters = 0;
        } else if (characters > LAYOUT_LINE && space != NULL) {
            *space = '\n';
            next = space;
            space = NULL;
            characters = 0;
        }
    }
}

static double limited(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* Without their gaps, labels that overlap are such that stand in the wrong order. A block of them
 * stands where it is nearest to the places of all: at their mean. */
void layout_spread(double *y, size_t count, double top, double bottom)
{
    struct block {
        double mean;
        size_t count;
    } *blocks = calloc(count + 1, sizeof *blocks);
    size_t used = 0;
    if (blocks == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        blocks[used++] = (struct block){y[i] - (double)i * LAYOUT_LABEL_GAP, 1};
        while (used > 1 && blocks[used - 2].mean > blocks[used - 1].mean) {
            const struct block last = blocks[--used];
            struct block *into = &blocks[used - 1];
            into->mean = (into->mean * (double)into->count + last.mean * (double)last.count) /
                         (double)(into->count + last.count);
            into->count += last.count;
        }
    }
    const double room = bottom - top - (double)(count - 1) * LAYOUT_LABEL_GAP;
    size_t next = 0;
    for (size_t k = 0; k < used; k++) {
        for (size_t i = 0; i < blocks[k].count; i++, next++)
            y[next] = limited(blocks[k].mean, top, top + room) + (double)next * LAYOUT_LABEL_GAP;
    }
    free(blocks);
}
