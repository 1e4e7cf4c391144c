// SPDX-License-Identifier: MIT
#include "storage_programs.h"

#include "core/interrupt.h"
#include "core/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* ---- Command lines -----------------------------------------------------------------------------
 */

static void add(struct storage_words *words, const char *word)
{
    if (words->count + 1 == sizeof words->list / sizeof words->list[0])
        abort();
    words->list[words->count++] = word;
    words->list[words->count] = NULL;
}

static void add_all(struct storage_words *words, const char *const *list)
{
    for (; *list != NULL; list++)
        add(words, *list);
}

__attribute__((format(printf, 2, 3))) static void add_made(struct storage_words *words,
                                                           const char *format, ...)
{
    char *made = &words->text[words->used];
    const size_t left = sizeof words->text - words->used;
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(made, left, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= left)
        abort();
    words->used += (size_t)length + 1;
    add(words, made);
}

/* nbdkit makes every name absolute, and the name of a socket may have 107 bytes: by way of /proc it
 * is short wherever the folder is. All other names are relative, so that nothing in the name of a
 * folder can mean anything to anybody. The log is the outermost filter: it sees each request as it
 * came and what became of it. One thread for each connection is all, as nbdfuse sends no second
 * request on a connection before the answer to the first. */
void storage_server_words(struct storage_words *words, const char *data,
                          const struct emulated_storage_options *options)
{
    static const char *const always[] = {"nbdkit",
                                         "--foreground",
                                         "--readonly",
                                         "--threads",
                                         "1",
                                         "--unix",
                                         "/proc/self/cwd/socket",
                                         "--pidfile",
                                         STORAGE_SERVER_READY,
                                         "--filter=log",
                                         "--filter=delay",
                                         NULL};
    *words = (struct storage_words){.count = 0};
    add_all(words, always);
    if (options->error_rate > 0)
        add(words, "--filter=error");
    if (options->rate_bytes_per_s > 0)
        add(words, "--filter=rate");
    add(words, "file");
    add_made(words, "dir=%s", data);
    add(words, "logfile=" STORAGE_LOG);
    add_made(words, "rdelay=%ums", options->latency_ms);
    if (options->error_rate > 0)
        add_made(words, "error-pread-rate=%.8f", options->error_rate);
    if (options->rate_bytes_per_s > 0)
        add_made(words, "rate=%" PRIu64, options->rate_bytes_per_s * 8); /* in bits */
}

/* nbdfuse waits for the answer on a connection before it sends the next request, and it leaves out
 * the last of several connections. */
unsigned storage_connections(const struct emulated_storage_options *options)
{
    return options->in_flight == 1 ? 1 : options->in_flight + 1;
}

/* Without kernel_cache, each open would drop what is in the page cache. */
void storage_file_words(struct storage_words *words, const char *name,
                        const struct emulated_storage_options *options)
{
    static const char *const always[] = {"nbdfuse", "--readonly",  "-o", "kernel_cache",
                                         "-o",      "subtype=nbd", NULL};
    *words = (struct storage_words){.count = 0};
    add_all(words, always);
    add(words, "-o");
    add_made(words, "fsname=emulated-%ums", options->latency_ms);
    add(words, "--connections");
    add_made(words, "%u", storage_connections(options));
    add(words, "--pidfile");
    add_made(words, "%s" STORAGE_FILE_READY, name);
    add_made(words, "../%s", name);
    add_made(words, "nbd+unix:///%s?socket=socket", name);
}

/* ---- What they are given ----------------------------------------------------------------------
 */

static bool is_kept(const char *variable)
{
    static const char *const kept[] = {"PATH=", "HOME=", "LD_LIBRARY_PATH="};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (strncmp(variable, kept[i], strlen(kept[i])) == 0)
            return true;
    }
    return false;
}

/* They listen to LISTEN_FDS and LISTEN_PID (sockets from systemd: nbdkit would serve on those), to
 * LIBNBD_DEBUG, FUSE_THREAD_STACK, _FUSE_COMMFD, TMPDIR, the languages and what their libraries
 * have of such kind: a list of those would never be whole. */
const char **storage_environment(void)
{
    size_t count = 0;
    while (environ[count] != NULL)
        count++;
    const char **made = calloc(count + 2, sizeof *made);
    if (made == NULL)
        abort();
    count = 0;
    made[count++] = strdup("LC_ALL=C");
    for (char **variable = environ; *variable != NULL; variable++) {
        if (!is_kept(*variable) && strncmp(*variable, "LC_ALL=", 7) != 0)
            made[count++] = strndup(*variable, strcspn(*variable, "="));
    }
    return made;
}

void storage_environment_free(const char **environment)
{
    for (const char **variable = environment; *variable != NULL; variable++)
        free((char *)*variable);
    free(environment);
}

/* ---- Whether they are there -------------------------------------------------------------------
 */

/* Returns 0 when the file plugin of nbdkit has all filters that may be asked for. */
static int check_filters(struct error *error)
{
    static const char *const arguments[] = {
        "nbdkit",         "--filter=log", "--filter=delay", "--filter=rate",
        "--filter=error", "file",         "--dump-plugin",  NULL};
    const char **environment = storage_environment();
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const struct process_request request = {
        .arguments = arguments,
        .environment = environment,
        .output_fd = PROCESS_NOWHERE,
        .error_fd = nowhere,
    };
    struct process_end end = {.status = 0};
    int code = process_run(&request, &end, error);
    close(nowhere);
    storage_environment_free(environment);
    if (code == 0 && interrupt_signal() != 0)
        code = error_set(error, -ECANCELED, "interrupted");
    if (code == 0 && (end.status != 0 || end.signal != 0))
        code = error_set(error, -ENOENT,
                         "missing: nbdkit's file plugin with its filters log, delay, rate and "
                         "error: run ./setup.sh, which installs what emulated storage needs");
    return code;
}

int storage_programs_check(struct error *error)
{
    static const char *const needed[] = {"nbdkit", "nbdfuse", "fusermount3"};
    char missing[64] = "";
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        const size_t length = strlen(missing);
        if (!process_is_found(needed[i]))
            snprintf(&missing[length], sizeof missing - length, "%s%s", length > 0 ? ", " : "",
                     needed[i]);
    }
    if (missing[0] != '\0')
        return error_set(error, -ENOENT,
                         "missing: %s: run ./setup.sh, which installs what emulated storage needs",
                         missing);
    return check_filters(error);
}

/* ---- What they tell ---------------------------------------------------------------------------
 */

/* "... Read id=7 offset=0x0 count=0x1000 ..." when a request comes, and "... ...Read id=7 return=0"
 * or "return=-1" when it was served. */
static void count_line(const char *line, struct emulated_storage_counts *counts)
{
    const char *begin = strstr(line, " Read id=");
    const char *end = strstr(line, " ...Read id=");
    const char *bytes = begin != NULL ? strstr(begin, " count=0x") : NULL;
    if (bytes != NULL) {
        counts->requests++;
        counts->read_bytes += strtoull(bytes + strlen(" count="), NULL, 16);
    }
    if (end != NULL && strstr(end, " return=-1") != NULL)
        counts->failed_requests++;
}

int storage_log_count(const char *path, struct emulated_storage_counts *counts)
{
    char *line = NULL;
    size_t size = 0;
    FILE *log = fopen(path, "r");
    *counts = (struct emulated_storage_counts){.requests = 0};
    if (log == NULL)
        return -errno;
    for (ssize_t length; (length = getline(&line, &size, log)) > 0;) {
        if (line[length - 1] == '\n') /* else it is still being written */
            count_line(line, counts);
    }
    const int code = ferror(log) ? -EIO : 0;
    free(line);
    fclose(log);
    return code;
}

char *storage_settings(const struct emulated_storage_options *options, const char *server,
                       const char *client)
{
    char rate[24] = "";
    char errors[24] = "";
    char *text;
    if (options->rate_bytes_per_s > 0)
        snprintf(rate, sizeof rate, "%" PRIu64, options->rate_bytes_per_s);
    if (options->error_rate > 0)
        snprintf(errors, sizeof errors, "%g", options->error_rate);
    if (asprintf(&text,
                 "storage,emulated\n"
                 "storage_latency_s,%u.%03u\n"
                 "storage_in_flight_per_file,%u\n"
                 "storage_rate_bytes_per_s,%s\n"
                 "storage_error_rate,%s\n"
                 "storage_server,%s\n"
                 "storage_client,%s\n",
                 options->latency_ms / 1000, options->latency_ms % 1000, options->in_flight, rate,
                 errors, server, client) < 0)
        abort();
    return text;
}
