// SPDX-License-Identifier: MIT
#ifndef SHEET_H
#define SHEET_H

#include "core/error.h"
#include "layout.h"

#include <stddef.h>
#include <stdio.h>

/* The CSV of a picture while it is written: a row for each thing that is drawn, in this order of
 * columns:
 *
 *     text,what,panel,method,<the picture's own>,x_px,y_px,to_x_px,to_y_px
 *
 * `what` it is, plots/style.gp and the picture's script know. What has a place of its own in the
 * picture has it in pixels (layout.h); what lies on the axes of a panel has its values in the
 * picture's own columns. Rows with a place come before those without: gnuplot keeps them in arrays.
 *
 * Each text is in quotes and the first field, because gnuplot ends a quoted field at its first
 * comma but has a way around that for a first one. It takes a backslash for an escape: those of a
 * text are doubled. A double quote in a text becomes a single one, a control character a space, and
 * a byte that is no UTF-8 a question mark; a comma at the very beginning gets a space before it. */
struct sheet {
    FILE *file;
    char *path;
    size_t own; /* columns */
};

/* Begins "<dir>/<name>.csv", which appears when it is whole; `columns` are the picture's own, with
 * commas between. Returns 0 or a negative errno with `error` filled. */
int sheet_open(struct sheet *sheet, const char *dir, const char *name, const char *columns,
               struct error *error);

/* Ends it, or gives it up when `failed`. Returns 0 or a negative errno with `error` filled. */
int sheet_close(struct sheet *sheet, int failed, struct error *error);

/* A row. `text` and `method` may be NULL; `own`, the values of all of the picture's own columns,
 * and `px`, four numbers, may be NULL, and any of them NAN: unknown. */
struct sheet_row {
    const char *what;
    int panel; /* from 1 */
    const char *method;
    const char *text;
    const double *own;
    const double *px;
};
void sheet_add(struct sheet *sheet, const struct sheet_row *row);

/* Rows that only have a text and where it stands, a method's line or box, a method's point. */
void sheet_text(struct sheet *sheet, const char *what, int panel, const char *text, double x_px,
                double y_px);
void sheet_line(struct sheet *sheet, const char *what, int panel, const char *method,
                const double px[4]);
void sheet_point(struct sheet *sheet, const char *what, int panel, const char *method, double x_px,
                 double y_px);

/* The size of the picture, its title and below it the lines of the subtitle. */
void sheet_heading(struct sheet *sheet, const char *title, const char *subtitle, double height);

/* How much of the picture the heading takes. */
double sheet_heading_height(const char *subtitle);

/* The axes of a panel, of which the picture's first two own columns have the values: the corners
 * (the text of the first names those with a log scale), and the ticks along x with their texts
 * "%g". */
struct sheet_axes {
    struct layout_axis x;
    struct layout_axis y;
};
void sheet_axes(struct sheet *sheet, int panel, const struct sheet_axes *axes);
void sheet_x_ticks(struct sheet *sheet, int panel, const struct sheet_axes *axes);

/* One tick, with its text. */
void sheet_x_tick(struct sheet *sheet, int panel, const struct sheet_axes *axes, double value,
                  const char *text);
void sheet_y_tick(struct sheet *sheet, int panel, const struct sheet_axes *axes, double value,
                  const char *text);

/* The ticks of an axis of delays in ms, with texts such as "10 ms". */
void sheet_delay_ticks(struct sheet *sheet, int panel, const struct sheet_axes *axes,
                       bool only_tens);

/* What is said below the panel. */
void sheet_x_title(struct sheet *sheet, int panel, const struct sheet_axes *axes, const char *text);

/* Names to the right of a panel, each with a line from where its method is at the panel's right
 * edge, at `y_px`, from the top down; `from_x_px` is where the method's curve or point ends. */
struct sheet_name {
    const char *method;
    double from_x_px;
    double y_px;
    const char *text; /* NULL: the method */
};
void sheet_names(struct sheet *sheet, int panel, const struct layout_box *plot,
                 struct sheet_name *names, size_t count);

#endif
