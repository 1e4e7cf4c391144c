// SPDX-License-Identifier: MIT
/* compare: the medians of several results side by side, a row for each method and a panel for each
 * cache state, with their 95 % intervals. */
#include "pictures.h"
#include "wording.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LANE_HEIGHT   15.0 /* of one result in a row */
#define LANES_GAP     14.0
#define LEGEND_LINE   20.0
#define PANELS_GAP    36.0
#define LONGEST_LABEL 95 /* characters */

static const char *const caches[] = {"cold", "warm"};
enum { CACHES = sizeof caches / sizeof caches[0] };

struct panel {
    const char *cache;
    double least_s; /* of the medians */
    double most_s;
    double left_s; /* of the intervals, too */
    double right_s;
    struct sheet_axes axes;
};

struct plot {
    const struct comparison_result *results;
    size_t result_count;
    const char **methods; /* in the order of their first appearance */
    size_t method_count;
    struct panel panels[CACHES];
    size_t panel_count;
    bool is_log;
    double legend_top;
    double bottom;
};

static void add_methods(struct plot *plot, const struct summary *summary)
{
    const char **grown =
        realloc(plot->methods, (plot->method_count + summary->count + 1) * sizeof *grown);
    if (grown == NULL)
        abort();
    plot->methods = grown;
    for (size_t i = 0; i < summary->count; i++) {
        size_t k = 0;
        while (k < plot->method_count && strcmp(grown[k], summary->rows[i].method) != 0)
            k++;
        if (k == plot->method_count)
            grown[plot->method_count++] = summary->rows[i].method;
    }
}

static void add_panel(struct plot *plot, const char *cache)
{
    struct panel panel = {.cache = cache, .least_s = INFINITY, .left_s = INFINITY};
    for (size_t i = 0; i < plot->result_count; i++) {
        for (size_t k = 0; k < plot->results[i].summary.count; k++) {
            const struct summary_row *row = &plot->results[i].summary.rows[k];
            const double s = row->median_s.value;
            if (strcmp(row->cache, cache) != 0 || !(s > 0))
                continue;
            panel.least_s = fmin(panel.least_s, s);
            panel.most_s = fmax(panel.most_s, s);
            panel.left_s = fmin(panel.left_s, fmin(s, row->median_s.low));
            panel.right_s = fmax(panel.right_s, fmax(s, row->median_s.high));
        }
    }
    if (panel.most_s <= 0)
        return;
    plot->is_log = plot->is_log || panel.most_s > 20 * panel.least_s;
    plot->panels[plot->panel_count++] = panel;
}

static void lay_out(struct plot *plot)
{
    double names_width = 0;
    for (size_t i = 0; i < plot->method_count; i++)
        names_width = fmax(names_width, layout_text_width(plot->methods[i]));
    const double results = (double)plot->result_count;
    const double methods = (double)plot->method_count;
    const double left = LAYOUT_LEFT + names_width + 12;
    const double step = (LAYOUT_RIGHT - left + PANELS_GAP) / (double)plot->panel_count;
    plot->legend_top = sheet_heading_height("") + 4;
    const double top = plot->legend_top + results * LEGEND_LINE + 28;
    plot->bottom = top + methods * (results * LANE_HEIGHT + LANES_GAP);
    for (size_t k = 0; k < plot->panel_count; k++) {
        struct panel *panel = &plot->panels[k];
        panel->axes = (struct sheet_axes){
            .x = {.from = plot->is_log ? panel->left_s / 1.3 : 0,
                  .to = panel->right_s * (plot->is_log ? 1.3 : 1.04),
                  .from_px = left + (double)k * step,
                  .to_px = left + (double)(k + 1) * step - PANELS_GAP,
                  .is_log = plot->is_log},
            .y = {.from = methods + 0.5, .to = 0.5, .from_px = plot->bottom, .to_px = top},
        };
    }
}

/* A label that is too long for its line loses its middle. */
static struct words shortened(const char *label)
{
    const size_t characters = (size_t)(layout_text_width(label) / layout_text_width("x"));
    if (characters <= LONGEST_LABEL)
        return wording_format("%s", label);
    const char *end = label;
    const char *rest = label;
    for (size_t i = 0; i < LONGEST_LABEL / 2 - 1; i++)
        end = layout_next_character(end);
    for (size_t i = 0; i < characters - LONGEST_LABEL / 2; i++)
        rest = layout_next_character(rest);
    return wording_format("%.*s…%s", (int)(end - label), label, rest);
}

static struct words result_name(size_t i)
{
    return wording_format("result %zu", i + 1);
}

static void write_legend(struct sheet *sheet, const struct plot *plot)
{
    for (size_t i = 0; i < plot->result_count; i++) {
        const double y = plot->legend_top + ((double)i + 0.5) * LEGEND_LINE;
        sheet_point(sheet, "mark", 1, result_name(i).text, LAYOUT_LEFT + 6, y);
        sheet_text(sheet, "name", 1, shortened(plot->results[i].dir).text, LAYOUT_LEFT + 20, y);
    }
}

static void write_panel(struct sheet *sheet, const struct plot *plot, size_t k)
{
    const struct panel *panel = &plot->panels[k];
    const struct layout_axis *x = &panel->axes.x;
    const int number = (int)k + 1;
    sheet_axes(sheet, number, &panel->axes);
    sheet_x_ticks(sheet, number, &panel->axes);
    sheet_x_title(sheet, number, &panel->axes, plot->is_log ? "seconds, log scale" : "seconds");
    sheet_text(sheet, "heading", number, wording_format("%s cache", panel->cache).text, x->from_px,
               panel->axes.y.to_px - 12);
    for (size_t i = 0; i < plot->method_count; i++) {
        const double edge_px = layout_px(&panel->axes.y, (double)i + 0.5);
        sheet_line(sheet, "grid", number, NULL,
                   (const double[]){x->from_px, edge_px, x->to_px, edge_px});
        if (k == 0)
            sheet_text(sheet, "row-name", number, plot->methods[i], x->from_px - 8,
                       layout_px(&panel->axes.y, (double)i + 1));
    }
}

/* Each result has a lane of its own in the row of a method. */
static void write_medians(struct sheet *sheet, const struct plot *plot, size_t k, size_t result)
{
    const double lanes = (double)plot->result_count;
    const double lane =
        ((double)(result + 1) - (lanes + 1) / 2) * LANE_HEIGHT / (lanes * LANE_HEIGHT + LANES_GAP);
    for (size_t i = 0; i < plot->method_count; i++) {
        const struct summary_row *row =
            summary_find(&plot->results[result].summary, plot->methods[i], plot->panels[k].cache);
        if (row == NULL || !(row->median_s.value > 0))
            continue;
        sheet_add(sheet, &(struct sheet_row){
                             .what = "median",
                             .panel = (int)k + 1,
                             .method = plot->methods[i],
                             .own = (const double[]){row->median_s.value, (double)(i + 1) + lane,
                                                     row->median_s.low, row->median_s.high,
                                                     (double)(result + 1)},
                         });
    }
}

/* Of different work, which --anyway puts side by side, there is no one verb. */
static const char *work_of(const struct plot *plot)
{
    const char *work = wording_work(&plot->results[0]);
    for (size_t i = 1; i < plot->result_count; i++) {
        if (strcmp(wording_work(&plot->results[i]), work) != 0)
            return "work on";
    }
    return work;
}

static void write_all(struct sheet *sheet, struct plot *plot)
{
    lay_out(plot);
    sheet_heading(sheet,
                  wording_format("Median time to %s the file set, with its %s interval",
                                 work_of(plot),
                                 wording_level(plot->results, plot->result_count).text)
                      .text,
                  "", plot->bottom + LAYOUT_BELOW);
    write_legend(sheet, plot);
    for (size_t k = 0; k < plot->panel_count; k++)
        write_panel(sheet, plot, k);
    for (size_t k = 0; k < plot->panel_count; k++) {
        for (size_t i = 0; i < plot->result_count; i++)
            write_medians(sheet, plot, k, i);
    }
}

static const char *write_compare(struct sheet *sheet, const struct picture_source *source)
{
    struct plot plot = {.results = source->results, .result_count = source->count};
    for (size_t i = 0; i < source->count; i++)
        add_methods(&plot, &source->results[i].summary);
    for (size_t i = 0; i < CACHES; i++)
        add_panel(&plot, caches[i]);
    if (plot.panel_count > 0)
        write_all(sheet, &plot);
    free(plot.methods);
    return plot.panel_count > 0 ? NULL : "no method has a median";
}

const struct picture_kind picture_compare = {
    .name = "compare",
    .csv = "compare-drawn", /* compare.csv has the figures of comparison.h */
    .columns = "median_s,row,median_low_s,median_high_s,result",
    .write = write_compare,
};
