// SPDX-License-Identifier: MIT
/* delay: how late the beats on the loop were served, as one curve of percentiles for each method
 * and one for the idle control. The percentiles have equal space for each further nine, as in the
 * plots of HdrHistogram, because the hazard is in the last few percent. */
#include "core/stats.h"
#include "percentiles.h"
#include "pictures.h"
#include "wording.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define IDLE           "idle"
#define IDLE_TEXT      "idle control"
#define LEAST_HEIGHT   340.0
#define LEAST_DELAY_MS 0.001
#define LABELS_APART   6.0 /* px, between two labels of an axis */

struct curve {
    const char *method;
    struct percentile *points;
    size_t count;
};

struct plot {
    struct curve *curves;
    size_t count;
    double most_nines;
    double most_ms;
    double least_ms;
    struct sheet_axes axes;
    struct layout_box box;
};

/* Which row each trial's beats are of, by its order; the idle control's have the one after the
 * last.
 */
struct owners {
    size_t *rows;
    int64_t count;
};
#define NOBODY SIZE_MAX

static struct owners owners_of(const struct summary_row *rows, size_t count)
{
    struct owners owners = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < rows[i].count; k++) {
            if (rows[i].trials[k]->order >= owners.count)
                owners.count = rows[i].trials[k]->order + 1;
        }
    }
    owners.rows = malloc(((size_t)owners.count + 1) * sizeof *owners.rows);
    if (owners.rows == NULL)
        abort();
    for (int64_t i = 0; i < owners.count; i++)
        owners.rows[i] = NOBODY;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < rows[i].count; k++) {
            if (rows[i].trials[k]->order >= 0)
                owners.rows[rows[i].trials[k]->order] = i;
        }
    }
    return owners;
}

static size_t owner_of(const struct owners *owners, const struct beat *beat, size_t idle)
{
    if (beat->trial == BEAT_IDLE)
        return idle;
    return beat->trial < owners->count ? owners->rows[beat->trial] : NOBODY;
}

static void add_curve(struct plot *plot, const char *method, const struct beats *beats,
                      const struct owners *owners, size_t owner, size_t idle)
{
    double *delays_ms = malloc((beats->count + 1) * sizeof *delays_ms);
    size_t count = 0;
    if (delays_ms == NULL)
        abort();
    for (size_t i = 0; i < beats->count; i++) {
        if (owner_of(owners, &beats->rows[i], idle) == owner)
            delays_ms[count++] = beats->rows[i].delay_s * 1e3;
    }
    stats_sort(delays_ms, count);
    if (count > 0) {
        struct curve *curve = &plot->curves[plot->count++];
        curve->method = method;
        curve->count = percentiles_make(&curve->points, delays_ms, count);
    }
    free(delays_ms);
}

/* The curves of all methods that have beats, and of the idle control. Returns how many methods. */
static size_t add_curves(struct plot *plot, const struct picture_source *source)
{
    size_t count;
    const struct summary_row *rows = picture_rows(source, &count);
    struct owners owners = owners_of(rows, count);
    plot->curves = calloc(count + 1, sizeof *plot->curves);
    if (plot->curves == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        add_curve(plot, rows[i].method, source->beats, &owners, i, count);
    const size_t methods = plot->count;
    add_curve(plot, IDLE, source->beats, &owners, count, count);
    free(owners.rows);
    return methods;
}

/* The few shortest beats say nothing and get no space of their own, unless they are all. */
static void look_through(struct plot *plot)
{
    plot->most_nines = 1;
    plot->most_ms = 1;
    plot->least_ms = 1;
    for (size_t i = 0; i < plot->count; i++) {
        for (size_t k = 0; k < plot->curves[i].count; k++) {
            const struct percentile *point = &plot->curves[i].points[k];
            plot->most_nines = fmax(plot->most_nines, point->nines);
            plot->most_ms = fmax(plot->most_ms, point->value);
            if (point->nines > 0.05 || plot->curves[i].count == 1)
                plot->least_ms = fmin(plot->least_ms, point->value);
        }
    }
    plot->least_ms = fmax(plot->least_ms, LEAST_DELAY_MS);
}

static const char *text_of(const struct curve *curve)
{
    return strcmp(curve->method, IDLE) == 0 ? IDLE_TEXT : curve->method;
}

static void lay_out(struct plot *plot, const char *subtitle)
{
    double names_width = 0;
    for (size_t i = 0; i < plot->count; i++)
        names_width = fmax(names_width, layout_text_width(text_of(&plot->curves[i])));
    plot->box.left = LAYOUT_LEFT + 62;
    plot->box.right = LAYOUT_RIGHT - names_width - LAYOUT_FAN - 18;
    plot->box.top = sheet_heading_height(subtitle) + 32;
    plot->box.bottom = plot->box.top + fmax((double)plot->count * LAYOUT_LABEL_GAP, LEAST_HEIGHT);
    plot->axes = (struct sheet_axes){
        .x = {.from = 0,
              .to = plot->most_nines,
              .from_px = plot->box.left,
              .to_px = plot->box.right},
        .y = {.from = pow(10, floor(log10(plot->least_ms))),
              .to = pow(10, ceil(log10(plot->most_ms))),
              .from_px = plot->box.bottom,
              .to_px = plot->box.top,
              .is_log = true},
    };
    if (plot->axes.y.to <= plot->axes.y.from)
        plot->axes.y.to = 10 * plot->axes.y.from;
}

static void write_percentile_ticks(struct sheet *sheet, const struct plot *plot)
{
    const double apart_px = layout_px(&plot->axes.x, log10(2)) - layout_px(&plot->axes.x, 0);
    if (apart_px > (layout_text_width("0 %") + layout_text_width("50 %")) / 2 + LABELS_APART)
        sheet_x_tick(sheet, 1, &plot->axes, 0, "0 %");
    sheet_x_tick(sheet, 1, &plot->axes, log10(2), "50 %");
    for (int nines = 1; nines <= (int)plot->most_nines; nines++)
        sheet_x_tick(
            sheet, 1, &plot->axes, nines,
            wording_format("%.*f %%", nines > 2 ? nines - 2 : 0, 100 - pow(10, 2 - nines)).text);
}

/* A delay shorter than the axis shows is drawn on it. */
static double drawn_ms(const struct plot *plot, double ms)
{
    return fmax(ms, plot->axes.y.from);
}

static void write_names(struct sheet *sheet, const struct plot *plot)
{
    struct sheet_name *names = calloc(plot->count, sizeof *names);
    if (names == NULL)
        abort();
    for (size_t i = 0; i < plot->count; i++) {
        const struct curve *curve = &plot->curves[i];
        const struct percentile *end = &curve->points[curve->count - 1];
        names[i] = (struct sheet_name){
            .method = curve->method,
            .from_x_px = layout_px(&plot->axes.x, end->nines),
            .y_px = layout_px(&plot->axes.y, drawn_ms(plot, end->value)),
            .text = text_of(curve),
        };
        sheet_point(sheet, "mark", 1, curve->method, names[i].from_x_px, names[i].y_px);
    }
    sheet_names(sheet, 1, &plot->box, names, plot->count);
    free(names);
}

static void write_curves(struct sheet *sheet, const struct plot *plot)
{
    for (size_t i = 0; i < plot->count; i++) {
        for (size_t k = 0; k < plot->curves[i].count; k++) {
            const struct percentile *point = &plot->curves[i].points[k];
            sheet_add(sheet,
                      &(struct sheet_row){
                          .what = "curve",
                          .panel = 1,
                          .method = plot->curves[i].method,
                          .own = (const double[]){point->nines, drawn_ms(plot, point->value)},
                      });
        }
    }
}

static void write_all(struct sheet *sheet, struct plot *plot, const struct picture_source *source)
{
    const struct comparison_result *result = source->results;
    const struct words subtitle = wording_machine(&result->machine);
    look_through(plot);
    lay_out(plot, subtitle.text);
    sheet_heading(sheet,
                  wording_format("Loop delay, %s of %s, %s", wording_work(result),
                                 wording_file_set(result).text,
                                 wording_trials(result, source->cache).text)
                      .text,
                  subtitle.text, plot->box.bottom + LAYOUT_BELOW);
    sheet_axes(sheet, 1, &plot->axes);
    write_percentile_ticks(sheet, plot);
    sheet_delay_ticks(sheet, 1, &plot->axes, true);
    sheet_x_title(sheet, 1, &plot->axes, "percentile of the beats");
    sheet_text(sheet, "note", 1, "loop delay", LAYOUT_LEFT, plot->box.top - 18);
    write_names(sheet, plot);
    write_curves(sheet, plot);
}

static const char *write_delay(struct sheet *sheet, const struct picture_source *source)
{
    struct plot plot = {.count = 0};
    const size_t methods = add_curves(&plot, source);
    if (methods > 0)
        write_all(sheet, &plot, source);
    for (size_t i = 0; i < plot.count; i++)
        free(plot.curves[i].points);
    free(plot.curves);
    return methods > 0 ? NULL : "the trials were too short for a beat on the loop";
}

const struct picture_kind picture_delay = {
    .name = "delay",
    .columns = "nines,delay_ms",
    .write = write_delay,
};
