// SPDX-License-Identifier: MIT
#include "noise.h"

#include "platform/storage.h"

#include <math.h>
#include <unistd.h>
#include <uv.h>

const struct noise_shares noise_unknown = {
    .steal = NAN,
    .others = NAN,
    .throttled = NAN,
    .pressure = {NAN, NAN, NAN},
    .others_pressure = {NAN, NAN, NAN},
    .others_read_bytes = -1,
};

/* What storage delivered to the trials, which are children of this process, counts as its own,
 * too. */
struct noise noise_now(const char *path)
{
    struct noise noise = {
        .at_ns = uv_hrtime(),
        .cpu = host_cpu_times(),
        .throttled_s = host_throttled_s(),
        .device_bytes = storage_device_read_bytes(path),
        .own_bytes = storage_read_bytes(),
    };
    for (enum pressure what = 0; what < PRESSURES; what++) {
        noise.pressure_s[what] = host_pressure_s(what);
        noise.own_pressure_s[what] = host_own_pressure_s(what);
    }
    return noise;
}

/* Not less than 0, as a difference of counts with a little noise of their own can be; NAN stays. */
static double not_less(double share)
{
    return share < 0 ? 0 : share;
}

/* Not more than 1, as several CPUs that wait at the same time would be; NAN stays. */
static double not_more(double share)
{
    return share > 1 ? 1 : share;
}

struct noise_shares noise_between(const struct noise *before, const struct noise *after)
{
    const double seconds = (double)(after->at_ns - before->at_ns) / 1e9;
    const double capacity_s = seconds * (double)sysconf(_SC_NPROCESSORS_ONLN);
    const double others_s = (after->cpu.busy_s - before->cpu.busy_s) -
                            (after->cpu.own_s - before->cpu.own_s) -
                            (after->cpu.kernel_s - before->cpu.kernel_s);
    struct noise_shares shares = noise_unknown;
    shares.steal = (after->cpu.steal_s - before->cpu.steal_s) / capacity_s;
    shares.others = not_less(others_s / capacity_s);
    shares.throttled = not_more((after->throttled_s - before->throttled_s) / seconds);
    for (enum pressure what = 0; what < PRESSURES; what++) {
        shares.pressure[what] = (after->pressure_s[what] - before->pressure_s[what]) / seconds;
        shares.others_pressure[what] =
            not_less(shares.pressure[what] -
                     (after->own_pressure_s[what] - before->own_pressure_s[what]) / seconds);
    }
    if (before->device_bytes >= 0 && after->own_bytes >= 0) {
        const int64_t others =
            (after->device_bytes - before->device_bytes) - (after->own_bytes - before->own_bytes);
        shares.others_read_bytes = others > 0 ? others : 0;
    }
    return shares;
}
