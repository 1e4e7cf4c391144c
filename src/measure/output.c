// SPDX-License-Identifier: MIT
#include "output.h"

#include "core/files.h"

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

int output_open(struct output *output, const char *dir, int with_loop_delay, struct error *error)
{
    static const char beats_header[] = "trial,time_s,delay_s\n";
    *output = (struct output){.trials_fd = -1, .loop_delay_fd = -1};
    int code = create(dir, "trials.csv", &output->trials_fd, error);
    if (code == 0 && with_loop_delay)
        code = create(dir, "loop_delay.csv", &output->loop_delay_fd, error);
    if (code != 0)
        return code;
    code = trial_write_header(output->trials_fd);
    if (code == 0 && with_loop_delay)
        code = files_append(output->loop_delay_fd, beats_header, strlen(beats_header));
    return code != 0 ? error_set_call(error, code, "write", "the results") : 0;
}

int output_beats(const struct output *output, const char *beats, size_t beats_bytes,
                 struct error *error)
{
    const int code = beats == NULL ? 0 : files_append(output->loop_delay_fd, beats, beats_bytes);
    return code != 0 ? error_set_call(error, code, "write", "loop_delay.csv") : 0;
}

int output_trial(const struct output *output, const struct trial *trial, const char *beats,
                 size_t beats_bytes, struct error *error)
{
    int code = trial_is_ok(trial) ? output_beats(output, beats, beats_bytes, error) : 0;
    if (code != 0)
        return code;
    code = trial_write_row(output->trials_fd, trial);
    return code != 0 ? error_set_call(error, code, "write", "trials.csv") : 0;
}

void output_close(struct output *output)
{
    if (output->trials_fd >= 0)
        close(output->trials_fd);
    if (output->loop_delay_fd >= 0)
        close(output->loop_delay_fd);
    *output = (struct output){.trials_fd = -1, .loop_delay_fd = -1};
}
