// SPDX-License-Identifier: MIT
#include "output.h"

#include "core/files.h"
#include "record/beats.h"
#include "record/metric.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int create(const char *dir, const char *name, int *fd, struct error *error)
{
    char *path = files_join(dir, name);
    *fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    const int code = *fd < 0 ? error_set_call(error, -errno, "create", path) : 0;
    free(path);
    return code;
}

static const char *const delays_names[OUTPUT_DELAYS] = {BEATS_OF_THE_LOOP, BEATS_OF_CLIENTS};

struct output output_none(void)
{
    return (struct output){.trials_fd = -1, .delays_fds = {-1, -1}, .metrics_fd = -1};
}

int output_open(struct output *output, const char *dir, const bool wanted[OUTPUT_DELAYS],
                struct error *error)
{
    static const char header[] = "trial,time_s,delay_s\n";
    *output = output_none();
    int code = create(dir, "trials.csv", &output->trials_fd, error);
    for (size_t i = 0; i < OUTPUT_DELAYS && code == 0; i++) {
        if (wanted[i])
            code = create(dir, delays_names[i], &output->delays_fds[i], error);
    }
    if (code != 0)
        return code;
    code = trial_write_header(output->trials_fd);
    for (size_t i = 0; i < OUTPUT_DELAYS && code == 0; i++) {
        if (wanted[i])
            code = files_append(output->delays_fds[i], header, strlen(header));
    }
    return code != 0 ? error_set_call(error, code, "write", "the results") : 0;
}

int output_metrics(const struct output *output, const char *rows, struct error *error)
{
    const int code = files_append(output->metrics_fd, rows, strlen(rows));
    return code != 0 ? error_set_call(error, code, "write", "metrics.csv") : 0;
}

int output_open_metrics(struct output *output, const char *dir, struct error *error)
{
    const int code = create(dir, "metrics.csv", &output->metrics_fd, error);
    return code != 0 ? code : output_metrics(output, METRIC_HEADER, error);
}

int output_delays(const struct output *output, const struct output_lines delays[OUTPUT_DELAYS],
                  struct error *error)
{
    for (size_t i = 0; i < OUTPUT_DELAYS; i++) {
        if (delays[i].text == NULL)
            continue;
        const int code = files_append(output->delays_fds[i], delays[i].text, delays[i].bytes);
        if (code != 0)
            return error_set_call(error, code, "write", delays_names[i]);
    }
    return 0;
}

int output_trial(const struct output *output, const struct trial *trial,
                 const struct output_lines delays[OUTPUT_DELAYS], struct error *error)
{
    int code = trial_is_ok(trial) ? output_delays(output, delays, error) : 0;
    if (code != 0)
        return code;
    code = trial_write_row(output->trials_fd, trial);
    return code != 0 ? error_set_call(error, code, "write", "trials.csv") : 0;
}

void output_close(struct output *output)
{
    if (output->trials_fd >= 0)
        close(output->trials_fd);
    for (size_t i = 0; i < OUTPUT_DELAYS; i++) {
        if (output->delays_fds[i] >= 0)
            close(output->delays_fds[i]);
    }
    if (output->metrics_fd >= 0)
        close(output->metrics_fd);
    *output = output_none();
}
