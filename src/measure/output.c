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

int output_beats(const struct output *output, const char *trial, const struct loop_delay *probe,
                 struct error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        abort();
    loop_delay_print(probe, trial, out);
    fclose(out);
    const int code = files_append(output->loop_delay_fd, text, length);
    free(text);
    return code != 0 ? error_set_call(error, code, "write", "loop_delay.csv") : 0;
}

int output_trial(const struct output *output, const struct trial *trial,
                 const struct loop_delay *probe, struct error *error)
{
    char name[24];
    int code = 0;
    snprintf(name, sizeof name, "%" PRId64, trial->order);
    if (probe != NULL && trial_is_ok(trial))
        code = output_beats(output, name, probe, error);
    if (code != 0)
        return code;
    code = trial_write_row(output->trials_fd, trial);
    return code != 0 ? error_set_call(error, code, "write", "trials.csv") : 0;
}

void output_close(struct output *output)
{
    close(output->trials_fd);
    if (output->loop_delay_fd >= 0)
        close(output->loop_delay_fd);
}
