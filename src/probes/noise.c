// SPDX-License-Identifier: MIT
#include "noise.h"

#include "platform/host.h"
#include "platform/storage.h"

#include <math.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

/* The trials are children of this process, and what storage delivered to them counts as its own,
 * too. */
static double cpu_s(int who)
{
    struct rusage used;
    getrusage(who, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

struct noise noise_now(const char *path)
{
    struct noise noise = {.at_ns = uv_hrtime(), .busy_s = NAN, .steal_s = NAN};
    host_cpu_times(&noise.busy_s, &noise.steal_s);
    noise.own_s = cpu_s(RUSAGE_SELF) + cpu_s(RUSAGE_CHILDREN);
    noise.device_bytes = storage_device_read_bytes(path);
    noise.own_bytes = storage_read_bytes();
    return noise;
}

struct noise_shares noise_between(const struct noise *before, const struct noise *after)
{
    const double cpus = (double)sysconf(_SC_NPROCESSORS_ONLN);
    const double capacity_s = (double)(after->at_ns - before->at_ns) / 1e9 * cpus;
    const double others_s = (after->busy_s - before->busy_s) - (after->own_s - before->own_s);
    struct noise_shares shares = {
        .steal = (after->steal_s - before->steal_s) / capacity_s,
        .others = isnan(others_s) ? NAN : fmax(0, others_s / capacity_s),
        .others_read_bytes = -1,
    };
    if (before->device_bytes >= 0 && after->own_bytes >= 0) {
        const int64_t others =
            (after->device_bytes - before->device_bytes) - (after->own_bytes - before->own_bytes);
        shares.others_read_bytes = others > 0 ? others : 0;
    }
    return shares;
}
