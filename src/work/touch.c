// SPDX-License-Identifier: MIT
#include "touch.h"

#include "core/interrupt.h"
#include "fault.h"

#include <errno.h>

/* An interrupt is looked for this often, far apart enough to cost nothing. */
#define SLICE_BYTES ((uint64_t)4 << 20)

/* How far ahead of a touch the prefetch is. */
enum { PREFETCH_BYTES = 4096 };

uint64_t touch(const unsigned char *bytes, uint64_t offset, size_t length, uint64_t stride)
{
    const uint64_t first = (offset + stride - 1) / stride * stride - offset;
    uint64_t sum = 0;
    for (uint64_t at = first; at < length; at += stride)
        sum += bytes[at];
    return sum;
}

/* A prefetch of a page that is not mapped does nothing. */
static uint64_t touch_prefetching(const unsigned char *bytes, uint64_t offset, size_t length,
                                  uint64_t stride)
{
    uint64_t at = (offset + stride - 1) / stride * stride - offset;
    uint64_t sum = 0;
    for (; at + PREFETCH_BYTES < length; at += stride) {
        __builtin_prefetch(&bytes[at + PREFETCH_BYTES]);
        sum += bytes[at];
    }
    for (; at < length; at += stride)
        sum += bytes[at];
    return sum;
}

typedef uint64_t touch_function(const unsigned char *bytes, uint64_t offset, size_t length,
                                uint64_t stride);

/* What is to be touched of a mapping. */
struct part {
    touch_function *touch_slice;
    const unsigned char *map;
    uint64_t offset;
    uint64_t end;
    uint64_t stride;
    uint64_t *sum;
};

static int touch_slices(void *context)
{
    const struct part *part = context;
    for (uint64_t offset = part->offset; offset < part->end;) {
        if (interrupt_signal() != 0)
            return -ECANCELED;
        const uint64_t left = part->end - offset;
        const uint64_t slice = left < SLICE_BYTES ? left : SLICE_BYTES;
        *part->sum += part->touch_slice(part->map + offset, offset, (size_t)slice, part->stride);
        offset += slice;
    }
    return 0;
}

int touch_mapping(const unsigned char *map, uint64_t offset, uint64_t length, uint64_t stride,
                  uint64_t *sum)
{
    struct part part = {touch, map, offset, offset + length, stride, sum};
    return fault_guard(touch_slices, &part, NULL);
}

int touch_mapping_prefetching(const unsigned char *map, uint64_t length, uint64_t stride,
                              uint64_t *sum)
{
    struct part part = {touch_prefetching, map, 0, length, stride, sum};
    return fault_guard(touch_slices, &part, NULL);
}
