// SPDX-License-Identifier: MIT
#include "sheet.h"

#include "core/files.h"
#include "wording.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int sheet_open(struct sheet *sheet, const char *dir, const char *name, const char *columns,
               struct error *error)
{
    *sheet = (struct sheet){.path = files_join(dir, wording_format("%s.csv", name).text), .own = 1};
    const int code = files_replace_begin(&sheet->file, sheet->path, error);
    if (code != 0) {
        free(sheet->path);
        return code;
    }
    for (const char *next = columns; *next != '\0'; next++)
        sheet->own += *next == ',';
    fprintf(sheet->file, "text,what,panel,method,%s,x_px,y_px,to_x_px,to_y_px\n", columns);
    return 0;
}

int sheet_close(struct sheet *sheet, int failed, struct error *error)
{
    const int code = files_replace_end(sheet->file, sheet->path, failed, error);
    free(sheet->path);
    return code;
}

/* ---- Rows -------------------------------------------------------------------------------------
 */

/* The bytes of the character that begins there, or 0 when that is no UTF-8. */
static size_t character_length(const unsigned char *text)
{
    const size_t length = text[0] < 0x80                      ? 1
                          : text[0] >= 0xC2 && text[0] < 0xE0 ? 2
                          : text[0] >= 0xE0 && text[0] < 0xF0 ? 3
                          : text[0] >= 0xF0 && text[0] < 0xF5 ? 4
                                                              : 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    }
    return length;
}

static void print_text(FILE *file, const char *text)
{
    fputc('"', file);
    if (*text == ',')
        fputc(' ', file);
    while (*text != '\0') {
        const size_t length = character_length((const unsigned char *)text);
        if (length > 1)
            fprintf(file, "%.*s", (int)length, text);
        else if (length == 0)
            fputc('?', file);
        else if ((unsigned char)*text < ' ' || *text == 0x7F)
            fputc(' ', file);
        else if (*text == '\\')
            fputs("\\\\", file);
        else
            fputc(*text == '"' ? '\'' : *text, file);
        text += length > 0 ? length : 1;
    }
    fputc('"', file);
}

static void print_numbers(FILE *file, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fputc(',', file);
        if (values != NULL && !isnan(values[i]))
            fprintf(file, "%.6g", values[i]);
    }
}

void sheet_add(struct sheet *sheet, const struct sheet_row *row)
{
    if (row->text != NULL && row->text[0] != '\0')
        print_text(sheet->file, row->text);
    fprintf(sheet->file, ",%s,%d,%s", row->what, row->panel,
            row->method != NULL ? row->method : "");
    print_numbers(sheet->file, row->own, sheet->own);
    print_numbers(sheet->file, row->px, 4);
    fputc('\n', sheet->file);
}

void sheet_text(struct sheet *sheet, const char *what, int panel, const char *text, double x_px,
                double y_px)
{
    sheet_add(sheet, &(struct sheet_row){.what = what,
                                         .panel = panel,
                                         .text = text,
                                         .px = (const double[]){x_px, y_px, NAN, NAN}});
}

void sheet_line(struct sheet *sheet, const char *what, int panel, const char *method,
                const double px[4])
{
    sheet_add(sheet, &(struct sheet_row){.what = what, .panel = panel, .method = method, .px = px});
}

void sheet_point(struct sheet *sheet, const char *what, int panel, const char *method, double x_px,
                 double y_px)
{
    sheet_line(sheet, what, panel, method, (const double[]){x_px, y_px, NAN, NAN});
}

/* ---- Heading ----------------------------------------------------------------------------------
 */

enum { SUBTITLE_TOP = 54, SUBTITLE_LINE = 16 };

double sheet_heading_height(const char *subtitle)
{
    size_t lines = subtitle[0] != '\0';
    for (; *subtitle != '\0'; subtitle++)
        lines += *subtitle == '\n';
    return 46.0 + 18.0 * (double)lines;
}

void sheet_heading(struct sheet *sheet, const char *title, const char *subtitle, double height)
{
    char *lines = strdup(subtitle);
    double y = SUBTITLE_TOP;
    if (lines == NULL)
        abort();
    sheet_line(sheet, "picture", 1, NULL, (const double[]){0, 0, LAYOUT_WIDTH, height});
    sheet_text(sheet, "title", 1, title, LAYOUT_LEFT, 28);
    for (char *rest = lines, *line; (line = strsep(&rest, "\n")) != NULL;) {
        if (line[0] != '\0')
            sheet_text(sheet, "subtitle", 1, line, LAYOUT_LEFT, y);
        y += SUBTITLE_LINE;
    }
    free(lines);
}

/* ---- Axes -------------------------------------------------------------------------------------
 */

enum { MOST_OWN = 8 };

static void add_on_axes(struct sheet *sheet, const struct sheet_row *row, double x, double y,
                        double x_px, double y_px)
{
    double own[MOST_OWN] = {x, y};
    struct sheet_row placed = *row;
    for (size_t i = 2; i < MOST_OWN; i++)
        own[i] = NAN;
    placed.own = own;
    placed.px = (const double[]){x_px, y_px, NAN, NAN};
    sheet_add(sheet, &placed);
}

void sheet_axes(struct sheet *sheet, int panel, const struct sheet_axes *axes)
{
    const struct layout_axis *x = &axes->x;
    const struct layout_axis *y = &axes->y;
    const char *log_axes = x->is_log && y->is_log ? "xy" : x->is_log ? "x" : y->is_log ? "y" : "";
    add_on_axes(sheet, &(struct sheet_row){.what = "from", .panel = panel, .text = log_axes},
                x->from, y->from, x->from_px, y->from_px);
    add_on_axes(sheet, &(struct sheet_row){.what = "to", .panel = panel}, x->to, y->to, x->to_px,
                y->to_px);
}

void sheet_x_tick(struct sheet *sheet, int panel, const struct sheet_axes *axes, double value,
                  const char *text)
{
    add_on_axes(sheet, &(struct sheet_row){.what = "x-tick", .panel = panel, .text = text}, value,
                NAN, layout_px(&axes->x, value), axes->y.from_px);
}

void sheet_y_tick(struct sheet *sheet, int panel, const struct sheet_axes *axes, double value,
                  const char *text)
{
    add_on_axes(sheet, &(struct sheet_row){.what = "y-tick", .panel = panel, .text = text}, NAN,
                value, axes->x.from_px, layout_px(&axes->y, value));
}

/* Whether the texts of every `stride`th tick have room beside each other. */
static bool is_room(const struct layout_axis *axis, const double *ticks, size_t count,
                    size_t stride)
{
    for (size_t i = 0; i + stride < count; i += stride) {
        const double width = (layout_text_width(wording_format("%g", ticks[i]).text) +
                              layout_text_width(wording_format("%g", ticks[i + stride]).text)) /
                             2;
        if (layout_px(axis, ticks[i + stride]) - layout_px(axis, ticks[i]) < width)
            return false;
    }
    return true;
}

void sheet_x_ticks(struct sheet *sheet, int panel, const struct sheet_axes *axes)
{
    double ticks[LAYOUT_MOST_TICKS];
    size_t stride = 1;
    size_t count = layout_ticks(ticks, &axes->x, false);
    if (axes->x.is_log && !is_room(&axes->x, ticks, count, stride))
        count = layout_ticks(ticks, &axes->x, true);
    while (!is_room(&axes->x, ticks, count, stride))
        stride++;
    for (size_t i = 0; i < count; i++)
        sheet_x_tick(sheet, panel, axes, ticks[i],
                     i % stride == 0 ? wording_format("%g", ticks[i]).text : "");
}

void sheet_delay_ticks(struct sheet *sheet, int panel, const struct sheet_axes *axes,
                       bool only_tens)
{
    double ticks[LAYOUT_MOST_TICKS];
    const size_t count = layout_ticks(ticks, &axes->y, only_tens);
    for (size_t i = 0; i < count; i++)
        sheet_y_tick(sheet, panel, axes, ticks[i], wording_delay(ticks[i]).text);
}

void sheet_x_title(struct sheet *sheet, int panel, const struct sheet_axes *axes, const char *text)
{
    sheet_text(sheet, "note-centred", panel, text, (axes->x.from_px + axes->x.to_px) / 2,
               axes->y.from_px + 41);
}

/* ---- Names ------------------------------------------------------------------------------------
 */

/* From the top down; those of one height stay in their order. */
static void sort_names(struct sheet_name *names, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct sheet_name name = names[i];
        size_t to = i;
        for (; to > 0 && names[to - 1].y_px > name.y_px; to--)
            names[to] = names[to - 1];
        names[to] = name;
    }
}

void sheet_names(struct sheet *sheet, int panel, const struct layout_box *plot,
                 struct sheet_name *names, size_t count)
{
    double *y = calloc(count + 1, sizeof *y);
    if (y == NULL)
        abort();
    sort_names(names, count);
    for (size_t i = 0; i < count; i++)
        y[i] = names[i].y_px;
    layout_spread(y, count, plot->top + LAYOUT_LABEL_GAP / 2, plot->bottom - LAYOUT_LABEL_GAP / 2);
    for (size_t i = 0; i < count; i++) {
        const char *method = names[i].method;
        sheet_line(sheet, "leader", panel, method,
                   (const double[]){names[i].from_x_px, names[i].y_px, plot->right, names[i].y_px});
        sheet_line(sheet, "leader", panel, method,
                   (const double[]){plot->right, names[i].y_px, plot->right + LAYOUT_FAN, y[i]});
        sheet_point(sheet, "mark", panel, method, plot->right + LAYOUT_FAN + 8, y[i]);
        sheet_text(sheet, "name", panel, names[i].text != NULL ? names[i].text : method,
                   plot->right + LAYOUT_FAN + 18, y[i]);
    }
    free(y);
}
