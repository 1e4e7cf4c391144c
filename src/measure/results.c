// SPDX-License-Identifier: MIT
#include "results.h"

#include "core/files.h"
#include "core/progress.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int results_check(const char *base, struct error *error)
{
    struct stat status;
    char *path = strdup(base);
    if (path == NULL)
        abort();
    int code = stat(base, &status) == 0 ? 0 : -errno;
    const char *dir = code == -ENOENT ? dirname(path) : base;
    if (code == -ENOENT)
        code = stat(dir, &status) == 0 ? 0 : -errno;
    if (code == 0 && !S_ISDIR(status.st_mode))
        code = -ENOTDIR;
    if (code == 0 && access(dir, W_OK | X_OK) != 0)
        code = -errno;
    free(path);
    if (code == 0)
        return 0;
    return error_set(error, code,
                     "no results can be put into %s: %s; give --results a folder that may be "
                     "written, or that can be made where it belongs",
                     base, strerror(-code));
}

int results_create_part(char **dir, const char *base, const char *name, struct error *error)
{
    *dir = files_join(base, name);
    if (mkdir(*dir, 0777) == 0)
        return 0;
    const int code = error_set_call(error, -errno, "make the results folder", *dir);
    free(*dir);
    return code;
}

int results_create(char **dir, const char *base, const char *name, struct error *error)
{
    char time_text[32];
    char full[96];
    const time_t now = time(NULL);
    struct tm utc;
    if (mkdir(base, 0777) != 0 && errno != EEXIST)
        return error_set_call(error, -errno, "make the results folder", base);
    strftime(time_text, sizeof time_text, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
    snprintf(full, sizeof full, "%s-%s", time_text, name);
    int code = results_create_part(dir, base, full, error);
    /* Two runs can begin in one second: the later one gets a number. */
    for (unsigned again = 2; code == -EEXIST; again++) {
        snprintf(full, sizeof full, "%s-%s-%u", time_text, name, again);
        code = results_create_part(dir, base, full, error);
    }
    return code;
}

/* Puts the link in place in one step, so that it never points nowhere. */
static int put_link(const char *name, const char *latest)
{
    struct stat status;
    char next[4096];
    if (lstat(latest, &status) == 0 && !S_ISLNK(status.st_mode))
        return -EEXIST;
    snprintf(next, sizeof next, "%s.%ld", latest, (long)getpid());
    if (symlink(name, next) != 0)
        return -errno;
    if (rename(next, latest) == 0)
        return 0;
    const int code = -errno;
    unlink(next);
    return code;
}

void results_link_latest(const char *dir)
{
    const char *slash = strrchr(dir, '/');
    char *base = slash != NULL ? strndup(dir, (size_t)(slash - dir)) : strdup(".");
    if (base == NULL)
        abort();
    char *latest = files_join(base, "latest");
    const int code = put_link(slash != NULL ? slash + 1 : dir, latest);
    if (code == -EEXIST)
        progress_message("%s is no link of ours and is left as it is", latest);
    else if (code != 0)
        progress_message("no link %s here (%s), which does no harm", latest, strerror(-code));
    free(latest);
    free(base);
}
