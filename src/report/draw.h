// SPDX-License-Identifier: MIT
#ifndef DRAW_H
#define DRAW_H

#include "core/error.h"
#include "picture.h"

/* Draws a picture, whose CSV is in the folder `dir`, as "<name>.svg" and "<name>.png" into that
 * folder, by gnuplot and the scripts in the folder `plots`. Each appears when both are whole; until
 * then those of before stay. Needs interrupt_catch and what core/process.h says. Returns 0, -EINTR
 * after an interrupt, or another negative errno, with `error` filled; what gnuplot says of an error
 * is on standard error. */
int draw_picture(const char *plots, const char *dir, const struct picture *picture,
                 struct error *error);

#endif
