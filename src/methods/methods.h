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
extern const struct method async_mmap_ahead;
extern const struct method async_mmap_ahead_hint;
extern const struct method async_mmap_prefetch;
extern const struct method async_mmap_hybrid;
extern const struct method async_read_large;
extern const struct method async_read_nowait;
extern const struct method async_read_uring;
extern const struct method async_read_direct;

extern const struct method single_copy_whole;
extern const struct method single_copy_mmap;
extern const struct method single_copy_sendfile;
extern const struct method single_copy_read;
extern const struct method single_copy_mmap_write;
extern const struct method single_copy_range;
extern const struct method threads_copy_read;
extern const struct method threads_copy_mmap;

extern const struct method async_copy_read;
extern const struct method async_copy_mmap;
extern const struct method async_copy_sendfile;
extern const struct method async_copy_offload;
extern const struct method async_copy_uring;
extern const struct method async_copy_splice;

extern const struct method single_send_read;
extern const struct method single_send_mmap;
extern const struct method single_send_sendfile;
extern const struct method single_send_splice;
extern const struct method threads_send_sendfile;
extern const struct method async_send_read;
extern const struct method async_send_mmap;
extern const struct method async_send_sendfile;
extern const struct method async_send_offload;
extern const struct method async_send_resident;
extern const struct method async_send_uring;

#endif
