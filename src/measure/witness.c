// SPDX-License-Identifier: MIT
#include "witness.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of what a cold scan reads at least: what storage must deliver to a cold one, and may to a warm
 * one. To the latter it may also deliver pages of the program itself, which were not used before.
 */
#define COLD_AT_LEAST     0.9
#define WARM_AT_MOST      0.03
#define WARM_OTHERS_BYTES (1 << 20)

#define MIB (1024.0 * 1024)

/* The whole pages of a file, or one for each of the positions where these are further apart. */
static uint64_t touched_bytes(uint64_t file_bytes, uint64_t stride_bytes, uint64_t page_bytes)
{
    const uint64_t whole_bytes = file_bytes / page_bytes * page_bytes;
    if (stride_bytes <= page_bytes)
        return whole_bytes;
    return (whole_bytes + stride_bytes - 1) / stride_bytes * page_bytes;
}

uint64_t witness_cold_bytes(const struct file_set *files, uint64_t stride_bytes)
{
    const uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t bytes = 0;
    for (size_t i = 0; i < files->count; i++) {
        const struct data_file *file = &files->files[i];
        struct stat status;
        if (fstat(file->fd, &status) != 0)
            continue;
        const uint64_t on_disk = (uint64_t)status.st_blocks * 512; /* POSIX leaves the unit open */
        const uint64_t in_holes = on_disk < file->bytes ? file->bytes - on_disk : 0;
        const uint64_t touched = touched_bytes(file->bytes, stride_bytes, page_bytes);
        bytes += touched > in_holes ? touched - in_holes : 0;
    }
    return bytes;
}

void witness_judge(struct trial *trial, const struct method *method, enum cache_state cache,
                   uint64_t cold_bytes, struct error *error)
{
    const double delivered = (double)trial->device_read_bytes;
    const double least = (double)cold_bytes;
    if (!trial_is_ok(trial) || delivered < 0)
        return;
    if (cache == CACHE_COLD && delivered < COLD_AT_LEAST * least) {
        snprintf(trial->status, sizeof trial->status, STATUS_NOT_COLD);
        error_set(
            error, -EBUSY,
            "storage delivered %.1f MiB, where a cold scan reads %.1f MiB at least: something "
            "else read the files meanwhile; end it and run again",
            delivered / MIB, least / MIB);
    } else if (cache == CACHE_WARM && !method->past_cache &&
               delivered > WARM_AT_MOST * least + WARM_OTHERS_BYTES) {
        snprintf(trial->status, sizeof trial->status, STATUS_NOT_WARM);
        error_set(
            error, -EBUSY,
            "storage delivered %.1f MiB where cached files need none: they left the page cache "
            "meanwhile, or the program did; give a smaller --size or fewer --files, or free memory",
            delivered / MIB);
    }
}
