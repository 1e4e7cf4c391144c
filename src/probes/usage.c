// SPDX-License-Identifier: MIT
#include "usage.h"

#include "platform/storage.h"

#include <sys/resource.h>

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

struct usage usage_now(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (struct usage){
        .major_faults = used.ru_majflt,
        .minor_faults = used.ru_minflt,
        .voluntary_switches = used.ru_nvcsw,
        .involuntary_switches = used.ru_nivcsw,
        .user_s = seconds(used.ru_utime),
        .system_s = seconds(used.ru_stime),
        .device_read_bytes = storage_read_bytes(),
    };
}

void usage_record(const struct usage *before, const struct usage *after, struct trial *trial)
{
    trial->major_faults = after->major_faults - before->major_faults;
    trial->minor_faults = after->minor_faults - before->minor_faults;
    trial->voluntary_switches = after->voluntary_switches - before->voluntary_switches;
    trial->involuntary_switches = after->involuntary_switches - before->involuntary_switches;
    trial->user_s = after->user_s - before->user_s;
    trial->system_s = after->system_s - before->system_s;
    if (before->device_read_bytes >= 0 && after->device_read_bytes >= 0)
        trial->device_read_bytes = after->device_read_bytes - before->device_read_bytes;
}
