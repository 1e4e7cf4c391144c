// SPDX-License-Identifier: MIT
#include "show.h"

#include "command.h"
#include "core/exit_status.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "measure/results.h"
#include "report/advice.h"
#include "report/copy_verdict.h"
#include "report/draw.h"
#include "report/latency_range.h"
#include "report/one_call_text.h"
#include "report/picture.h"
#include "report/recommendation.h"
#include "report/send_verdict.h"
#include "report/table.h"
#include "report/transfer_loop.h"
#include "report/verdict.h"
#include "report/wording.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int complain(const struct error *error, int status)
{
    progress_message("%s", error->text);
    return status;
}

/* What was done with the files: ", one byte in 512", ", copied and synced", ", sent over tcp". */
static void print_doing(const struct trial *trial, const struct machine *machine, FILE *to)
{
    const char *work = trial_work(trial);
    const double reader_rate = machine_number(machine, "reader_bytes_per_s");
    const char *over = machine_text(machine, "to");
    if (strcmp(work, "copy") == 0)
        fprintf(to, ", copied%s",
                strcmp(machine_text(machine, "fsync"), "timed") == 0 ? " and synced" : "");
    else if (strcmp(work, "send") == 0)
        fprintf(to, ", sent%s%s", over[0] != '\0' ? " over " : "", over);
    else if (trial->stride_bytes >= 0)
        fprintf(to, ", one byte in %" PRId64, trial->stride_bytes);
    if (reader_rate > 0)
        fprintf(to, ", to readers that take %s a second", wording_bytes(reader_rate).text);
}

/* ", on emulated storage of 5 ms: 8 files of 256 MiB, one byte in 512", as far as the rows say. */
static void print_work(const struct trials *trials, const struct machine *machine, FILE *to)
{
    if (strcmp(machine_text(machine, "storage"), "emulated") == 0)
        fprintf(to, ", on emulated storage of %g ms",
                machine_number(machine, "storage_latency_s") * 1e3);
    if (trials->count == 0 || trials->rows[0].files <= 0 || trials->rows[0].file_bytes < 0)
        return;
    fprintf(to, ": %s", wording_files(trials).text);
    print_doing(&trials->rows[0], machine, to);
}

static void print_tables(const struct comparison_result *result, const char *cache, FILE *to)
{
    fprintf(to, "\n%s page cache", cache);
    print_work(&result->trials, &result->machine, to);
    fprintf(to, "\n\n");
    table_print(&result->summary, &result->machine, cache, to);
    fprintf(to, "\n");
}

void show_tables(const struct comparison_result *result, FILE *to)
{
    for (enum cache_state cache = 0; cache < CACHE_STATES; cache++) {
        if (summary_has_cache(&result->summary, cache_state_name(cache)))
            print_tables(result, cache_state_name(cache), to);
    }
}

/* Each is silent about methods of other work than its own. */
static void say_of_cache(struct statements *said, const struct comparison_result *result,
                         const char *cache)
{
    verdict_say(said, &result->summary, &result->machine, cache);
    copy_verdict_say(said, &result->summary, cache);
    send_verdict_say(said, &result->summary, &result->machine, cache);
    transfer_loop_say(said, &result->summary, &result->machine, cache);
}

/* Tables and statements of each cache state, then what concerns both. */
static void print_results(const struct comparison_result *result, FILE *to)
{
    struct statements said = {.count = 0};
    for (enum cache_state cache = 0; cache < CACHE_STATES; cache++) {
        if (!summary_has_cache(&result->summary, cache_state_name(cache)))
            continue;
        struct statements of_cache = {.count = 0};
        print_tables(result, cache_state_name(cache), to);
        say_of_cache(&of_cache, result, cache_state_name(cache));
        statements_print(&of_cache, to);
        statements_free(&of_cache);
    }
    verdict_say_cold_and_warm(&said, &result->summary);
    recommendation_say(&said, &result->summary);
    one_call_say(&said, &result->summary, &result->machine);
    advice_say(&said, &result->summary, &result->machine);
    statements_print(&said, to);
    statements_free(&said);
}

/* Draws what there is to draw, and says why there is no more. Returns the exit status. */
static int draw(const struct pictures *pictures, const char *out)
{
    struct error error;
    int status = EXIT_OK;
    char *plots = command_home("plots");
    for (size_t i = 0; i < pictures->missing_count; i++)
        progress_message("%s", pictures->missing[i]);
    for (size_t i = 0; i < pictures->count && status == EXIT_OK; i++) {
        if (draw_picture(plots, out, &pictures->list[i], &error) != 0)
            status =
                interrupt_signal() != 0 ? interrupt_status() : complain(&error, EXIT_TRIAL_FAILED);
    }
    free(plots);
    if (interrupt_signal() == 0)
        return status;
    progress_message("interrupted while drawing; the results are kept in %s", out);
    return interrupt_status();
}

int show_pictures(const struct comparison_result *result, const char *out)
{
    struct pictures pictures;
    struct error error;
    if (summary_write(&result->summary, out, &error) != 0 ||
        pictures_of_result(&pictures, result, out, &error) != 0)
        return complain(&error, EXIT_TRIAL_FAILED);
    return draw(&pictures, out);
}

int show_results(const char *dir, const char *out)
{
    struct comparison_result result;
    struct error error;
    if (comparison_load(&result, dir, &error) != 0)
        return complain(&error, EXIT_MISSING);
    print_results(&result, stdout);
    fflush(stdout); /* what is drawn takes a second */
    const int status = show_pictures(&result, out);
    comparison_unload(&result);
    printf("\npictures and data: %s\n", out);
    return status;
}

/* ---- Several ----------------------------------------------------------------------------------
 */

struct comparison_result *show_load(const char *const *dirs, size_t count)
{
    struct comparison_result *results = calloc(count, sizeof *results);
    struct error error;
    if (results == NULL)
        abort();
    for (size_t i = 0; i < count; i++) {
        if (comparison_load(&results[i], dirs[i], &error) != 0) {
            complain(&error, EXIT_MISSING);
            show_unload(results, i);
            return NULL;
        }
    }
    return results;
}

void show_unload(struct comparison_result *results, size_t count)
{
    for (size_t i = 0; i < count; i++)
        comparison_unload(&results[i]);
    free(results);
}

int show_range(char *const *dirs, size_t count, const char *out, FILE *to)
{
    struct comparison_result *results = show_load((const char *const *)dirs, count);
    struct statements said = {.count = 0};
    struct error error;
    int status = EXIT_OK;
    if (results == NULL)
        return EXIT_MISSING;
    if (comparison_check(results, count, &error) != 0) {
        status = complain(&error, EXIT_WRONG_USAGE);
    } else {
        fprintf(to, "\ncold page cache");
        print_work(&results[0].trials, &(struct machine){.count = 0}, to);
        fprintf(to, "\n");
        latency_range_print(results, count, to);
        latency_range_say(&said, results, count);
        statements_print(&said, to);
        statements_free(&said);
        struct pictures pictures;
        if (latency_range_write(results, count, out, &error) != 0 ||
            pictures_of_range(&pictures, results, count, out, &error) != 0)
            status = complain(&error, EXIT_TRIAL_FAILED);
        else
            status = draw(&pictures, out);
    }
    show_unload(results, count);
    return status;
}

int show_comparison(const char *const *dirs, size_t count, bool anyway, const char *out, FILE *to)
{
    struct comparison_result *results = show_load(dirs, count);
    struct error error;
    int status = EXIT_OK;
    if (results == NULL)
        return EXIT_MISSING;
    if (!anyway && comparison_check(results, count, &error) != 0) {
        status = complain(&error, EXIT_WRONG_USAGE);
    } else {
        comparison_print(results, count, to);
        struct pictures pictures;
        if (comparison_write(results, count, out, &error) != 0 ||
            pictures_of_comparison(&pictures, results, count, out, &error) != 0)
            status = complain(&error, EXIT_TRIAL_FAILED);
        else
            status = draw(&pictures, out);
    }
    show_unload(results, count);
    return status;
}

int show_metrics(const struct comparison_result *result, const char *out, FILE *table,
                 FILE *sentences)
{
    struct metric_list list;
    struct metric_summary summary;
    struct statements said = {.count = 0};
    struct pictures pictures;
    struct error error;
    if (metric_list_read(&list, result->dir, &error) != 0)
        return complain(&error, EXIT_MISSING);
    metric_summary_make(&summary, result, &list);
    fprintf(table, "\ncold page cache");
    print_work(&result->trials, &result->machine, table);
    fprintf(table, "\n");
    metric_summary_print(&summary, table);
    metric_summary_say(&said, &summary);
    statements_print(&said, sentences);
    statements_free(&said);
    const int status = pictures_of_metrics(&pictures, result, &summary, out, &error) != 0
                           ? complain(&error, EXIT_TRIAL_FAILED)
                           : draw(&pictures, out);
    metric_summary_free(&summary);
    metric_list_free(&list);
    return status;
}

char *show_folder(const char *dir, const char *results, bool elsewhere)
{
    char *out;
    struct error error;
    const bool is_writable = access(dir, W_OK) == 0;
    if ((is_writable && !elsewhere) || access(dir, F_OK) != 0)
        return strdup(dir);
    if (results_create(&out, results, "plot", &error) != 0) {
        complain(&error, EXIT_MISSING);
        return NULL;
    }
    if (!is_writable)
        progress_message("%s cannot be written: the pictures go to %s", dir, out);
    return out;
}
