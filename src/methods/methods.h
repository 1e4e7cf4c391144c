// SPDX-License-Identifier: MIT
#ifndef METHODS_H
#define METHODS_H

#include "method.h"

/* The methods that src/method.c lists, one file per way of scanning. */
extern const struct method async_read;
extern const struct method async_mmap;
extern const struct method threads_read;
extern const struct method threads_mmap;
extern const struct method single_read;
extern const struct method single_mmap;

#endif
