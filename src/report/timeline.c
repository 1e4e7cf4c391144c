// SPDX-License-Identifier: MIT
#include "timeline.h"

#include "steps.h"
#include "wording.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_DELAY_MS 0.01 /* a shorter one is drawn as this */
#define DECADE_HEIGHT  19.0
#define NAME_HEIGHT    30.0
#define END_WIDTH      70.0 /* at least, for the time at the end of the longest one */
#define MOST_STEPS     600  /* about as many as the picture has pixels */
#define LEGEND_GAP     24.0 /* from one name of a series to the mark of the next */
#define LEGEND_MARK    10.0 /* from a mark to its name */

struct curve {
    struct step_point *points;
    size_t count;
};

struct panel {
    const struct trial *trial;
    struct curve curves[TIMELINE_SERIES];
};

struct plot {
    const struct timeline *timeline;
    struct panel *panels;
    size_t count;
    double longest_s;
    double most_ms;
};

/* Takes the beats of one trial together, thinned; they are neighbours in the file. */
static struct curve make_curve(const struct trial *trial, const struct beats *beats, double step_s)
{
    struct curve curve;
    struct step_point *points = calloc(beats->count + 1, sizeof *points);
    size_t count = 0;
    if (points == NULL)
        abort();
    for (size_t i = 0; i < beats->count && trial->order >= 0; i++) {
        if (beats->rows[i].trial == trial->order)
            points[count++] =
                (struct step_point){beats->rows[i].time_s, beats->rows[i].delay_s * 1e3};
    }
    curve.count = steps_make(&curve.points, points, count, step_s);
    free(points);
    return curve;
}

static void free_panel(struct panel *panel)
{
    for (size_t i = 0; i < TIMELINE_SERIES; i++)
        free(panel->curves[i].points);
}

/* Unless there is nothing to show in it. */
static void add_panel(struct plot *plot, const struct trial *trial, double step_s)
{
    struct panel *panel = &plot->panels[plot->count];
    size_t points = 0;
    *panel = (struct panel){.trial = trial};
    for (size_t i = 0; i < TIMELINE_SERIES; i++) {
        if (plot->timeline->series[i].beats == NULL)
            continue;
        struct curve *curve = &panel->curves[i];
        *curve = make_curve(trial, plot->timeline->series[i].beats, step_s);
        for (size_t k = 0; k < curve->count; k++)
            plot->most_ms = fmax(plot->most_ms, curve->points[k].value);
        points += curve->count;
    }
    if (points == 0) {
        free_panel(panel);
        return;
    }
    plot->longest_s = fmax(plot->longest_s, trial->elapsed_s);
    plot->count++;
}

static bool is_shown(const struct timeline *timeline, const struct summary_row *row)
{
    return row->count > 0 && timeline->shows(row->method);
}

static void add_panels(struct plot *plot, const struct picture_source *source)
{
    size_t count;
    const struct summary_row *rows = picture_rows(source, &count);
    double longest_s = 0;
    plot->panels = calloc(count + 1, sizeof *plot->panels);
    plot->most_ms = 1;
    if (plot->panels == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        if (is_shown(plot->timeline, &rows[i]))
            longest_s = fmax(longest_s, rows[i].median_s.value);
    }
    for (size_t i = 0; i < count; i++) {
        if (is_shown(plot->timeline, &rows[i]))
            add_panel(plot, steps_median_trial(rows[i].trials, rows[i].count),
                      longest_s > 0 ? longest_s / MOST_STEPS : 1);
    }
}

static void write_panel(struct sheet *sheet, const struct plot *plot, size_t i,
                        const struct sheet_axes *axes)
{
    const int number = (int)i + 1;
    const struct panel *panel = &plot->panels[i];
    const double end_px = layout_px(&axes->x, panel->trial->elapsed_s);
    double ticks[LAYOUT_MOST_TICKS];
    sheet_axes(sheet, number, axes);
    size_t count = layout_ticks(ticks, &axes->x, false);
    for (size_t k = 0; k < count; k++)
        sheet_x_tick(sheet, number, axes, ticks[k],
                     i + 1 == plot->count ? wording_format("%g", ticks[k]).text : "");
    count = layout_ticks(ticks, &axes->y, true);
    for (size_t k = 0; k < count; k++) { /* every other one has a text */
        const double y_px = layout_px(&axes->y, ticks[k]);
        sheet_line(sheet, "grid", number, NULL,
                   (const double[]){axes->x.from_px, y_px, axes->x.to_px, y_px});
        if (k % 2 == 0)
            sheet_y_tick(sheet, number, axes, ticks[k], wording_delay(ticks[k]).text);
    }
    sheet_text(sheet, "heading", number, panel->trial->method, axes->x.from_px, axes->y.to_px - 12);
    sheet_line(sheet, "end", number, NULL,
               (const double[]){end_px, axes->y.from_px, end_px, axes->y.to_px});
    sheet_text(sheet, "name", number, wording_seconds(panel->trial->elapsed_s).text, end_px + 6,
               axes->y.to_px + DECADE_HEIGHT / 2);
}

static void write_curve(struct sheet *sheet, int panel, const char *name, const struct curve *curve)
{
    for (size_t k = 0; k < curve->count; k++)
        sheet_add(sheet, &(struct sheet_row){
                             .what = "curve",
                             .panel = panel,
                             .method = name,
                             .own = (const double[]){curve->points[k].time_s,
                                                     fmax(curve->points[k].value, LEAST_DELAY_MS)},
                         });
}

static void write_curves(struct sheet *sheet, const struct plot *plot, size_t i)
{
    const struct panel *panel = &plot->panels[i];
    for (size_t k = 0; k < TIMELINE_SERIES; k++) {
        const char *name = plot->timeline->series[k].name;
        write_curve(sheet, (int)i + 1, name != NULL ? name : panel->trial->method,
                    &panel->curves[k]);
    }
}

/* The names of the series, from the right end of the first panel's heading to the left. */
static void write_legend(struct sheet *sheet, const struct timeline *timeline, double right_px,
                         double y_px)
{
    for (size_t i = TIMELINE_SERIES; i-- > 0;) {
        const struct timeline_series *series = &timeline->series[i];
        if (series->beats == NULL || series->name == NULL)
            continue;
        right_px -= layout_text_width(series->text);
        sheet_text(sheet, "note", 1, series->text, right_px, y_px);
        sheet_point(sheet, "mark", 1, series->name, right_px - LEGEND_MARK, y_px);
        right_px -= LEGEND_MARK + LEGEND_GAP;
    }
}

static void write_all(struct sheet *sheet, const struct plot *plot,
                      const struct picture_source *source)
{
    const struct comparison_result *result = source->results;
    const struct words machine = wording_machine(&result->machine);
    const struct words subtitle = wording_format("%s%s%s; a line marks the end of the %s",
                                                 machine.text, machine.text[0] != '\0' ? "\n" : "",
                                                 plot->timeline->subtitle, wording_work(result));
    const double decades = ceil(log10(plot->most_ms)) - log10(LEAST_DELAY_MS);
    const double height = NAME_HEIGHT + decades * DECADE_HEIGHT;
    const double top = sheet_heading_height(subtitle.text) + 6;
    struct sheet_axes axes = {
        .x = {.from = 0, .from_px = LAYOUT_LEFT + 62, .to_px = LAYOUT_RIGHT},
        .y = {.from = LEAST_DELAY_MS, .to = LEAST_DELAY_MS * pow(10, decades), .is_log = true},
    };
    const double width = axes.x.to_px - axes.x.from_px;
    const double end_width =
        fmax(END_WIDTH, layout_text_width(wording_seconds(plot->longest_s).text));
    axes.x.to = (plot->longest_s > 0 ? plot->longest_s : 1) * width / (width - end_width);
    sheet_heading(sheet,
                  wording_format("%s during one %s of %s, %s cache", plot->timeline->title,
                                 wording_work(result), wording_file_set(result).text, source->cache)
                      .text,
                  subtitle.text, top + (double)plot->count * height + LAYOUT_BELOW);
    for (size_t i = 0; i < plot->count; i++) {
        axes.y.to_px = top + (double)i * height + NAME_HEIGHT;
        axes.y.from_px = top + (double)(i + 1) * height;
        write_panel(sheet, plot, i, &axes);
    }
    write_legend(sheet, plot->timeline, axes.x.to_px, top + NAME_HEIGHT - 12);
    sheet_x_title(sheet, (int)plot->count, &axes,
                  wording_format("seconds since the start of the %s", wording_work(result)).text);
    for (size_t i = 0; i < plot->count; i++)
        write_curves(sheet, plot, i);
}

bool timeline_write(const struct timeline *timeline, struct sheet *sheet,
                    const struct picture_source *source)
{
    struct plot plot = {.timeline = timeline};
    add_panels(&plot, source);
    const bool has_panels = plot.count > 0;
    if (has_panels)
        write_all(sheet, &plot, source);
    for (size_t i = 0; i < plot.count; i++)
        free_panel(&plot.panels[i]);
    free(plot.panels);
    return has_panels;
}
