// SPDX-License-Identifier: MIT
#include "touch.h"

#include "core/interrupt.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h> /* declares ucontext_t; <ucontext.h> is an error on macOS */

/* An interrupt is looked for this often, far apart enough to cost nothing. */
#define SLICE_BYTES ((uint64_t)4 << 20)

/* How far ahead of a touch the prefetch is. */
enum { PREFETCH_BYTES = 4096 };

/* Where to go on after a page that could not be read; NULL outside touch_mapping. */
static _Thread_local sigjmp_buf *volatile landing;

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

static int touch_slices(touch_function *touch_slice, const unsigned char *map, uint64_t offset,
                        uint64_t length, uint64_t stride, uint64_t *sum)
{
    const uint64_t end = offset + length;
    while (offset < end) {
        if (interrupt_signal() != 0)
            return -ECANCELED;
        const uint64_t slice = end - offset < SLICE_BYTES ? end - offset : SLICE_BYTES;
        *sum += touch_slice(map + offset, offset, (size_t)slice, stride);
        offset += slice;
    }
    return 0;
}

/* The slices, and back here when a page cannot be read. */
static int touch_guarded(touch_function *touch_slice, const unsigned char *map, uint64_t offset,
                         uint64_t length, uint64_t stride, uint64_t *sum)
{
    sigjmp_buf here;
    if (sigsetjmp(here, 0) != 0) {
        landing = NULL;
        return -EIO;
    }
    landing = &here;
    const int code = touch_slices(touch_slice, map, offset, length, stride, sum);
    landing = NULL;
    return code;
}

int touch_mapping(const unsigned char *map, uint64_t offset, uint64_t length, uint64_t stride,
                  uint64_t *sum)
{
    return touch_guarded(touch, map, offset, length, stride, sum);
}

int touch_mapping_prefetching(const unsigned char *map, uint64_t length, uint64_t stride,
                              uint64_t *sum)
{
    return touch_guarded(touch_prefetching, map, 0, length, stride, sum);
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)info;
    if (landing != NULL) {
        /* The handler is left by a jump, so it puts the thread's signal mask back itself; having
         * sigsetjmp save it would cost every scan a system call. */
        pthread_sigmask(SIG_SETMASK, &((const ucontext_t *)context)->uc_sigmask, NULL);
        siglongjmp(*landing, 1);
    }
    signal(number, SIG_DFL); /* not ours: the access is repeated and ends the program */
}

void touch_catch_faults(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
}
