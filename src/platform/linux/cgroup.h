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

/* The least, or the most, of what `figure_in` says of the folders of the groups for a controller
 * ("cpu"), or NAN when it says NAN of all. */
double cgroup_least(const struct cgroup_sources *sources, const char *controller,
                    double (*figure_in)(const char *folder));
double cgroup_most(const struct cgroup_sources *sources, const char *controller,
                   double (*figure_in)(const char *folder));

/* The CPUs that a group may use at a time, and the bytes of memory; NAN when it has no limit. */
double cgroup_cpu_quota(const char *folder);
double cgroup_memory_bytes(const char *folder);

/* How long a group's quota kept CPUs from it, in seconds of CPU time; NAN when it has no quota. */
double cgroup_throttled_s(const char *folder);

/* How long some task of a group waited for want of something, in seconds; NAN when the kernel does
 * not tell, and of the group that holds all of the system. */
double cgroup_pressure_cpu_s(const char *folder);
double cgroup_pressure_io_s(const char *folder);
double cgroup_pressure_memory_s(const char *folder);

/* The same of one file as the kernel has it for the system and for groups alike. */
double cgroup_pressure_total_s(const char *folder, const char *name);

#endif
