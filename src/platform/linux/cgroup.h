// SPDX-License-Identifier: MIT
#ifndef CGROUP_H
#define CGROUP_H

/* What this process's control groups limit, in version 1 or 2: its own group and all above it, as
 * far as they are seen from here. */

/* Where a process's groups, and the mounts of their folders, are told. */
struct cgroup_sources {
    const char *groups; /* "/proc/self/cgroup" */
    const char *mounts; /* "/proc/self/mountinfo" */
};

/* The least of what `limit_in` says of the folders of the groups for a controller ("cpu"), or NAN
 * when it says NAN of all. */
double cgroup_least(const struct cgroup_sources *sources, const char *controller,
                    double (*limit_in)(const char *folder));

/* The CPUs that a group may use at a time, and the bytes of memory; NAN when it has no limit. */
double cgroup_cpu_quota(const char *folder);
double cgroup_memory_bytes(const char *folder);

#endif
