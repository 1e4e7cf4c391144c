// SPDX-License-Identifier: MIT
#ifndef WITNESS_H
#define WITNESS_H

#include "core/error.h"
#include "data-gen/file_set.h"
#include "methods/method.h"
#include "record/trial.h"

#include <stdint.h>

/* The second witness of cold and warm: what storage delivered to the process during the scan. */

/* The bytes that a scan reads at least when nothing is cached: those of the whole pages that its
 * stride touches, without those that may lie in holes or beside the pages (a small file is often
 * kept where its name is). The file set is open. */
uint64_t witness_cold_bytes(const struct file_set *files, uint64_t stride_bytes);

/* Makes the ok trial not-cold when storage delivered clearly less than `cold_bytes`, or not-warm
 * when it delivered more than a few of them, with `error` saying what to do. A method that goes
 * past the cache is no less warm for it. Does nothing where that is not counted (device_read_bytes
 * is -1). */
void witness_judge(struct trial *trial, const struct method *method, enum cache_state cache,
                   uint64_t cold_bytes, struct error *error);

#endif
