// SPDX-License-Identifier: MIT
#ifndef EMULATED_STORAGE_H
#define EMULATED_STORAGE_H

#include "storage_programs.h"

#include "core/error.h"

/* A file set as if it lay on slower storage: nbdkit delays every request, and nbdfuse mounts each
 * file by itself. The page cache is the system's own. A keeper (keeper.h) supervises them and
 * undoes all in the end, also when this process is killed. All functions are to be called after
 * interrupt_catch and on the thread that started the storage, as the keeper is tied to that one. */
struct emulated_storage;

/* Makes sure that storage can be emulated here, before anything is made. Returns 0, or a negative
 * errno with `error` saying what is missing and what gets it; -ECANCELED after an interrupt. */
int emulated_storage_check(struct error *error);

/* Serves the file set in the folder `data`, for reading only, in the folder `mount`, which is made
 * where it is missing and has to be empty else; returns when all files can be read. Returns 0, or a
 * negative errno with `error` filled and nothing left: -EINVAL when another folder has to be given,
 * -ENOENT when something is missing, -ECANCELED after an interrupt. */
int emulated_storage_start(struct emulated_storage **storage, const char *data, const char *mount,
                           const struct emulated_storage_options *options, struct error *error);

/* The lines "key,value" that say what storage this is. They live until it is stopped; the file
 * .storage/settings in the mount folder has them, too. */
const char *emulated_storage_settings(const struct emulated_storage *storage);

/* Waits for an interrupt, or for an end that nobody asked for. */
void emulated_storage_wait(struct emulated_storage *storage);

/* Ends it and undoes everything; `counts` gets what came over it, as far as that is known. Returns
 * 0, or a negative errno with `error` filled: -EIO when it had come to an end before, so that what
 * was read meanwhile is worth nothing, or something else when something is left. */
int emulated_storage_stop(struct emulated_storage *storage, struct emulated_storage_counts *counts,
                          struct error *error);

/* The exit status that fits what these functions return. */
int emulated_storage_exit_status(int code);

/* Read from a command line; `option` is its name for the error. Return 0, or -EINVAL with `error`
 * saying what is right: whole milliseconds such as "5ms"; a percentage such as "1%" as a share. */
int emulated_storage_latency(const char *option, const char *text, unsigned *latency_ms,
                             struct error *error);
int emulated_storage_error_rate(const char *option, const char *text, double *error_rate,
                                struct error *error);

#endif
