// SPDX-License-Identifier: MIT
/* What this program asks of itself, each in a process of its own: prepare, trial and idle. See
 * measure/trial_process.h for what they answer. */
#include "command.h"

#include "core/error.h"
#include "core/exit_status.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "data-gen/file_set.h"
#include "measure/device.h"
#include "measure/pool.h"
#include "measure/protocol.h"
#include "measure/trial_process.h"
#include "methods/method.h"
#include "platform/polling.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* The beats that a trial may have: 35 minutes of them at the default interval, in 8 MiB. */
enum { MOST_BEATS = 1 << 21 };

static const struct error no_error = {.code = 0};

static struct loop_delay *make_probe(const struct options *options)
{
    return options->heartbeat_ms > 0
               ? loop_delay_new((uint64_t)(options->heartbeat_ms * 1e6), MOST_BEATS)
               : NULL;
}

/* Ends with the error in its answer, and `status`. After an interrupt the parent knows better. */
static int end_with(const struct error *error, int status)
{
    struct trial nothing = trial_unknown();
    if (interrupt_signal() != 0)
        return interrupt_status();
    snprintf(nothing.status, sizeof nothing.status, STATUS_ERROR);
    trial_process_tell_row(&nothing, NULL, "", error);
    return status;
}

/* ---- prepare ----------------------------------------------------------------------------------
 */

static int tell_facts(const struct file_set *files, const struct options *options,
                      struct error *error)
{
    const char *path = files->files[0].path;
    const uint64_t start_ns = uv_hrtime();
    const char *reads = "";
    const int code = pool_warm_up(options->pool_threads, path, &reads);
    if (code != 0)
        return error_set_call(error, code, "warm up the libuv pool on", path);
    trial_process_tell_fact("pool_warm_up_s", "%.9g", (double)(uv_hrtime() - start_ns) / 1e9);
    trial_process_tell_fact("libuv_reads", "%s", reads);
    trial_process_tell_fact("polling_is_seen", "%d", polling_is_seen());
    const struct device_speed device = device_measure(files);
    trial_process_tell_fact("device_read_latency_s", "%.9g", device.read_latency_s);
    trial_process_tell_fact("device_read_bandwidth_bytes_per_s", "%.9g",
                            device.read_bandwidth_bytes_per_s);
    return 0;
}

static int run_prepare(const struct command *command, const struct options *options)
{
    struct file_set files;
    struct error error;
    (void)command;
    int code = file_set_load(&files, options->data, 0, &error);
    if (code != 0)
        return end_with(&error, EXIT_TRIAL_FAILED);
    code = tell_facts(&files, options, &error);
    file_set_free(&files);
    return code != 0 || interrupt_signal() != 0 ? end_with(&error, EXIT_TRIAL_FAILED) : EXIT_OK;
}

/* ---- trial ------------------------------------------------------------------------------------
 */

static int run_method(const struct method *method, const struct options *options,
                      struct file_set *files, struct error *error)
{
    const char *cache = options->words[1];
    struct trial trial;
    const struct protocol protocol = {
        .files = files,
        .stride_bytes = options->stride_bytes,
        .chunk_bytes = options->chunk_bytes,
        .prime = options->prime_pages ? PRIME_PAGES : PRIME_READ,
        .loop_delay = make_probe(options),
    };
    int code = pool_warm_up(options->pool_threads, files->files[0].path, NULL);
    if (code != 0)
        error_set_call(error, code, "warm up the libuv pool on", files->files[0].path);
    if (code == 0)
        code = protocol_trial(&protocol, method,
                              strcmp(cache, cache_state_name(CACHE_COLD)) == 0 ? CACHE_COLD
                                                                               : CACHE_WARM,
                              &trial, error);
    if (code == 0)
        code = trial_process_tell_row(&trial, protocol.loop_delay, options->words[3], error);
    loop_delay_free(protocol.loop_delay);
    return code;
}

/* What fails before the protocol is an error of the trial, too: its row says so. */
static int run_trial(const struct command *command, const struct options *options)
{
    const struct method *method = method_find(options->words[0]);
    struct file_set files;
    struct error error;
    (void)command;
    progress_relay();
    if (method == NULL) {
        error_set(&error, -EINVAL, "unknown method '%s'", options->words[0]);
        return end_with(&error, EXIT_OK);
    }
    int code = file_set_load(&files, options->data, 0, &error);
    if (code != 0)
        return end_with(&error, EXIT_OK);
    code = file_set_read_sums(&files, options->words[2], &error);
    if (code == 0)
        code = run_method(method, options, &files, &error);
    file_set_free(&files);
    return code != 0 ? end_with(&error, EXIT_OK) : EXIT_OK;
}

/* ---- idle -------------------------------------------------------------------------------------
 */

static int run_idle(const struct command *command, const struct options *options)
{
    const struct protocol protocol = {.loop_delay = make_probe(options)};
    struct trial trial;
    struct error error;
    (void)command;
    int code =
        protocol_idle(&protocol, (unsigned)strtoul(options->words[0], NULL, 10), &trial, &error);
    if (code == 0)
        code = trial_process_tell_row(&trial, protocol.loop_delay, "idle", &no_error);
    loop_delay_free(protocol.loop_delay);
    return code != 0 || interrupt_signal() != 0 ? end_with(&error, EXIT_TRIAL_FAILED) : EXIT_OK;
}

/* -----------------------------------------------------------------------------------------------
 */

const struct command prepare_command = {
    .name = "prepare",
    .about = "measures the storage and looks at libuv",
    .options = OPTIONS_OF_TRIALS,
    .run = run_prepare,
};

const struct command trial_command = {
    .name = "trial",
    .about = "METHOD CACHE SUMS ORDER: one trial",
    .options = OPTIONS_OF_TRIALS,
    .fewest_words = 4,
    .most_words = 4,
    .few_text = "trial needs METHOD CACHE SUMS ORDER",
    .run = run_trial,
};

const struct command idle_command = {
    .name = "idle",
    .about = "MILLISECONDS: the idle control",
    .options = OPTIONS_OF_TRIALS,
    .fewest_words = 1,
    .most_words = 1,
    .few_text = "idle needs MILLISECONDS",
    .run = run_idle,
};
