// SPDX-License-Identifier: MIT
#include "machine.h"

#include "files.h"
#include "platform/host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

/* Prints a value as CSV has it: in quotes, its own quotes doubled, where it has to be. */
static void print_text(FILE *file, const char *key, const char *value)
{
    fprintf(file, "%s,", key);
    if (strpbrk(value, ",\"\n") == NULL) {
        fprintf(file, "%s\n", value);
        return;
    }
    fputc('"', file);
    for (; *value != '\0'; value++) {
        if (*value == '"')
            fputc('"', file);
        fputc(*value, file);
    }
    fputs("\"\n", file);
}

static void print_count(FILE *file, const char *key, int64_t value)
{
    char text[32] = "";
    if (value >= 0)
        snprintf(text, sizeof text, "%" PRId64, value);
    print_text(file, key, text);
}

static void print_host(FILE *file)
{
    uv_utsname_t system = {.sysname = ""};
    uv_cpu_info_t *cpus = NULL;
    int cpu_count = 0;
    char text[256];
    char time_text[32];
    const time_t now = time(NULL);
    struct tm utc;

    strftime(time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    print_text(file, "time_utc", time_text);
    uv_os_uname(&system);
    print_text(file, "os", system.sysname);
    print_text(file, "kernel", system.release);
    print_text(file, "architecture", system.machine);
    uv_cpu_info(&cpus, &cpu_count);
    print_text(file, "cpu_model", cpu_count > 0 ? cpus[0].model : "");
    print_count(file, "cpu_count", cpu_count > 0 ? cpu_count : -1);
    uv_free_cpu_info(cpus, cpu_count);
    print_count(file, "memory_bytes", (int64_t)uv_get_total_memory());
    host_virtualization(text, sizeof text);
    print_text(file, "virtualization", text);
}

static void print_storage(FILE *file, const struct storage *storage)
{
    print_text(file, "file_system", storage->file_system);
    print_text(file, "device", storage->device);
    print_text(file, "device_model", storage->device_model);
    print_count(file, "device_rotational", storage->rotational);
    print_text(file, "device_scheduler", storage->scheduler);
    print_count(file, "device_readahead_bytes", storage->readahead_bytes);
}

static void print_run(FILE *file, const struct machine_run *run)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, run->seed);
    print_text(file, "seed", text);
    snprintf(text, sizeof text, "%.6f", run->pool_warm_up_s);
    print_text(file, "pool_warm_up_s", text);
    print_text(file, "command_line", run->command_line);
}

int machine_write(const char *dir, const struct machine_run *run, struct error *error)
{
    char *path = files_join(dir, "machine.csv");
    FILE *file;
    int code = files_replace_begin(&file, path, error);
    if (code == 0) {
        fputs("key,value\n", file);
        print_host(file);
        print_text(file, "libuv_version", uv_version_string());
        print_text(file, "libuv_reads", host_libuv_reads());
        print_storage(file, run->storage);
        print_run(file, run);
        code = files_replace_end(file, path, 0, error);
    }
    free(path);
    return code;
}

char *machine_command_line(int argc, char *const *argv)
{
    size_t size = 1;
    for (int i = 0; i < argc; i++)
        size += strlen(argv[i]) + 1;
    char *line = calloc(1, size);
    if (line == NULL)
        abort();
    for (int i = 0; i < argc; i++) {
        strcat(line, i > 0 ? " " : "");
        strcat(line, argv[i]);
    }
    return line;
}
