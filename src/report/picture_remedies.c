// SPDX-License-Identifier: MIT
/* remedies: every method is a point, its time against the loop delay that it costs, with a panel
 * for each cache state. What is as fast as any and still leaves the loop free lies in the shaded
 * corner. */
#include "pictures.h"
#include "policy.h"
#include "wording.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define FREE_MS        (POLICY_FREE_LOOP_S * 1e3)
#define LEAST_DELAY_MS 0.001 /* a shorter one is drawn as this */
#define LEAST_HEIGHT   230.0
#define ROOM_ABOVE     12.0
#define ROOM_BELOW     48.0 /* below the lowest point, for the label of the corner */

static const char *const corner_text[] = {"fast, and the", "loop is free"};

struct point {
    const char *method;
    struct stats_estimate s;
    double ms;
    double x_px;
    double y_px;
};

/* One cache state. */
struct panel {
    const char *cache;
    struct point *points;
    size_t count;
    double fastest_s;
    double least_s; /* of the intervals, too */
    double most_s;
    struct layout_box box;
    struct sheet_axes axes;
};

static void add_point(struct panel *panel, const struct summary_row *row)
{
    const double s = row->median_s.value;
    struct point point = {
        .method = row->method,
        .s = {s, fmin(s, row->median_s.low), fmax(s, row->median_s.high)},
        .ms = fmax(row->loop_delay_p99_s * 1e3, LEAST_DELAY_MS),
    };
    if (!(s > 0) || !(row->loop_delay_p99_s >= 0))
        return;
    panel->points[panel->count++] = point;
    panel->fastest_s = fmin(panel->fastest_s, s);
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
    *panel = (struct panel){.cache = cache, .fastest_s = INFINITY, .least_s = INFINITY};
    panel->points = calloc(count + 1, sizeof *panel->points);
    if (panel->points == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        add_point(panel, &rows[i]);
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
            names_width = fmax(names_width, layout_text_width(panels[k].points[i].method));
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
        fmin(layout_px(&panel->axes.x, POLICY_FAST_RATIO * panel->fastest_s), box->right);
    const double width = layout_text_width(corner_text[0]) * 12 / 13;
    const bool is_inside = right - box->left > width;
    const double text_left = is_inside ? box->left : right;
    sheet_line(sheet, "corner", number, NULL,
               (const double[]){box->left, box->bottom, right, layout_px(&panel->axes.y, FREE_MS)});
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
    if (names == NULL)
        abort();
    for (size_t i = 0; i < panel->count; i++)
        names[i] = (struct sheet_name){.method = panel->points[i].method,
                                       .from_x_px = panel->points[i].x_px,
                                       .y_px = panel->points[i].y_px};
    sheet_names(sheet, number, &panel->box, names, panel->count);
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
    sheet_text(sheet, "note", number, "p99 loop delay", LAYOUT_LEFT, panel->box.top - 18);
    write_corner(sheet, panel, number);
    write_names(sheet, panel, number);
}

static void write_all(struct sheet *sheet, struct panel *panels, size_t count,
                      const struct comparison_result *result)
{
    const struct words machine = wording_machine(&result->machine);
    const struct words subtitle = wording_format(
        "%s%sBars are 95 %% intervals of the median. Shaded: p99 delay under %g ms, at most %g "
        "times the fastest median.",
        machine.text, machine.text[0] != '\0' ? "\n" : "", FREE_MS, POLICY_FAST_RATIO);
    const double bottom = lay_out(panels, count, sheet_heading_height(subtitle.text) + 62);
    sheet_heading(
        sheet,
        wording_format("Loop delay against the time to scan %s", wording_scan(result).text).text,
        subtitle.text, bottom + LAYOUT_BELOW);
    for (size_t k = 0; k < count; k++)
        write_panel(sheet, &panels[k], (int)k + 1, result);
    for (size_t k = 0; k < count; k++)
        write_points(sheet, &panels[k], (int)k + 1);
}

static const char *write_remedies(struct sheet *sheet, const struct picture_source *source)
{
    static const char *const caches[] = {"cold", "warm"};
    struct panel panels[sizeof caches / sizeof caches[0]];
    size_t count = 0;
    for (size_t i = 0; i < sizeof caches / sizeof caches[0]; i++) {
        look_through(&panels[count], source, caches[i]);
        if (panels[count].count > 0)
            count++;
        else
            free(panels[count].points);
    }
    if (count > 0)
        write_all(sheet, panels, count, source->results);
    for (size_t k = 0; k < count; k++)
        free(panels[k].points);
    return count > 0 ? NULL : "no method has both a median and a loop delay";
}

const struct picture_kind picture_remedies = {
    .name = "remedies",
    .columns = "median_s,delay_ms,median_low_s,median_high_s,size",
    .write = write_remedies,
};
