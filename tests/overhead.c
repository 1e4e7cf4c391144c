// SPDX-License-Identifier: MIT
/* What the program itself costs: compares the blocking methods, warm, with bare loops over the same
 * files (and into the same reader), and all methods, or those that are named, with the loop probes
 * and one client and without them; interleaved. Prints the medians and their ratios. `make
 * overhead` runs it on the folder data; the clients are this program once more. */
#include "core/error.h"
#include "core/process.h"
#include "core/stats.h"
#include "data-gen/file_set.h"
#include "measure/pool.h"
#include "measure/prime.h"
#include "measure/protocol.h"
#include "methods/method.h"
#include "platform/page_cache.h"
#include "platform/tie.h"
#include "platform/transfer.h"
#include "probes/client.h"
#include "probes/clients.h"
#include "probes/loop_delay.h"
#include "work/connections.h"
#include "work/reader.h"
#include "work/scan.h"
#include "work/send.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <uv.h>

enum {
    RUNS = 15,
    PAIRS = 41,
    ATTEMPTS = 5,
    STRIDE_BYTES = 512,
    CHUNK_BYTES = 65536,
    MOST_BEATS = 1 << 16
};
#define HEARTBEAT_NS 1000000

static double bare_pread(const struct file_set *files, uint64_t *sum)
{
    unsigned char *chunk = malloc(CHUNK_BYTES);
    const uint64_t start_ns = uv_hrtime();
    for (size_t i = 0; i < files->count; i++) {
        ssize_t got;
        for (off_t at = 0; (got = pread(files->files[i].fd, chunk, CHUNK_BYTES, at)) > 0; at += got)
            for (ssize_t k = 0; k < got; k += STRIDE_BYTES)
                *sum += chunk[k];
    }
    const uint64_t end_ns = uv_hrtime();
    free(chunk);
    return (double)(end_ns - start_ns) / 1e9;
}

static double bare_touch(const struct file_set *files, uint64_t *sum)
{
    const unsigned char *maps[64];
    for (size_t i = 0; i < files->count; i++)
        maps[i] = mmap(NULL, files->files[i].bytes, PROT_READ, MAP_SHARED, files->files[i].fd, 0);
    const uint64_t start_ns = uv_hrtime();
    for (size_t i = 0; i < files->count; i++)
        for (uint64_t at = 0; at < files->files[i].bytes; at += STRIDE_BYTES)
            *sum += maps[i][at];
    const uint64_t end_ns = uv_hrtime();
    for (size_t i = 0; i < files->count; i++)
        munmap((void *)maps[i], files->files[i].bytes);
    return (double)(end_ns - start_ns) / 1e9;
}

static struct reader *open_reader(const struct file_set *files)
{
    const struct work_settings settings = {.stride_bytes = STRIDE_BYTES, .to = CONNECTIONS_TCP};
    struct reader *reader;
    struct error error;
    if (reader_open(&reader, &settings, files->count, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
        exit(EXIT_FAILURE);
    }
    return reader;
}

static double bare_sendfile(const struct file_set *files, uint64_t *sum)
{
    struct reader *reader = open_reader(files);
    struct reader_saw *saw = calloc(files->count, sizeof *saw);
    struct error error;
    const uint64_t start_ns = uv_hrtime();
    for (size_t i = 0; i < files->count; i++) {
        const struct data_file *file = &files->files[i];
        ssize_t sent = 1;
        for (uint64_t at = 0; at < file->bytes && sent > 0; at += (uint64_t)sent)
            sent = transfer_sendfile(reader_connection(reader, i), file->fd, at,
                                     (size_t)(file->bytes - at));
    }
    const uint64_t end_ns = uv_hrtime();
    if (reader_hear(reader, saw, &error) != 0)
        exit(EXIT_FAILURE);
    for (size_t i = 0; i < files->count; i++)
        *sum += saw[i].sum;
    reader_free(reader);
    free(saw);
    return (double)(end_ns - start_ns) / 1e9;
}

/* As the protocol does: the second access to a page costs the kernel more than the third. */
static void make_warm(const struct file_set *files)
{
    for (size_t i = 0; i < files->count; i++)
        page_cache_evict(files->files[i].fd);
    for (size_t i = 0; i < files->count; i++)
        prime_by_read(files->files[i].fd, files->files[i].bytes);
}

/* One ok trial's time. Where a page was taken back before the scan (not-warm) it is made again;
 * what fails otherwise, or again and again, ends the program. */
static double time_of(const struct protocol *protocol, const struct method *method,
                      enum cache_state cache)
{
    struct trial trial;
    struct error error;
    int code = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        struct protocol with = *protocol;
        if (method_kind(method) == &send_kind)
            with.settings.reader = open_reader(protocol->files);
        code = protocol_trial(&with, method, cache, &trial, &error);
        reader_free(with.settings.reader);
        if (code != 0 || strcmp(trial.status, STATUS_NOT_WARM) != 0)
            break;
    }
    if (code != 0 || !trial_is_ok(&trial)) {
        fprintf(stderr, "%s: %s\n", method->name, error.text);
        exit(EXIT_FAILURE);
    }
    return trial.elapsed_s;
}

static void print_ratio(const char *name, const char *cache, const char *base,
                        const double *times_s, const double *base_times_s, size_t count)
{
    const struct stats_estimate time_s = stats_estimate_median(times_s, count, STATS_LEVEL);
    const struct stats_estimate base_s = stats_estimate_median(base_times_s, count, STATS_LEVEL);
    const struct stats_estimate ratio =
        stats_estimate_paired_ratio(times_s, base_times_s, count, STATS_LEVEL);
    printf("%-21s %s %.4f s, %s %.4f s, ratio %.3f [%.3f, %.3f]\n", name, cache, time_s.value, base,
           base_s.value, ratio.value, ratio.low, ratio.high);
    fflush(stdout);
}

static void compare_with_bare_loop(const char *name, struct file_set *files,
                                   double (*bare)(const struct file_set *files, uint64_t *sum))
{
    const struct protocol protocol = {
        .files = files, .settings.stride_bytes = STRIDE_BYTES, .chunk_bytes = CHUNK_BYTES};
    const struct method *method = method_find(name);
    double times_s[2][RUNS];
    for (size_t run = 0; run < RUNS; run++) {
        struct error error;
        uint64_t sum = 0;
        uint64_t right_sum = 0;
        times_s[0][run] = time_of(&protocol, method, CACHE_WARM);
        if (file_set_open(files, &error) != 0)
            exit(EXIT_FAILURE);
        make_warm(files);
        times_s[1][run] = bare(files, &sum);
        file_set_close(files);
        for (size_t i = 0; i < files->count; i++)
            right_sum += files->files[i].sum;
        if (sum != right_sum)
            exit(EXIT_FAILURE);
    }
    print_ratio(name, "warm", "bare loop", times_s[0], times_s[1], RUNS);
}

/* The same with all probes: as in a trial, the client comes first. */
static double time_with_probes(const struct protocol *protocol, const struct method *method,
                               enum cache_state cache)
{
    struct protocol with = *protocol;
    struct error error;
    if (clients_open(&with.clients, 1, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
        exit(EXIT_FAILURE);
    }
    with.loop_delay = loop_delay_new(HEARTBEAT_NS, MOST_BEATS);
    const double seconds = time_of(&with, method, cache);
    loop_delay_free(with.loop_delay);
    clients_free(with.clients);
    return seconds;
}

/* Each pair in the other order than the one before. Warm it takes more of them to see 2 %, and
 * there is the time for it. */
static void compare_probes(const struct method *method, struct file_set *files,
                           enum cache_state cache)
{
    const size_t pairs = cache == CACHE_WARM ? PAIRS : RUNS;
    const struct protocol protocol = {.files = files, .settings.stride_bytes = STRIDE_BYTES};
    double times_s[2][PAIRS];
    for (size_t run = 0; run < 2 * pairs; run++) {
        const bool without = (run + run / 2) % 2 == 1;
        times_s[without][run / 2] = without ? time_of(&protocol, method, cache)
                                            : time_with_probes(&protocol, method, cache);
    }
    print_ratio(method->name, cache_state_name(cache), "without probes", times_s[0], times_s[1],
                pairs);
}

static bool is_named(const char *name, int count, char *const *names)
{
    bool named = count == 0;
    for (int i = 0; i < count; i++)
        named = named || strcmp(names[i], name) == 0;
    return named;
}

int main(int argc, char **argv)
{
    struct file_set files;
    struct error error;
    if (argc > 3 && strcmp(argv[1], PROCESS_TIED) == 0)
        return tie_and_become(&argv[2]);
    signal(SIGPIPE, SIG_IGN);
    if (argc > 2 && strcmp(argv[1], READER_WORD) == 0)
        return reader_main(argc - 2, &argv[2]);
    if (argc > 2 && strcmp(argv[1], CLIENT_WORD) == 0)
        return client_main(argc - 2, &argv[2]);
    process_set_self(argv[0]);
    if (argc < 2 || file_set_load(&files, argv[1], STRIDE_BYTES, &error) != 0) {
        fprintf(
            stderr,
            "overhead: give the data folder of a run; then warm, for that alone; then methods, or "
            "none for all\n");
        return EXIT_FAILURE;
    }
    if (pool_warm_up(files.count, files.files[0].path, NULL) != 0)
        return EXIT_FAILURE;
    const bool warm_alone = argc > 2 && strcmp(argv[2], "warm") == 0;
    const int first = warm_alone ? 3 : 2; /* of the methods */
    printf("medians with the 95 %% interval of their ratio, of interleaved pairs: %d warm, %d "
           "others\n",
           PAIRS, RUNS);
    compare_with_bare_loop("single-read", &files, bare_pread);
    compare_with_bare_loop("single-mmap", &files, bare_touch);
    compare_with_bare_loop("single-send-sendfile", &files, bare_sendfile);
    for (size_t i = 0; methods[i] != NULL; i++) {
        if (method_kind(methods[i]) != &scan_kind ||
            !is_named(methods[i]->name, argc - first, &argv[first]) ||
            method_unsupported(methods[i], argv[1]) != NULL)
            continue;
        compare_probes(methods[i], &files, CACHE_WARM);
        if (!warm_alone)
            compare_probes(methods[i], &files, CACHE_COLD);
    }
    file_set_free(&files);
    return EXIT_SUCCESS;
}
