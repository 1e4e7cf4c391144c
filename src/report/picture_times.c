// SPDX-License-Identifier: MIT
/* times: every trial is a dot, every method a row, and a tick marks its median. With a cold cache a
 * line marks the time that the device alone would need. */
#include "core/random.h"
#include "pictures.h"
#include "wording.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* In rows: the dots lie a little below the middle of their row, and the median's value stands above
 * them. */
#define ROW_HEIGHT 52.0
#define DOTS_DOWN  0.12
#define JITTER     0.4
#define TICK_UP    0.26
#define VALUE_UP   0.29

struct plot {
    const struct summary_row *rows;
    size_t row_count;
    size_t trial_count;
    double longest_s;
    double limit_s; /* what the device alone would need, or 0 */
    bool limit_is_drawn;
    struct words subtitle;
    struct sheet_axes axes;
    double height;
    double legend_top;
};

/* Finds the longest trial, and how long the device alone would need for as many bytes. */
static void look_through(struct plot *plot, const struct picture_source *source)
{
    const double speed =
        machine_number(&source->results->machine, "device_read_bandwidth_bytes_per_s");
    double bytes = 0;
    for (size_t i = 0; i < plot->row_count; i++) {
        plot->trial_count += plot->rows[i].count;
        for (size_t k = 0; k < plot->rows[i].count; k++) {
            plot->longest_s = fmax(plot->longest_s, plot->rows[i].trials[k]->elapsed_s);
            bytes = fmax(bytes, (double)plot->rows[i].trials[k]->bytes);
        }
    }
    /* The limit is drawn where it does not squeeze the trials into a corner, else only said. */
    plot->limit_s = strcmp(source->cache, "cold") == 0 && speed > 0 ? bytes / speed : 0;
    plot->limit_is_drawn = plot->limit_s > 0 && plot->limit_s < 2 * plot->longest_s;
}

static void lay_out(struct plot *plot)
{
    double names_width = 0;
    for (size_t i = 0; i < plot->row_count; i++)
        names_width = fmax(names_width, layout_text_width(plot->rows[i].method));
    const double longest_s = fmax(plot->longest_s, plot->limit_is_drawn ? plot->limit_s : 0);
    const double count = (double)plot->row_count;
    plot->legend_top = sheet_heading_height(plot->subtitle.text) + 17;
    const double top = plot->legend_top + (plot->limit_is_drawn ? 38 : 17);
    const double bottom = top + count * ROW_HEIGHT;
    plot->axes = (struct sheet_axes){
        .x = {.from = 0,
              .to = longest_s > 0 ? 1.04 * longest_s : 1,
              .from_px = LAYOUT_LEFT + names_width + 12,
              .to_px = LAYOUT_RIGHT},
        .y = {.from = count + 0.5, .to = 0.5, .from_px = bottom, .to_px = top},
    };
    plot->height = bottom + LAYOUT_BELOW;
}

/* As the trials tell it; else "read" of async-read-direct. */
static void io_of(const struct summary_row *row, char *io, size_t size)
{
    const char *dash = strchr(row->method, '-');
    const char *begin = dash != NULL ? dash + 1 : "";
    if (row->count > 0 && row->trials[0]->io[0] != '\0')
        snprintf(io, size, "%s", row->trials[0]->io);
    else
        snprintf(io, size, "%.*s", (int)strcspn(begin, "-"), begin);
}

static bool is_first_of_its_io(const struct plot *plot, size_t row, const char *io)
{
    for (size_t i = 0; i < row; i++) {
        char other[TRIAL_TEXT];
        io_of(&plot->rows[i], other, sizeof other);
        if (plot->rows[i].count > 0 && strcmp(io, other) == 0)
            return false;
    }
    return true;
}

/* It stands above the plot, where no dot can be. */
static double write_legend(struct sheet *sheet, const struct plot *plot)
{
    const double y = plot->legend_top;
    double x = plot->axes.x.from_px + 8;
    for (size_t i = 0; i < plot->row_count; i++) {
        char io[TRIAL_TEXT];
        io_of(&plot->rows[i], io, sizeof io);
        if (plot->rows[i].count == 0 || !is_first_of_its_io(plot, i, io))
            continue;
        sheet_point(sheet, "mark", 1, io, x, y);
        sheet_text(sheet, "name", 1, io, x + 10, y);
        x += 42 + layout_text_width(io);
    }
    sheet_line(sheet, "stroke", 1, NULL, (const double[]){x, y - 9, x, y + 9});
    sheet_text(sheet, "name", 1, "median", x + 10, y);
    return x + 42 + layout_text_width("median");
}

static void write_limit(struct sheet *sheet, const struct plot *plot, double legend_end)
{
    const struct layout_axis *x = &plot->axes.x;
    const double top = plot->axes.y.to_px;
    const struct words text =
        wording_format("device limit %s", wording_seconds(plot->limit_s).text);
    if (plot->limit_s <= 0)
        return;
    if (!plot->limit_is_drawn) {
        sheet_text(sheet, "note", 1, wording_format("%s is off the scale", text.text).text,
                   legend_end, plot->legend_top);
        return;
    }
    const double limit_px = layout_px(x, plot->limit_s);
    const double half = layout_text_width(text.text) / 2;
    const double text_px = fmax(x->from_px + half, fmin(limit_px, x->to_px - half));
    sheet_line(sheet, "limit", 1, NULL,
               (const double[]){limit_px, plot->axes.y.from_px, limit_px, top - 5});
    sheet_text(sheet, "note-centred", 1, text.text, text_px, top - 14);
}

static void write_row(struct sheet *sheet, const struct plot *plot, size_t i)
{
    const struct summary_row *row = &plot->rows[i];
    const struct sheet_axes *axes = &plot->axes;
    const double number = (double)(i + 1);
    const double middle = number + DOTS_DOWN;
    const double edge_px = layout_px(&axes->y, number - 0.5);
    sheet_line(sheet, "grid", 1, NULL,
               (const double[]){axes->x.from_px, edge_px, axes->x.to_px, edge_px});
    sheet_text(sheet, "row-name", 1, row->method, axes->x.from_px - 8, layout_px(&axes->y, middle));
    if (row->count == 0) {
        sheet_text(sheet, "note", 1, "no measurement", axes->x.from_px + 8,
                   layout_px(&axes->y, middle));
        return;
    }
    const double median_s = row->median_s.value;
    const double x_px = layout_px(&axes->x, median_s);
    sheet_line(sheet, "stroke", 1, row->method,
               (const double[]){x_px, layout_px(&axes->y, middle + TICK_UP), x_px,
                                layout_px(&axes->y, middle - TICK_UP)});
    sheet_add(sheet,
              &(struct sheet_row){
                  .what = "median",
                  .panel = 1,
                  .method = row->method,
                  .text = wording_seconds(median_s).text,
                  .own = (const double[]){median_s, middle, NAN},
                  .px = (const double[]){x_px, layout_px(&axes->y, number - VALUE_UP), NAN, NAN},
              });
}

/* The dots of a row are scattered, always in the same way. */
static void write_trials(struct sheet *sheet, const struct plot *plot)
{
    uint64_t state = 1;
    const double size = plot->trial_count > 50 * plot->row_count ? 0.5 : 0.7;
    for (size_t i = 0; i < plot->row_count; i++) {
        char io[TRIAL_TEXT];
        io_of(&plot->rows[i], io, sizeof io);
        for (size_t k = 0; k < plot->rows[i].count; k++) {
            const double part = (double)random_below(&state, 1001) / 1000 - 0.5;
            sheet_add(
                sheet,
                &(struct sheet_row){
                    .what = "trial",
                    .panel = 1,
                    .method = plot->rows[i].method,
                    .text = io,
                    .own = (const double[]){plot->rows[i].trials[k]->elapsed_s,
                                            (double)(i + 1) + DOTS_DOWN + JITTER * part, size},
                });
        }
    }
}

static const char *write_times(struct sheet *sheet, const struct picture_source *source)
{
    const struct comparison_result *result = source->results;
    struct plot plot = {.subtitle = wording_machine(&result->machine)};
    plot.rows = picture_rows(source, &plot.row_count);
    look_through(&plot, source);
    lay_out(&plot);
    sheet_heading(sheet,
                  wording_format("Time to %s %s, %s", wording_work(result),
                                 wording_file_set(result).text,
                                 wording_trials(result, source->cache).text)
                      .text,
                  plot.subtitle.text, plot.height);
    sheet_axes(sheet, 1, &plot.axes);
    sheet_x_ticks(sheet, 1, &plot.axes);
    sheet_x_title(sheet, 1, &plot.axes, "seconds");
    write_limit(sheet, &plot, write_legend(sheet, &plot));
    for (size_t i = 0; i < plot.row_count; i++)
        write_row(sheet, &plot, i);
    write_trials(sheet, &plot);
    return NULL;
}

const struct picture_kind picture_times = {
    .name = "times",
    .columns = "time_s,row,size",
    .write = write_times,
};
