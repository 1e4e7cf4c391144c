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

static void tell_beats(const struct loop_delay *beats, const char *name)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        abort();
    loop_delay_print(beats, name, out);
    fclose(out);
    printf("beats %zu\n", length);
    fwrite(text, 1, length, stdout);
    free(text);
}

int trial_process_tell_row(const struct trial *trial, const struct loop_delay *beats,
                           const char *beats_name, const struct error *error)
{
    char *row = trial_row(trial);
    if (error->code != 0)
        printf("error %d %s\n", error->code, error->text);
    if (beats != NULL)
        tell_beats(beats, beats_name);
    printf("row %s", row);
    free(row);
    return flush();
}

/* ---- In its parent ----------------------------------------------------------------------------
 */

/* What comes is taken line by line, but for the beats. */
struct reader {
    struct trial_answer *answer;
    char *text; /* what is not taken yet */
    size_t length;
    size_t size;
    size_t beats_left;
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

static void take_beats(struct reader *reader, const char *text)
{
    struct trial_answer *answer = reader->answer;
    reader->beats_left = (size_t)strtoull(text, NULL, 10);
    free(answer->beats);
    answer->beats_bytes = 0;
    answer->beats = malloc(reader->beats_left + 1);
    if (answer->beats == NULL)
        abort();
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
    else if (strncmp(line, "beats ", 6) == 0)
        take_beats(reader, line + 6);
    else if (strncmp(line, "row ", 4) == 0)
        reader->has_row = trial_parse(&answer->trial, line + 4);
    else
        reader->is_wrong = true;
}

/* Takes what has come whole from the beginning of `text`. Returns how many bytes that were. */
static size_t take(struct reader *reader, char *text, size_t length)
{
    struct trial_answer *answer = reader->answer;
    size_t taken = 0;
    while (taken < length && !reader->is_wrong) {
        if (reader->beats_left > 0) {
            const size_t left = length - taken;
            const size_t bytes = left < reader->beats_left ? left : reader->beats_left;
            memcpy(answer->beats + answer->beats_bytes, text + taken, bytes);
            answer->beats_bytes += bytes;
            reader->beats_left -= bytes;
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

enum { MOST_WORDS = 24, NUMBER_BYTES = 32 };

int trial_process_run(struct trial_answer *answer, const char *const *words,
                      const struct options *options, const char *data, struct error *error)
{
    char stride[NUMBER_BYTES];
    char chunk[NUMBER_BYTES];
    char pool[NUMBER_BYTES];
    char heartbeat[NUMBER_BYTES];
    const char *arguments[MOST_WORDS] = {process_self()};
    struct reader reader = {.answer = answer};
    struct process_request request = {
        .arguments = arguments, .on_output = on_output, .context = &reader};
    struct process_end end;
    size_t count = 1;
    const char *const settings[] = {
        "--data", data,          "--stride", stride,    "--pool",
        pool,     "--heartbeat", heartbeat,  "--prime", options->prime_pages ? "pages" : "read"};
    snprintf(stride, sizeof stride, "%" PRIu64, options->stride_bytes);
    snprintf(chunk, sizeof chunk, "%zuB", options->chunk_bytes);
    snprintf(pool, sizeof pool, "%zu", options->pool_threads);
    snprintf(heartbeat, sizeof heartbeat, "%.9g", options->heartbeat_ms);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        arguments[count++] = settings[i];
    if (options->chunk_bytes > 0) {
        arguments[count++] = "--chunk";
        arguments[count++] = chunk;
    }
    arguments[count++] = "--"; /* a path of ours may begin with a dash */
    for (size_t i = 0; words[i] != NULL && count + 1 < MOST_WORDS; i++)
        arguments[count++] = words[i];
    answer->trial = trial_unknown();
    answer->beats = NULL;
    answer->beats_bytes = 0;
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
    free(answer->beats);
    answer->beats = NULL;
}
