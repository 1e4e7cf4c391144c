// SPDX-License-Identifier: MIT
#include "trial_process.h"

#include "core/interrupt.h"
#include "core/process.h"
#include "core/progress.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What announces the lines of each file of delays. */
static const char *const delays_words[OUTPUT_DELAYS] = {"beats", "clients"};

/* ---- In the process of the trial --------------------------------------------------------------
 */

static int flush(void)
{
    return fflush(stdout) != 0 || ferror(stdout) ? -EPIPE : 0;
}

int trial_process_tell_fact(const char *key, const char *format, ...)
{
    va_list arguments;
    printf("fact %s ", key);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    return flush();
}

/* The lines of one of the files of delays: `word`, how long they are, and themselves. */
static void tell_lines(const char *word, const char *lines, size_t bytes)
{
    printf("%s %zu\n", word, bytes);
    fwrite(lines, 1, bytes, stdout);
}

static void tell_delays(const struct loop_delay *beats, const struct clients *clients,
                        const char *name)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        abort();
    if (beats != NULL)
        loop_delay_print(beats, name, out);
    fflush(out);
    const size_t of_beats = length;
    if (clients != NULL)
        clients_print(clients, name, out);
    fclose(out);
    if (beats != NULL)
        tell_lines(delays_words[OUTPUT_BEATS], text, of_beats);
    if (clients != NULL)
        tell_lines(delays_words[OUTPUT_CLIENTS], text + of_beats, length - of_beats);
    free(text);
}

void trial_process_tell_metrics(const struct metrics *metrics, const struct loop_delay *beats,
                                int64_t order)
{
    for (enum metric_kind kind = 0; kind < METRIC_KINDS; kind++) {
        struct metric metric = metrics_of(metrics, beats, kind);
        metric.trial = order;
        printf("metric ");
        metric_print(&metric, stdout);
    }
}

int trial_process_tell_row(const struct trial *trial, const struct loop_delay *beats,
                           const struct clients *clients, const char *name,
                           const struct error *error)
{
    char *row = trial_row(trial);
    if (error->code != 0)
        printf("error %d %s\n", error->code, error->text);
    tell_delays(beats, clients, name);
    printf("row %s", row);
    free(row);
    return flush();
}

/* ---- In its parent ----------------------------------------------------------------------------
 */

/* What comes is taken line by line, but for the delays. */
struct reader {
    struct trial_answer *answer;
    char *text; /* what is not taken yet */
    size_t length;
    size_t size;
    struct output_lines *delays; /* those that come, with what is left to come */
    size_t delays_left;
    bool has_row;
    bool is_wrong; /* a line that means nothing: the rest is not looked at */
};

static void take_fact(const struct trial_answer *answer, char *text)
{
    char *value = strchr(text, ' ');
    if (value == NULL || answer->on_fact == NULL)
        return;
    *value = '\0';
    answer->on_fact(answer->context, text, value + 1);
}

/* Whether the line begins the lines of a file of delays. */
static bool take_delays(struct reader *reader, const char *line)
{
    for (size_t i = 0; i < OUTPUT_DELAYS; i++) {
        const size_t length = strlen(delays_words[i]);
        if (strncmp(line, delays_words[i], length) != 0 || line[length] != ' ')
            continue;
        reader->delays = &reader->answer->delays[i];
        reader->delays_left = (size_t)strtoull(line + length, NULL, 10);
        free(reader->delays->text);
        *reader->delays = (struct output_lines){.text = malloc(reader->delays_left + 1)};
        if (reader->delays->text == NULL)
            abort();
        return true;
    }
    return false;
}

/* What does not fit is no answer. */
static void take_metric(struct reader *reader, const char *text)
{
    char *metrics = reader->answer->metrics;
    const size_t length = strlen(metrics);
    const int added = snprintf(metrics + length, METRICS_BYTES - length, "%s\n", text);
    reader->is_wrong = (size_t)added >= METRICS_BYTES - length;
}

static void take_error(struct error *error, const char *text)
{
    char *words;
    const long code = strtol(text, &words, 10);
    error_set(error, code < 0 ? (int)code : -EIO, "%s", words[0] == ' ' ? words + 1 : words);
}

static void take_line(struct reader *reader, char *line)
{
    struct trial_answer *answer = reader->answer;
    if (strncmp(line, "step ", 5) == 0)
        progress_step(line + 5);
    else if (strncmp(line, "fact ", 5) == 0)
        take_fact(answer, line + 5);
    else if (strncmp(line, "error ", 6) == 0)
        take_error(&answer->error, line + 6);
    else if (strncmp(line, "metric ", 7) == 0)
        take_metric(reader, line + 7);
    else if (strncmp(line, "row ", 4) == 0)
        reader->has_row = trial_parse(&answer->trial, line + 4);
    else if (!take_delays(reader, line))
        reader->is_wrong = true;
}

/* Takes what has come whole from the beginning of `text`. Returns how many bytes that were. */
static size_t take(struct reader *reader, char *text, size_t length)
{
    size_t taken = 0;
    while (taken < length && !reader->is_wrong) {
        if (reader->delays_left > 0) {
            const size_t left = length - taken;
            const size_t bytes = left < reader->delays_left ? left : reader->delays_left;
            memcpy(reader->delays->text + reader->delays->bytes, text + taken, bytes);
            reader->delays->bytes += bytes;
            reader->delays_left -= bytes;
            taken += bytes;
            continue;
        }
        char *end = memchr(text + taken, '\n', length - taken);
        if (end == NULL)
            break;
        *end = '\0';
        take_line(reader, text + taken);
        taken = (size_t)(end - text) + 1;
    }
    return taken;
}

static void on_output(void *context, const char *bytes, size_t length)
{
    struct reader *reader = context;
    if (reader->length + length > reader->size) {
        reader->size = 2 * (reader->length + length);
        reader->text = realloc(reader->text, reader->size);
        if (reader->text == NULL)
            abort();
    }
    memcpy(reader->text + reader->length, bytes, length);
    reader->length += length;
    const size_t taken = take(reader, reader->text, reader->length);
    reader->length -= taken;
    memmove(reader->text, reader->text + taken, reader->length);
}

static int how_it_died(const struct process_end *end, const struct reader *reader,
                       struct error *error)
{
    if (reader->is_wrong)
        return error_set(error, -ECHILD, "its process said what is no answer");
    if (end->stopped)
        return error_set(error, -ECHILD, "its process was stopped by somebody, and so ended");
    if (end->signal != 0)
        return error_set(error, -ECHILD, "its process was ended by signal %d (%s)", end->signal,
                         strsignal(end->signal));
    return error_set(error, -ECHILD, "its process ended with %d before it had a row", end->status);
}

enum { MOST_WORDS = 32, NUMBER_BYTES = 32 };

int trial_process_run(struct trial_answer *answer, const char *const *words,
                      const struct options *options, const char *data, struct error *error)
{
    char stride[NUMBER_BYTES];
    char chunk[NUMBER_BYTES];
    char pool[NUMBER_BYTES];
    char heartbeat[NUMBER_BYTES];
    char clients[NUMBER_BYTES];
    char reader_rate[NUMBER_BYTES];
    const char *arguments[MOST_WORDS] = {process_self()};
    struct reader reader = {.answer = answer};
    struct process_request request = {
        .arguments = arguments, .on_output = on_output, .context = &reader};
    struct process_end end;
    size_t count = 1;
    const char *const settings[] = {
        "--data",    data,    "--stride",    stride,
        "--pool",    pool,    "--heartbeat", heartbeat,
        "--clients", clients, "--prime",     options->prime_pages ? "pages" : "read"};
    snprintf(stride, sizeof stride, "%" PRIu64, options->stride_bytes);
    snprintf(chunk, sizeof chunk, "%zuB", options->chunk_bytes);
    snprintf(pool, sizeof pool, "%zu", options->pool_threads);
    snprintf(heartbeat, sizeof heartbeat, "%.9g", options->heartbeat_ms);
    snprintf(clients, sizeof clients, "%zu", options->clients);
    snprintf(reader_rate, sizeof reader_rate, "%" PRIu64 "B", options->reader_bytes_per_s);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        arguments[count++] = settings[i];
    if (options->chunk_bytes > 0) {
        arguments[count++] = "--chunk";
        arguments[count++] = chunk;
    }
    if (options->to != NULL) {
        arguments[count++] = "--to";
        arguments[count++] = options->to;
    }
    if (options->reader_bytes_per_s > 0) {
        arguments[count++] = "--reader-rate";
        arguments[count++] = reader_rate;
    }
    if (options->fsync)
        arguments[count++] = "--fsync";
    if (options->reflink)
        arguments[count++] = "--reflink";
    arguments[count++] = "--"; /* a path of ours may begin with a dash */
    for (size_t i = 0; words[i] != NULL && count + 1 < MOST_WORDS; i++)
        arguments[count++] = words[i];
    answer->trial = trial_unknown();
    memset(answer->delays, 0, sizeof answer->delays);
    answer->metrics[0] = '\0';
    answer->error = (struct error){.code = 0};
    int code = process_run(&request, &end, error);
    free(reader.text);
    if (interrupt_signal() != 0)
        code = -ECANCELED;
    const bool is_well = !end.stopped && end.signal == 0 && end.status == 0 && !reader.is_wrong;
    if (code == 0 && !(is_well && (reader.has_row || answer->on_fact != NULL))) {
        code = how_it_died(&end, &reader, error);
        if (answer->error.code != 0) /* it said itself why */
            *error = answer->error;
    }
    if (code != 0)
        trial_answer_free(answer);
    return code;
}

void trial_answer_free(struct trial_answer *answer)
{
    for (size_t i = 0; i < OUTPUT_DELAYS; i++) {
        free(answer->delays[i].text);
        answer->delays[i] = (struct output_lines){.text = NULL};
    }
}
