// SPDX-License-Identifier: MIT
#ifndef METHODS_H
#define METHODS_H

#include "method.h"

/* The methods that method.c lists, one file per way of scanning. */
extern const struct method async_read;
extern const struct method async_mmap;
extern const struct method threads_read;
extern const struct method threads_mmap;
extern const struct method single_read;
extern const struct method single_mmap;
extern const struct method async_mmap_yield;
extern const struct method async_mmap_offload;
extern const struct method async_mmap_populate;
extern const struct method async_mmap_resident;
extern const struct method async_mmap_willneed;
extern const struct method async_mmap_sequential;
extern const struct method async_mmap_random;
extern const struct method async_mmap_readahead;
extern const struct method async_mmap_prefetch;
extern const struct method async_read_nowait;
extern const struct method async_read_uring;
extern const struct method async_read_direct;
extern const struct method async_read_hybrid;

#endif
