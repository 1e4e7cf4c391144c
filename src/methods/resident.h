// SPDX-License-Identifier: MIT
#ifndef RESIDENT_H
#define RESIDENT_H

#include "walk.h"

/* A turn of a walk that touches on the loop only what is in the page cache: asks mincore for the
 * next chunk, and has the loop touch it when all of it is there, else the pool. Counts which it
 * was, and resumes the walk. */
void resident_step(struct walk *walk);

#endif
