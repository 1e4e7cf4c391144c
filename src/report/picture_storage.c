// SPDX-License-Identifier: MIT
/* storage: how the time of a scan and its p99 loop delay grow with the latency of the storage, as
 * one curve for each method. A method that waits for one request after the other grows along the
 * dotted model. */
#include "latency_range.h"
#include "pictures.h"
#include "wording.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_MS     0.001 /* a shorter time is drawn as this */
#define LEAST_HEIGHT 250.0
#define PANEL_GAP    62.0
#define ROOM_LEFT    26.0 /* beside the outermost latencies */
#define ROOM_RIGHT   14.0
#define ROOM         12.0 /* above and below the curves */
#define POINT_ROOM   9.0  /* that the model leaves on each side of a point */

enum { PANELS = 2, MOST_LATENCIES = 32, MOST_CURVES = 64 };

static const char *const panel_titles[PANELS] = {"median time to scan", "p99 loop delay"};

/* Of the methods that wait for one request after the other: the number of their waits, as counted
 * at the highest emulated latency, times the latency. */
static const char *const serial_methods[] = {"single-mmap", "async-mmap-random"};
enum { MODELS = sizeof serial_methods / sizeof serial_methods[0] };

struct point {
    double ms; /* NAN: unknown */
    double low_ms;
    double high_ms;
    double y_px;
};

struct plot {
    size_t latency_count; /* from the lowest up */
    struct latency {
        double s;
        bool emulated;
        double x_px;
    } latencies[MOST_LATENCIES];
    size_t curve_count; /* in the order of the methods' first appearance */
    const char *methods[MOST_CURVES];
    struct point points[PANELS][MOST_CURVES][MOST_LATENCIES];
    double model_waits[MODELS]; /* 0: none */
    size_t model_place[MODELS];
    size_t panel_count; /* those that are shown */
    struct panel {
        size_t number; /* into points */
        double least_ms;
        double most_ms;
        struct layout_box box;
        struct sheet_axes axes;
    } panels[PANELS];
    size_t first_emulated; /* latency_count when there is none */
    size_t last_emulated;
    size_t natives;
};

/* ---- The points -------------------------------------------------------------------------------
 */

static bool is_point(const struct summary_row *row)
{
    return strcmp(row->cache, "cold") == 0 && row->count > 0 &&
           (row->median_s.value >= 0 || row->loop_delay_p99_s >= 0);
}

static bool has_point(const struct comparison_result *result)
{
    for (size_t i = 0; i < result->summary.count; i++) {
        if (is_point(&result->summary.rows[i]))
            return latency_range_latency_s(result) > 0;
    }
    return false;
}

static void add_latency(struct plot *plot, const struct comparison_result *result)
{
    const double s = latency_range_latency_s(result);
    size_t to = 0;
    while (to < plot->latency_count && plot->latencies[to].s < s)
        to++;
    const bool is_there = to < plot->latency_count && !(s < plot->latencies[to].s);
    if (!is_there && plot->latency_count == MOST_LATENCIES)
        return;
    if (!is_there) {
        memmove(&plot->latencies[to + 1], &plot->latencies[to],
                (plot->latency_count++ - to) * sizeof plot->latencies[0]);
    }
    plot->latencies[to] = (struct latency){.s = s, .emulated = latency_range_is_emulated(result)};
}

/* Where a latency stands, or latency_count when there was no room for it. */
static size_t place_of(const struct plot *plot, double s)
{
    size_t place = 0;
    while (place < plot->latency_count && plot->latencies[place].s != s)
        place++;
    return place;
}

/* Where a method's curve is, which is new when it was not met before; or MOST_CURVES. */
static size_t curve_of(struct plot *plot, const char *method)
{
    size_t curve = 0;
    while (curve < plot->curve_count && strcmp(plot->methods[curve], method) != 0)
        curve++;
    if (curve == plot->curve_count && curve < MOST_CURVES)
        plot->methods[plot->curve_count++] = method;
    return curve;
}

static double drawn_ms(double s)
{
    return s >= 0 ? fmax(1e3 * s, LEAST_MS) : NAN;
}

static void note_waits(struct plot *plot, const struct summary_row *row, size_t place)
{
    const double waits = latency_range_waits(row);
    for (size_t i = 0; i < MODELS; i++) {
        if (strcmp(row->method, serial_methods[i]) == 0 && plot->latencies[place].emulated &&
            waits > 0 && place >= plot->model_place[i]) {
            plot->model_place[i] = place;
            plot->model_waits[i] = waits;
        }
    }
}

static void add_points(struct plot *plot, const struct comparison_result *result)
{
    const size_t place = place_of(plot, latency_range_latency_s(result));
    for (size_t i = 0; i < result->summary.count; i++) {
        const struct summary_row *row = &result->summary.rows[i];
        const size_t curve = is_point(row) ? curve_of(plot, row->method) : MOST_CURVES;
        if (place == plot->latency_count || curve == MOST_CURVES)
            continue;
        const double ms = drawn_ms(row->median_s.value);
        const double delay_ms = drawn_ms(row->loop_delay_p99_s);
        plot->points[0][curve][place] =
            (struct point){.ms = ms,
                           .low_ms = fmin(ms, drawn_ms(row->median_s.low)),
                           .high_ms = fmax(ms, drawn_ms(row->median_s.high))};
        plot->points[1][curve][place] =
            (struct point){.ms = delay_ms, .low_ms = delay_ms, .high_ms = delay_ms};
        note_waits(plot, row, place);
    }
}

static void collect(struct plot *plot, const struct picture_source *source)
{
    for (size_t panel = 0; panel < PANELS; panel++) {
        for (size_t curve = 0; curve < MOST_CURVES; curve++) {
            for (size_t place = 0; place < MOST_LATENCIES; place++)
                plot->points[panel][curve][place].ms = NAN;
        }
    }
    for (size_t i = 0; i < source->count; i++) {
        if (has_point(&source->results[i]))
            add_latency(plot, &source->results[i]);
    }
    for (size_t i = 0; i < source->count; i++) {
        if (has_point(&source->results[i]))
            add_points(plot, &source->results[i]);
    }
    plot->first_emulated = plot->latency_count;
    for (size_t i = 0; i < plot->latency_count; i++) {
        if (!plot->latencies[i].emulated) {
            plot->natives++;
            continue;
        }
        plot->first_emulated = i < plot->first_emulated ? i : plot->first_emulated;
        plot->last_emulated = i;
    }
}

/* ---- What is shown ----------------------------------------------------------------------------
 */

static double model_ms(const struct plot *plot, size_t model, double latency_s)
{
    return 1e3 * plot->model_waits[model] * latency_s;
}

static void add_panel(struct plot *plot, size_t number)
{
    struct panel panel = {.number = number, .least_ms = INFINITY};
    bool any = false;
    for (size_t curve = 0; curve < plot->curve_count; curve++) {
        for (size_t place = 0; place < plot->latency_count; place++) {
            const struct point *point = &plot->points[number][curve][place];
            if (isnan(point->ms))
                continue;
            any = true;
            panel.least_ms = fmin(panel.least_ms, point->low_ms);
            panel.most_ms = fmax(panel.most_ms, point->high_ms);
        }
    }
    if (any)
        plot->panels[plot->panel_count++] = panel;
}

/* The models are lines between two emulated latencies at least, in the panel of the times. */
static void choose_models(struct plot *plot)
{
    const bool possible = plot->first_emulated < plot->last_emulated && plot->panel_count > 0 &&
                          plot->panels[0].number == 0;
    for (size_t i = 0; i < MODELS; i++) {
        struct panel *panel = &plot->panels[0];
        if (!possible)
            plot->model_waits[i] = 0;
        if (plot->model_waits[i] <= 0)
            continue;
        panel->least_ms =
            fmin(panel->least_ms, model_ms(plot, i, plot->latencies[plot->first_emulated].s));
        panel->most_ms =
            fmax(panel->most_ms, model_ms(plot, i, plot->latencies[plot->last_emulated].s));
    }
}

/* What it is of, as the native results tell; then what is drawn. */
static struct words subtitle_of(const struct plot *plot, const struct picture_source *source)
{
    const struct comparison_result *native = NULL;
    for (size_t i = 0; i < source->count && native == NULL; i++) {
        if (!latency_range_is_emulated(&source->results[i]))
            native = &source->results[i];
    }
    const struct words machine =
        native != NULL ? wording_machine(&native->machine) : (struct words){.text = ""};
    struct words about = wording_format(
        "Cold cache%s%s. %s%s", native != NULL ? ", " : "",
        native != NULL ? wording_file_set(native).text : "",
        plot->first_emulated == plot->latency_count ? "The storage is the native one."
        : plot->natives == 0                        ? "The storage is emulated."
                                                    : "All storage but the native one is emulated.",
        plot->panels[0].number == 0
            ? wording_format(" Bars are %s intervals.",
                             wording_level(source->results, source->count).text)
                  .text
            : "");
    struct words models = {.text = ""};
    layout_wrap(about.text);
    for (size_t i = 0; i < MODELS; i++) {
        if (plot->model_waits[i] > 0)
            models =
                wording_format("%s%s%.0f of %s", models.text,
                               models.text[0] != '\0'
                                   ? ", "
                                   : "Dotted: model, latency times waits, one after the other: ",
                               plot->model_waits[i], serial_methods[i]);
    }
    layout_wrap(models.text);
    return wording_format("%s%s%s%s%s%s", machine.text, machine.text[0] != '\0' ? "\n" : "",
                          about.text, models.text[0] != '\0' ? "\n" : "", models.text,
                          models.text[0] != '\0' ? "." : "");
}

/* ---- Layout -----------------------------------------------------------------------------------
 */

static struct layout_axis latency_axis(struct plot *plot, double left, double right)
{
    const bool is_one = plot->latency_count == 1;
    const double least = plot->latencies[0].s / (is_one ? 2 : 1);
    const double most = plot->latencies[plot->latency_count - 1].s * (is_one ? 2 : 1);
    const double decade = (right - left - ROOM_LEFT - ROOM_RIGHT) / log10(most / least);
    const struct layout_axis axis = {.from = least / pow(10, ROOM_LEFT / decade),
                                     .to = most * pow(10, ROOM_RIGHT / decade),
                                     .from_px = left,
                                     .to_px = right,
                                     .is_log = true};
    for (size_t i = 0; i < plot->latency_count; i++)
        plot->latencies[i].x_px = layout_px(&axis, plot->latencies[i].s);
    return axis;
}

/* It shows at least a factor of ten. */
static struct layout_axis value_axis(const struct panel *panel)
{
    const double widening = sqrt(fmax(10 * panel->least_ms / panel->most_ms, 1));
    const double least_ms = panel->least_ms / widening;
    const double most_ms = panel->most_ms * widening;
    const double decade =
        (panel->box.bottom - panel->box.top - 2 * ROOM) / log10(most_ms / least_ms);
    return (struct layout_axis){.from = least_ms / pow(10, ROOM / decade),
                                .to = most_ms * pow(10, ROOM / decade),
                                .from_px = panel->box.bottom,
                                .to_px = panel->box.top,
                                .is_log = true};
}

static void lay_out(struct plot *plot, double top)
{
    double names_width = 0;
    for (size_t i = 0; i < plot->curve_count; i++)
        names_width = fmax(names_width, layout_text_width(plot->methods[i]));
    const double left = LAYOUT_LEFT + 62;
    const double right = LAYOUT_RIGHT - names_width - LAYOUT_FAN - 18;
    const double height = fmax((double)plot->curve_count * LAYOUT_LABEL_GAP, LEAST_HEIGHT);
    const struct layout_axis latencies = latency_axis(plot, left, right);
    for (size_t k = 0; k < plot->panel_count; k++) {
        struct panel *panel = &plot->panels[k];
        panel->box = (struct layout_box){
            .left = left, .top = top + (double)k * (height + PANEL_GAP), .right = right};
        panel->box.bottom = panel->box.top + height;
        panel->axes = (struct sheet_axes){.x = latencies, .y = value_axis(panel)};
        for (size_t curve = 0; curve < plot->curve_count; curve++) {
            for (size_t place = 0; place < plot->latency_count; place++) {
                struct point *point = &plot->points[panel->number][curve][place];
                point->y_px = layout_px(&panel->axes.y, point->ms); /* NAN of NAN */
            }
        }
    }
}

static struct words latency_text(const struct latency *latency)
{
    return wording_format("%s%s", latency->emulated ? "" : "native, ",
                          wording_delay(latency->s * 1e3).text);
}

static bool is_close(const struct latency *a, const struct latency *b)
{
    return fabs(a->x_px - b->x_px) <
           (layout_text_width(latency_text(a).text) + layout_text_width(latency_text(b).text)) / 2;
}

/* The label of a native storage that is too close to an emulated one stands below it. */
static bool is_lowered(const struct plot *plot, size_t i)
{
    for (size_t k = 0; k < plot->latency_count && !plot->latencies[i].emulated; k++) {
        if (plot->latencies[k].emulated && is_close(&plot->latencies[i], &plot->latencies[k]))
            return true;
    }
    return false;
}

static bool has_lowered(const struct plot *plot)
{
    for (size_t i = 0; i < plot->latency_count; i++) {
        if (is_lowered(plot, i))
            return true;
    }
    return false;
}

/* Of labels at one height that are too close to the one before, only the first is there; only the
 * lowest panel has any. */
static void write_latencies(struct sheet *sheet, const struct plot *plot, size_t k)
{
    const struct panel *panel = &plot->panels[k];
    const struct latency *labelled[] = {NULL, NULL}; /* the last one, and of those lowered */
    for (size_t i = 0; i < plot->latency_count; i++) {
        const struct latency *latency = &plot->latencies[i];
        const bool lowered = is_lowered(plot, i);
        const bool is_left_out = labelled[lowered] != NULL && is_close(latency, labelled[lowered]);
        const bool is_text_here = k + 1 == plot->panel_count && !is_left_out;
        const struct words text = is_text_here ? latency_text(latency) : (struct words){.text = ""};
        if (!is_left_out)
            labelled[lowered] = latency;
        sheet_x_tick(sheet, (int)k + 1, &panel->axes, latency->s, lowered ? "" : text.text);
        if (is_text_here && lowered)
            sheet_text(sheet, "name-centred", (int)k + 1, text.text, latency->x_px,
                       panel->box.bottom + 36);
    }
}

/* ---- Curves -----------------------------------------------------------------------------------
 */

static bool is_near(const struct plot *plot, size_t panel, size_t curve, size_t other, size_t place)
{
    return fabs(plot->points[panel][curve][place].y_px - plot->points[panel][other][place].y_px) <
           2; /* not with NAN */
}

/* A point with others on top of it is larger, so that it can be seen. */
static double point_size(const struct plot *plot, size_t panel, size_t curve, size_t place)
{
    int above = 0;
    for (size_t other = curve + 1; other < plot->curve_count; other++)
        above += is_near(plot, panel, curve, other, place);
    return 0.8 + 0.35 * fmin(above, 3);
}

/* And so is a line wider with others on most of it. */
static double line_width(const struct plot *plot, size_t panel, size_t curve)
{
    int above = 0;
    for (size_t other = curve + 1; other < plot->curve_count; other++) {
        size_t near = 0;
        for (size_t place = 0; place < plot->latency_count; place++)
            near += is_near(plot, panel, curve, other, place);
        above += 2 * near > plot->latency_count;
    }
    return 2 + 2 * fmin(above, 3);
}

static void write_curves(struct sheet *sheet, const struct plot *plot, size_t k)
{
    const size_t panel = plot->panels[k].number;
    for (size_t curve = 0; curve < plot->curve_count; curve++) {
        for (size_t place = 0; place < plot->latency_count; place++) {
            const struct point *point = &plot->points[panel][curve][place];
            const bool is_known = !isnan(point->ms);
            sheet_add(
                sheet,
                &(struct sheet_row){
                    .what = "curve",
                    .panel = (int)k + 1,
                    .method = plot->methods[curve],
                    .own = (const double[]){plot->latencies[place].s, point->ms,
                                            is_known ? point->low_ms : NAN,
                                            is_known ? point->high_ms : NAN,
                                            is_known ? point_size(plot, panel, curve, place) : 1,
                                            line_width(plot, panel, curve)},
                });
        }
    }
}

/* The model lies on the curves and leaves out their points. */
static void write_models(struct sheet *sheet, const struct plot *plot)
{
    const struct sheet_axes *axes = &plot->panels[0].axes;
    for (size_t i = 0; i < MODELS; i++) {
        const struct latency *before = NULL;
        for (size_t place = 0; place < plot->latency_count && plot->model_waits[i] > 0; place++) {
            const struct latency *latency = &plot->latencies[place];
            if (!latency->emulated)
                continue;
            if (before != NULL && latency->x_px - before->x_px > 2 * POINT_ROOM) {
                const double from_px = layout_px(&axes->y, model_ms(plot, i, before->s));
                const double to_px = layout_px(&axes->y, model_ms(plot, i, latency->s));
                const double left_out = POINT_ROOM / (latency->x_px - before->x_px);
                sheet_line(sheet, "model", 1, serial_methods[i],
                           (const double[]){
                               before->x_px + POINT_ROOM, from_px + left_out * (to_px - from_px),
                               latency->x_px - POINT_ROOM, to_px - left_out * (to_px - from_px)});
            }
            before = latency;
        }
    }
}

static void write_names(struct sheet *sheet, const struct plot *plot, size_t k)
{
    struct sheet_name names[MOST_CURVES];
    size_t count = 0;
    for (size_t curve = 0; curve < plot->curve_count; curve++) {
        const struct point *points = plot->points[plot->panels[k].number][curve];
        size_t ends = plot->latency_count; /* one after its last point */
        while (ends > 0 && isnan(points[ends - 1].ms))
            ends--;
        if (ends > 0)
            names[count++] = (struct sheet_name){.method = plot->methods[curve],
                                                 .from_x_px = plot->latencies[ends - 1].x_px,
                                                 .y_px = points[ends - 1].y_px};
    }
    sheet_names(sheet, (int)k + 1, &plot->panels[k].box, names, count);
}

static void write_all(struct sheet *sheet, struct plot *plot, const struct picture_source *source)
{
    const struct words subtitle = subtitle_of(plot, source);
    lay_out(plot, sheet_heading_height(subtitle.text) + 40);
    const struct panel *lowest = &plot->panels[plot->panel_count - 1];
    const double below = has_lowered(plot) ? 17 : 0;
    sheet_heading(sheet, "Scan time and loop delay by the latency of the storage", subtitle.text,
                  lowest->box.bottom + LAYOUT_BELOW + below);
    sheet_text(sheet, "note-centred", (int)plot->panel_count, "latency of one request, log scale",
               (lowest->box.left + lowest->box.right) / 2, lowest->box.bottom + 41 + below);
    for (size_t k = 0; k < plot->panel_count; k++) {
        const struct sheet_axes *axes = &plot->panels[k].axes;
        sheet_axes(sheet, (int)k + 1, axes);
        sheet_text(sheet, "heading", (int)k + 1, panel_titles[plot->panels[k].number], LAYOUT_LEFT,
                   plot->panels[k].box.top - 20);
        write_latencies(sheet, plot, k);
        sheet_delay_ticks(sheet, (int)k + 1, axes, axes->y.to > 100 * axes->y.from);
        write_names(sheet, plot, k);
    }
    write_models(sheet, plot);
    for (size_t k = 0; k < plot->panel_count; k++)
        write_curves(sheet, plot, k);
}

static const char *write_storage(struct sheet *sheet, const struct picture_source *source)
{
    struct plot *plot = calloc(1, sizeof *plot);
    if (plot == NULL)
        abort();
    collect(plot, source);
    for (size_t i = 0; i < PANELS; i++)
        add_panel(plot, i);
    choose_models(plot);
    const bool any = plot->panel_count > 0;
    if (any)
        write_all(sheet, plot, source);
    free(plot);
    return any ? NULL : "no cold result has both a known latency and a median";
}

const struct picture_kind picture_storage = {
    .name = "storage",
    .csv = "storage-drawn", /* storage.csv has the figures of latency_range.h */
    .columns = "latency_s,value_ms,low_ms,high_ms,size,line_width",
    .write = write_storage,
};
