// SPDX-License-Identifier: MIT
#include "machine.h"

#include "core/files.h"
#include "platform/host.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

static void print_text(FILE *file, const char *key, const char *value)
{
    fprintf(file, "%s,", key);
    files_print_csv(file, value);
    fputc('\n', file);
}

static void print_count(FILE *file, const char *key, int64_t value)
{
    char text[32] = "";
    if (value >= 0)
        snprintf(text, sizeof text, "%" PRId64, value);
    print_text(file, key, text);
}

static void print_real(FILE *file, const char *key, double value)
{
    char text[32] = "";
    if (!isnan(value))
        snprintf(text, sizeof text, "%.9g", value);
    print_text(file, key, text);
}

static void print_host(FILE *file, time_t began)
{
    uv_utsname_t system = {.sysname = ""};
    uv_cpu_info_t *cpus = NULL;
    int cpu_count = 0;
    char text[256];
    char time_text[32];
    struct tm utc;

    strftime(time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&began, &utc));
    print_text(file, "time_utc", time_text);
    uv_os_uname(&system);
    print_text(file, "os", system.sysname);
    print_text(file, "kernel", system.release);
    print_text(file, "architecture", system.machine);
    uv_cpu_info(&cpus, &cpu_count);
    print_text(file, "cpu_model", cpu_count > 0 ? cpus[0].model : "");
    print_real(file, "cpu_count", fmin(host_cpu_count(), host_cpu_quota())); /* passes over NAN */
    print_count(file, "cpu_count_host", cpu_count > 0 ? cpu_count : -1);
    print_real(file, "cpu_quota", host_cpu_quota());
    print_count(file, "numa_nodes", host_numa_nodes());
    print_count(file, "numa_nodes_used", host_numa_nodes_used());
    uv_free_cpu_info(cpus, cpu_count);
    host_governor(text, sizeof text);
    print_text(file, "cpu_governor", text);
    host_frequency_driver(text, sizeof text);
    print_text(file, "cpu_frequency_driver", text);
    print_count(file, "memory_bytes", host_memory_bytes());
    print_count(file, "memory_total_bytes", (int64_t)uv_get_total_memory());
    host_virtualization(text, sizeof text);
    print_text(file, "virtualization", text);
}

/* What emulated storage tells of itself, in lines "storage...,value", and what came over it. */
static void print_emulated_storage(FILE *file, const struct machine_run *run)
{
    for (const char *line = run->storage_settings; line != NULL && *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        if (strncmp(line, "storage", 7) == 0)
            fprintf(file, "%.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    if (!run->has_storage_counts)
        return;
    print_count(file, "storage_requests", (int64_t)run->storage_counts.requests);
    print_count(file, "storage_failed_requests", (int64_t)run->storage_counts.failed_requests);
    print_count(file, "storage_read_bytes", (int64_t)run->storage_counts.read_bytes);
}

static void print_storage(FILE *file, const struct storage *storage)
{
    print_text(file, "file_system", storage->file_system);
    print_text(file, "device", storage->device);
    print_text(file, "device_model", storage->device_model);
    print_count(file, "device_rotational", storage->rotational);
    print_text(file, "device_scheduler", storage->scheduler);
    print_count(file, "device_readahead_bytes", storage->readahead_bytes);
    print_text(file, "cache_below", storage->cache_below);
}

static void print_measured(FILE *file, const struct machine_run *run)
{
    const struct trial *idle = &run->idle;
    print_real(file, "device_read_latency_s", run->device.read_latency_s);
    print_real(file, "device_read_bandwidth_bytes_per_s", run->device.read_bandwidth_bytes_per_s);
    print_count(file, "device_read_bandwidth_depth", run->device.read_bandwidth_depth);
    print_count(file, "device_read_bandwidth_block_bytes", run->device.read_bandwidth_block_bytes);
    print_count(file, "readahead_call_bytes", run->one_call.readahead_bytes);
    print_count(file, "willneed_call_bytes", run->one_call.willneed_bytes);
    print_real(file, "idle_elapsed_s", idle->elapsed_s);
    print_real(file, "idle_loop_delay_p50_s", idle->loop_delay_p50_s);
    print_real(file, "idle_loop_delay_p99_s", idle->loop_delay_p99_s);
    print_real(file, "idle_loop_delay_max_s", idle->loop_delay_max_s);
    print_real(file, "idle_client_p50_s", idle->client_p50_s);
    print_real(file, "idle_client_p99_s", idle->client_p99_s);
    print_real(file, "idle_client_max_s", idle->client_max_s);
    print_real(file, "idle_loop_poll_s", idle->loop_poll_s);
    print_real(file, "idle_loop_poll_low_s", idle->loop_poll_low_s);
    print_real(file, "idle_loop_poll_high_s", idle->loop_poll_high_s);
    print_real(file, "idle_loop_cpu_s", idle->loop_cpu_s);
    print_real(file, "idle_loop_queued_s", idle->loop_queued_s);
    print_real(file, "idle_loop_stalled_s", idle->loop_stalled_s);
    print_real(file, "idle_loop_stalled_low_s", idle->loop_stalled_low_s);
    print_real(file, "idle_loop_stalled_high_s", idle->loop_stalled_high_s);
}

static void print_noise(FILE *file, const struct noise_shares *noise)
{
    static const char *const names[PRESSURES] = {"cpu", "io", "memory"};
    print_real(file, "cpu_steal_share", noise->steal);
    print_real(file, "cpu_others_share", noise->others);
    print_real(file, "cpu_throttled_share", noise->throttled);
    for (enum pressure what = 0; what < PRESSURES; what++) {
        char key[64];
        snprintf(key, sizeof key, "pressure_%s_share", names[what]);
        print_real(file, key, noise->pressure[what]);
        snprintf(key, sizeof key, "pressure_%s_others_share", names[what]);
        print_real(file, key, noise->others_pressure[what]);
    }
    print_count(file, "device_others_read_bytes", noise->others_read_bytes);
}

static void print_run(FILE *file, const struct machine_run *run)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, run->seed);
    print_text(file, "seed", text);
    print_real(file, "pool_warm_up_s", run->pool_warm_up_s);
    print_real(file, "precision", run->precision > 0 ? run->precision : NAN);
    print_real(file, "at_most_s", run->precision > 0 ? run->at_most_s : NAN);
    print_text(file, "precision_end", run->precision_end != NULL ? run->precision_end : "");
    print_real(file, "interval_level", run->interval_level > 0 ? run->interval_level : NAN);
    print_text(file, "to", run->to != NULL ? run->to : "");
    print_text(file, "fsync", run->fsync != NULL ? run->fsync : "");
    print_text(file, "reflink", run->reflink != NULL ? run->reflink : "");
    print_count(file, "reader_bytes_per_s", run->reader_bytes_per_s);
    print_text(file, "command_line", run->command_line);
}

int machine_write(const char *dir, const struct machine_run *run, struct error *error)
{
    char *path = files_join(dir, "machine.csv");
    FILE *file;
    int code = files_replace_begin(&file, path, error);
    if (code == 0) {
        fputs("key,value\n", file);
        print_host(file, run->began);
        print_text(file, "libuv_version", uv_version_string());
        print_text(file, "libuv_reads", run->libuv_reads);
        print_storage(file, run->storage);
        print_count(file, "readahead_set_bytes", run->readahead_set_bytes);
        print_emulated_storage(file, run);
        print_measured(file, run);
        print_noise(file, &run->noise);
        print_run(file, run);
        code = files_replace_end(file, path, 0, error);
    }
    free(path);
    return code;
}
