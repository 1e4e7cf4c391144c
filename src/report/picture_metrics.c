// SPDX-License-Identifier: MIT
/* metrics: what each metric of a loop told of the same scans, a row for each metric and a panel for
 * each method. */
#include "metric_summary.h"
#include "pictures.h"
#include "probes/metrics.h"
#include "wording.h"

#include <math.h>

#define LEAST_MS      0.001 /* a shorter delay is drawn as this */
#define ROW_HEIGHT    30.0
#define PANEL_GAP     66.0
#define ROOM_FOR_TEXT 62.0 /* right of the longest delay */
#define NAMES_WIDTH   130.0

/* Those that tell delays, from the top down. */
static const enum metric_kind kinds[] = {METRIC_TIMER, METRIC_TURN, METRIC_SLEEPER, METRIC_BEATS};
enum { ROWS = sizeof kinds / sizeof kinds[0], FIGURES = 3 };
static const char *const figure_names[FIGURES] = {"p50", "p99", "max"};

/* NAN: unknown. */
static double figure_ms(const struct metric *metric, size_t figure)
{
    const double s[FIGURES] = {metric->p50_s, metric->p99_s, metric->max_s};
    return isnan(s[figure]) ? NAN : fmax(1e3 * s[figure], LEAST_MS);
}

/* Of all methods; false when nothing is known. It shows a factor of ten at least. */
static bool find_ends(const struct metric_summary *summary, double *least_ms, double *most_ms)
{
    *least_ms = INFINITY;
    *most_ms = 0;
    for (size_t i = 0; i < summary->count; i++) {
        for (size_t k = 0; k < ROWS; k++) {
            for (size_t f = 0; f < FIGURES; f++) {
                const double ms = figure_ms(&summary->methods[i].metrics[kinds[k]], f);
                *least_ms = fmin(*least_ms, ms); /* not of NAN */
                *most_ms = fmax(*most_ms, ms);
            }
        }
    }
    if (*most_ms <= 0)
        return false;
    *least_ms = fmin(*least_ms, *most_ms / 10);
    return true;
}

static struct layout_axis delay_axis(double least_ms, double most_ms)
{
    const double left = LAYOUT_LEFT + NAMES_WIDTH;
    const double decade = (LAYOUT_RIGHT - left - ROOM_FOR_TEXT) / log10(most_ms / least_ms * 1.5);
    return (struct layout_axis){.from = least_ms / 1.5,
                                .to = most_ms * pow(10, ROOM_FOR_TEXT / decade),
                                .from_px = left,
                                .to_px = LAYOUT_RIGHT,
                                .is_log = true};
}

static void write_row(struct sheet *sheet, int panel, const struct sheet_axes *axes,
                      const struct metric *metric, double row)
{
    const double y_px = layout_px(&axes->y, row);
    double from_ms = NAN;
    double to_ms = NAN;
    sheet_text(sheet, "row-name", panel, metric_label(metric->kind), axes->x.from_px - 8, y_px);
    for (size_t f = 0; f < FIGURES; f++) {
        from_ms = fmin(from_ms, figure_ms(metric, f));
        to_ms = fmax(to_ms, figure_ms(metric, f));
    }
    if (isnan(to_ms))
        return;
    sheet_line(
        sheet, "rule", panel, NULL,
        (const double[]){layout_px(&axes->x, from_ms), y_px, layout_px(&axes->x, to_ms), y_px});
    sheet_text(sheet, "note", panel, wording_delay(to_ms).text, layout_px(&axes->x, to_ms) + 10,
               y_px);
}

/* The ticks are the powers of ten, of which there are many. */
static void write_ticks(struct sheet *sheet, int panel, const struct sheet_axes *axes)
{
    double ticks[LAYOUT_MOST_TICKS];
    const size_t count = layout_ticks(ticks, &axes->x, true);
    for (size_t i = 0; i < count; i++)
        sheet_x_tick(sheet, panel, axes, ticks[i], wording_format("%g", ticks[i]).text);
}

static void write_panel(struct sheet *sheet, int panel, const struct sheet_axes *axes,
                        const struct metric_method *method)
{
    sheet_axes(sheet, panel, axes);
    write_ticks(sheet, panel, axes);
    sheet_text(
        sheet, "heading", panel,
        wording_format("%s, %s", method->method, wording_count(method->trials, "trial").text).text,
        LAYOUT_LEFT, axes->y.to_px - 14);
    for (size_t k = 0; k < ROWS; k++)
        write_row(sheet, panel, axes, &method->metrics[kinds[k]], (double)(k + 1));
}

static void write_points(struct sheet *sheet, int panel, const struct metric_method *method)
{
    for (size_t k = 0; k < ROWS; k++) {
        const struct metric *metric = &method->metrics[kinds[k]];
        for (size_t f = 0; f < FIGURES; f++)
            sheet_add(sheet, &(struct sheet_row){
                                 .what = figure_names[f],
                                 .panel = panel,
                                 .method = method->method,
                                 .text = metric_label(metric->kind),
                                 .own = (const double[]){figure_ms(metric, f), (double)(k + 1)},
                             });
    }
}

static void write_legend(struct sheet *sheet, double y)
{
    static const char *const texts[FIGURES] = {"p50", "p99", "max of all trials"};
    double x = LAYOUT_LEFT + 6;
    for (size_t f = 0; f < FIGURES; f++) {
        sheet_point(sheet, "mark", 1, figure_names[f], x, y);
        sheet_text(sheet, "name", 1, texts[f], x + 12, y);
        x += layout_text_width(texts[f]) + 34;
    }
}

static void write_all(struct sheet *sheet, const struct picture_source *source, double least_ms,
                      double most_ms)
{
    const struct metric_summary *summary = source->metrics;
    struct words subtitle =
        wording_format("Cold cache, %s, each time after %.1f s in which the loop is left alone.",
                       wording_file_set(source->results).text, METRICS_QUIET_MS / 1e3);
    layout_wrap(subtitle.text);
    const double legend = sheet_heading_height(subtitle.text) + 10;
    const double height = ROWS * ROW_HEIGHT;
    const double top = legend + 56;
    struct sheet_axes axes = {.x = delay_axis(least_ms, most_ms),
                              .y = {.from = ROWS + 0.5, .to = 0.5}};
    sheet_heading(sheet, "The same stall, as each metric of a loop tells it", subtitle.text,
                  top + (double)summary->count * (height + PANEL_GAP) - PANEL_GAP + LAYOUT_BELOW);
    write_legend(sheet, legend);
    for (size_t i = 0; i < summary->count; i++) {
        axes.y.to_px = top + (double)i * (height + PANEL_GAP);
        axes.y.from_px = axes.y.to_px + height;
        write_panel(sheet, (int)i + 1, &axes, &summary->methods[i]);
    }
    sheet_x_title(sheet, (int)summary->count, &axes, "delay in ms, log scale");
    for (size_t i = 0; i < summary->count; i++)
        write_points(sheet, (int)i + 1, &summary->methods[i]);
}

static const char *write_metrics(struct sheet *sheet, const struct picture_source *source)
{
    double least_ms;
    double most_ms;
    if (!find_ends(source->metrics, &least_ms, &most_ms))
        return "no trial has metrics";
    write_all(sheet, source, least_ms, most_ms);
    return NULL;
}

const struct picture_kind picture_metrics = {
    .name = "metrics",
    .csv = "metrics-drawn", /* metrics.csv has the rows of the trials */
    .columns = "delay_ms,row",
    .write = write_metrics,
};
