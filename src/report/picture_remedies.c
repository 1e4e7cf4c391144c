// SPDX-License-Identifier: MIT
/* remedies: every method is a point, its time against the delay that it costs the loop and its
 * clients, with a panel for each cache state. What is nearly as fast as any and still leaves the
 * loop free lies in the shaded corner; what is recommended, by intervals and of both states, has a
 * star. */
#include "pictures.h"
#include "recommendation.h"
#include "wording.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_DELAY_MS 0.001 /* a shorter one is drawn as this */
#define LEAST_HEIGHT   230.0
#define ROOM_ABOVE     12.0
#define ROOM_BELOW     48.0 /* below the lowest point, for the label of the corner */

static const char *const corner_text[] = {"fast, and the", "loop is free"};

struct point {
    const char *method;
    bool is_recommended;
    struct stats_estimate s;
    double ms;
    double x_px;
    double y_px;
};

/* One cache state. */
struct panel {
    const char *cache;
    double free_ms; /* the corner, as the next */
    double at_most; /* times the fastest */
    struct point *points;
    size_t count;
    size_t unknown; /* methods that no p99 delay is known of */
    double fastest_s;
    double least_s; /* of all, and of the intervals that are drawn */
    double most_s;
    struct layout_box box;
    struct sheet_axes axes;
};

static void add_point(struct panel *panel, const struct summary *summary,
                      const struct summary_row *row)
{
    const double s = row->median_s.value;
    const double p99_s = summary_free_p99_s(row);
    struct point point = {
        .method = row->method,
        .is_recommended = recommendation_of(summary, row->method) == RECOMMENDED,
        .s = {s, fmin(s, row->median_s.low), fmax(s, row->median_s.high)},
        .ms = fmax(p99_s * 1e3, LEAST_DELAY_MS),
    };
    if (!(s > 0))
        return;
    panel->fastest_s = fmin(panel->fastest_s, s); /* also when its delay is not known */
    panel->least_s = fmin(panel->least_s, s);
    panel->most_s = fmax(panel->most_s, s);
    if (!(p99_s >= 0)) {
        panel->unknown++;
        return;
    }
    panel->points[panel->count++] = point;
    panel->least_s = fmin(panel->least_s, point.s.low);
    panel->most_s = fmax(panel->most_s, point.s.high);
}

static void look_through(struct panel *panel, const struct picture_source *source,
                         const char *cache)
{
    struct picture_source of_cache = *source;
    size_t count;
    of_cache.cache = cache;
    const struct summary_row *rows = picture_rows(&of_cache, &count);
    const struct recommendation_bar *bar = recommendation_bar(&source->results->summary);
    *panel = (struct panel){.cache = cache,
                            .free_ms = bar->free_loop_s * 1e3,
                            .at_most =
                                bar->at_most[strcmp(cache, "cold") == 0 ? CACHE_COLD : CACHE_WARM],
                            .fastest_s = INFINITY,
                            .least_s = INFINITY};
    panel->points = calloc(count + 1, sizeof *panel->points);
    if (panel->points == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        add_point(panel, &source->results->summary, &rows[i]);
}

static struct words name_of(const struct point *point)
{
    return wording_format("%s%s", point->method, point->is_recommended ? " *" : "");
}

/* All panels have the same axis of delays, which shows the corner and at least a factor of ten. */
static struct layout_axis delay_axis(const struct panel *panels, size_t count, double height)
{
    double least_ms = 1;
    double most_ms = 10;
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < panels[k].count; i++) {
            least_ms = fmin(least_ms, panels[k].points[i].ms);
            most_ms = fmax(most_ms, panels[k].points[i].ms);
        }
    }
    const double decade = (height - ROOM_ABOVE - ROOM_BELOW) / log10(most_ms / least_ms);
    return (struct layout_axis){.from = least_ms / pow(10, ROOM_BELOW / decade),
                                .to = most_ms * pow(10, ROOM_ABOVE / decade),
                                .is_log = true};
}

static struct layout_axis time_axis(const struct panel *panel)
{
    const bool is_log = panel->most_s > 20 * panel->least_s;
    return (struct layout_axis){.from = is_log ? panel->least_s / 1.3 : 0,
                                .to = panel->most_s * (is_log ? 1.3 : 1.04),
                                .from_px = panel->box.left,
                                .to_px = panel->box.right,
                                .is_log = is_log};
}

/* Returns the end of the last panel. */
static double lay_out(struct panel *panels, size_t count, double top)
{
    double names_width = 0;
    double height = LEAST_HEIGHT;
    for (size_t k = 0; k < count; k++) {
        height = fmax(height, (double)panels[k].count * LAYOUT_LABEL_GAP);
        for (size_t i = 0; i < panels[k].count; i++)
            names_width = fmax(names_width, layout_text_width(name_of(&panels[k].points[i]).text));
    }
    const struct layout_axis delays = delay_axis(panels, count, height);
    for (size_t k = 0; k < count; k++) {
        struct panel *panel = &panels[k];
        panel->box = (struct layout_box){
            .left = LAYOUT_LEFT + 62,
            .top = top + (double)k * (height + 124),
            .right = LAYOUT_RIGHT - names_width - LAYOUT_FAN - 18,
        };
        panel->box.bottom = panel->box.top + height;
        panel->axes = (struct sheet_axes){.x = time_axis(panel), .y = delays};
        panel->axes.y.from_px = panel->box.bottom;
        panel->axes.y.to_px = panel->box.top;
        for (size_t i = 0; i < panel->count; i++) {
            panel->points[i].x_px = layout_px(&panel->axes.x, panel->points[i].s.value);
            panel->points[i].y_px = layout_px(&panel->axes.y, panel->points[i].ms);
        }
    }
    return panels[count - 1].box.bottom;
}

/* It has its label inside, or beside it when it is too narrow. What is under the label keeps it
 * clear of the grid. */
static void write_corner(struct sheet *sheet, const struct panel *panel, int number)
{
    const struct layout_box *box = &panel->box;
    const double right =
        fmin(layout_px(&panel->axes.x, panel->at_most * panel->fastest_s), box->right);
    const double width = layout_text_width(corner_text[0]) * 12 / 13;
    const bool is_inside = right - box->left > width;
    const double text_left = is_inside ? box->left : right;
    sheet_line(
        sheet, "corner", number, NULL,
        (const double[]){box->left, box->bottom, right, layout_px(&panel->axes.y, panel->free_ms)});
    sheet_line(
        sheet, is_inside ? "corner-paper" : "paper", number, NULL,
        (const double[]){text_left + 1, box->bottom - 40, text_left + width, box->bottom - 2});
    for (size_t i = 0; i < sizeof corner_text / sizeof corner_text[0]; i++)
        sheet_text(sheet, "subtitle", number, corner_text[i], text_left + 8,
                   box->bottom - 28 + 15 * (double)i);
}

static void write_names(struct sheet *sheet, const struct panel *panel, int number)
{
    struct sheet_name *names = calloc(panel->count, sizeof *names);
    struct words *texts = calloc(panel->count, sizeof *texts);
    if (names == NULL || texts == NULL)
        abort();
    for (size_t i = 0; i < panel->count; i++) {
        texts[i] = name_of(&panel->points[i]);
        names[i] = (struct sheet_name){.method = panel->points[i].method,
                                       .from_x_px = panel->points[i].x_px,
                                       .y_px = panel->points[i].y_px,
                                       .text = texts[i].text};
    }
    sheet_names(sheet, number, &panel->box, names, panel->count);
    free(texts);
    free(names);
}

/* A point with another one on top of it is larger, so that it can be seen. */
static double point_size(const struct panel *panel, size_t i)
{
    for (size_t k = i + 1; k < panel->count; k++) {
        if (fabs(panel->points[i].x_px - panel->points[k].x_px) < 1 &&
            fabs(panel->points[i].y_px - panel->points[k].y_px) < 1)
            return 1.15;
    }
    return 0.85;
}

static void write_points(struct sheet *sheet, const struct panel *panel, int number)
{
    for (size_t i = 0; i < panel->count; i++) {
        const struct point *point = &panel->points[i];
        sheet_add(sheet, &(struct sheet_row){
                             .what = "point",
                             .panel = number,
                             .method = point->method,
                             .own = (const double[]){point->s.value, point->ms, point->s.low,
                                                     point->s.high, point_size(panel, i)},
                         });
    }
}

static void write_panel(struct sheet *sheet, const struct panel *panel, int number,
                        const struct comparison_result *result)
{
    sheet_axes(sheet, number, &panel->axes);
    sheet_x_ticks(sheet, number, &panel->axes);
    sheet_delay_ticks(sheet, number, &panel->axes, true);
    sheet_x_title(sheet, number, &panel->axes,
                  panel->axes.x.is_log ? "median time in seconds, log scale"
                                       : "median time in seconds");
    sheet_text(sheet, "heading", number, wording_trials(result, panel->cache).text, LAYOUT_LEFT,
               panel->box.top - 40);
    sheet_text(sheet, "note", number, "p99 delay", LAYOUT_LEFT, panel->box.top - 18);
    write_corner(sheet, panel, number);
    write_names(sheet, panel, number);
}

/* How many methods are missing, of all cache states; nothing when none is. */
static struct words unknown_of(const struct panel *panels, size_t count)
{
    struct words words = {.text = ""};
    for (size_t k = 0; k < count; k++) {
        if (panels[k].unknown > 0)
            words =
                wording_format("%s%s%s %s", words.text, words.text[0] != '\0' ? ", " : "",
                               wording_count(panels[k].unknown, "method").text, panels[k].cache);
    }
    return words.text[0] != '\0'
               ? wording_format("\nNot shown, as no p99 delay is known: %s.", words.text)
               : words;
}

static bool has_clients(const struct summary *summary)
{
    bool has = false;
    for (size_t i = 0; i < summary->count; i++)
        has = has || !isnan(summary->rows[i].client_max_s);
    return has;
}

static void write_all(struct sheet *sheet, struct panel *panels, size_t count, struct words unknown,
                      const struct comparison_result *result)
{
    const struct words machine = wording_machine(&result->machine);
    const struct recommendation_bar *bar = recommendation_bar(&result->summary);
    const struct words subtitle = wording_format(
        "%s%sThe delay is that of beats on the loop%s. Bars are %s intervals of the "
        "median.\nShaded: p99 delay under %g ms, at most %g times the "
        "fastest median cold, %g times warm. *: recommended, by intervals.%s",
        machine.text, machine.text[0] != '\0' ? "\n" : "",
        has_clients(&result->summary) ? " or of its clients, whichever is longer" : "",
        wording_level(result, 1).text, bar->free_loop_s * 1e3, bar->at_most[CACHE_COLD],
        bar->at_most[CACHE_WARM], unknown.text);
    const double bottom = lay_out(panels, count, sheet_heading_height(subtitle.text) + 62);
    sheet_heading(sheet,
                  wording_format("Loop delay against the time to %s %s", wording_work(result),
                                 wording_file_set(result).text)
                      .text,
                  subtitle.text, bottom + LAYOUT_BELOW);
    for (size_t k = 0; k < count; k++)
        write_panel(sheet, &panels[k], (int)k + 1, result);
    for (size_t k = 0; k < count; k++)
        write_points(sheet, &panels[k], (int)k + 1);
}

static const char *write_remedies(struct sheet *sheet, const struct picture_source *source)
{
    struct panel panels[CACHE_STATES];
    size_t count = 0;
    for (size_t i = 0; i < CACHE_STATES; i++)
        look_through(&panels[i], source, cache_state_name((enum cache_state)i));
    const struct words unknown = unknown_of(panels, CACHE_STATES);
    for (size_t i = 0; i < CACHE_STATES; i++) {
        if (panels[i].count > 0)
            panels[count++] = panels[i];
        else
            free(panels[i].points);
    }
    if (count > 0)
        write_all(sheet, panels, count, unknown, source->results);
    for (size_t k = 0; k < count; k++)
        free(panels[k].points);
    return count > 0 ? NULL : "no method has both a median and a p99 of its loop delay";
}

const struct picture_kind picture_remedies = {
    .name = "remedies",
    .columns = "median_s,delay_ms,median_low_s,median_high_s,size",
    .write = write_remedies,
};
