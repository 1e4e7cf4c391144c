// SPDX-License-Identifier: MIT
#ifndef SCAN_H
#define SCAN_H

#include "work.h"

/* Reads one byte in every stride of every file and adds them up: a task's `sum`. */
extern const struct work_kind scan_kind;

#endif
