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
#include "measure/one_call.h"
#include "measure/pool.h"
#include "measure/protocol.h"
#include "measure/trial_process.h"
#include "methods/method.h"
#include "platform/host.h"
#include "platform/polling.h"
#include "platform/storage.h"
#include "work/connections.h"
#include "work/reader.h"
#include "work/send.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

/* The beats that a trial may have: 35 minutes of them at the default interval, in 8 MiB. At the
 * shorter ones 10 minutes, which are 120 MiB at the shortest. */
enum { MOST_BEATS = 1 << 21, MOST_SECONDS = 600 };

static struct loop_delay *make_probe(const struct options *options)
{
    const uint64_t interval_ns = (uint64_t)(options->heartbeat_ms * 1e6);
    if (interval_ns == 0)
        return NULL;
    const uint64_t of_minutes = MOST_SECONDS * UINT64_C(1000000000) / interval_ns;
    return loop_delay_new(interval_ns, of_minutes > MOST_BEATS ? (size_t)of_minutes : MOST_BEATS);
}

static int open_clients(const struct options *options, struct clients **clients,
                        struct error *error)
{
    return options->clients > 0 ? clients_open(clients, options->clients, error) : 0;
}

/* The row, and what the probes saw. */
static int tell(const struct trial *trial, const struct protocol *protocol, const char *name,
                const struct error *error)
{
    if (protocol->metrics != NULL)
        trial_process_tell_metrics(protocol->metrics, protocol->loop_delay,
                                   strtoll(name, NULL, 10));
    return trial_process_tell_row(trial, protocol->loop_delay, protocol->clients, name, error);
}

/* Other metrics of the loop, when a fifth word asks for them. */
static struct metrics *make_metrics(const struct options *options)
{
    return options->word_count > 4 && options->heartbeat_ms > 0
               ? metrics_new((uint64_t)(options->heartbeat_ms * 1e6), METRICS_QUIET_MS)
               : NULL;
}

/* Ends with the error in its answer, and `status`. After an interrupt the parent knows better. */
static int end_with(const struct error *error, int status)
{
    struct trial nothing = trial_unknown();
    if (interrupt_signal() != 0)
        return interrupt_status();
    snprintf(nothing.status, sizeof nothing.status, STATUS_ERROR);
    trial_process_tell_row(&nothing, NULL, NULL, "", error);
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
    trial_process_tell_fact("device_read_bandwidth_depth", "%" PRId64, device.read_bandwidth_depth);
    trial_process_tell_fact("device_read_bandwidth_block_bytes", "%" PRId64,
                            device.read_bandwidth_block_bytes);
    const struct one_call one_call = one_call_measure(files);
    trial_process_tell_fact("readahead_call_bytes", "%" PRId64, one_call.readahead_bytes);
    trial_process_tell_fact("willneed_call_bytes", "%" PRId64, one_call.willneed_bytes);
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

/* Whether what the method reads is counted as this process's, be it by a ring of its own or one of
 * libuv. */
static bool counts_reads(const struct method *method, const char *path)
{
    const bool may_use_ring = method->by_ring || strcmp(host_libuv_reads(), "thread pool") != 0;
    return storage_describe(path).counts_reads && (!may_use_ring || storage_counts_rings());
}

static struct work_settings settings_of(const struct options *options)
{
    return (struct work_settings){
        .stride_bytes = options->stride_bytes,
        .to = options->to != NULL ? options->to : CONNECTIONS_TCP,
        .fsync = options->fsync,
        .reflink = options->reflink,
        .reader_bytes_per_s = options->reader_bytes_per_s,
    };
}

/* The processes beside that of the trial. They come first: see clients.h and reader.h. */
static int open_others(const struct method *method, const struct options *options, size_t files,
                       struct clients **clients, struct work_settings *settings,
                       struct error *error)
{
    const int code = open_clients(options, clients, error);
    if (code != 0 || method_kind(method) != &send_kind)
        return code;
    return reader_open(&settings->reader, settings, files, error);
}

static int run_protocol(const struct protocol *protocol, const struct method *method,
                        const struct options *options, struct error *error)
{
    const char *cache = options->words[1];
    const char *first = protocol->files->files[0].path;
    struct trial trial;
    int code = pool_warm_up(options->pool_threads, first, NULL);
    if (code != 0)
        return error_set_call(error, code, "warm up the libuv pool on", first);
    code = protocol_trial(
        protocol, method,
        strcmp(cache, cache_state_name(CACHE_COLD)) == 0 ? CACHE_COLD : CACHE_WARM, &trial, error);
    return code == 0 ? tell(&trial, protocol, options->words[3], error) : code;
}

static int run_method(const struct method *method, const struct options *options,
                      struct file_set *files, struct error *error)
{
    struct clients *clients = NULL;
    struct work_settings settings = settings_of(options);
    int code = open_others(method, options, files->count, &clients, &settings, error);
    if (code == 0) {
        const struct protocol protocol = {
            .files = files,
            .counts_reads = counts_reads(method, files->files[0].path),
            .settings = settings,
            .chunk_bytes = options->chunk_bytes,
            .prime = options->prime_pages ? PRIME_PAGES : PRIME_READ,
            .loop_delay = make_probe(options),
            .clients = clients,
            .metrics = make_metrics(options),
        };
        code = run_protocol(&protocol, method, options, error);
        metrics_free(protocol.metrics);
        loop_delay_free(protocol.loop_delay);
    }
    reader_free(settings.reader);
    clients_free(clients);
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
    struct clients *clients = NULL;
    struct trial trial;
    struct error error;
    (void)command;
    int code = open_clients(options, &clients, &error);
    if (code != 0)
        return end_with(&error, EXIT_TRIAL_FAILED);
    const struct protocol protocol = {.loop_delay = make_probe(options), .clients = clients};
    code = protocol_idle(&protocol, (unsigned)strtoul(options->words[0], NULL, 10), &trial, &error);
    if (code == 0)
        code = tell(&trial, &protocol, "idle", &error);
    loop_delay_free(protocol.loop_delay);
    clients_free(clients);
    return code != 0 || interrupt_signal() != 0 ? end_with(&error, EXIT_TRIAL_FAILED) : EXIT_OK;
}

/* -----------------------------------------------------------------------------------------------
 */

const struct command prepare_command = {
    .name = "prepare",
    .about = "measures the storage and looks at libuv",
    .options = OPTIONS_OF_TRIALS | OPTIONS_OF_TRANSFERS,
    .run = run_prepare,
};

const struct command trial_command = {
    .name = "trial",
    .about = "METHOD CACHE SUMS ORDER [metrics]: one trial",
    .options = OPTIONS_OF_TRIALS | OPTIONS_OF_TRANSFERS,
    .fewest_words = 4,
    .most_words = 5,
    .few_text = "trial needs METHOD CACHE SUMS ORDER",
    .run = run_trial,
};

const struct command idle_command = {
    .name = "idle",
    .about = "MILLISECONDS: the idle control",
    .options = OPTIONS_OF_TRIALS | OPTIONS_OF_TRANSFERS,
    .fewest_words = 1,
    .most_words = 1,
    .few_text = "idle needs MILLISECONDS",
    .run = run_idle,
};
