// SPDX-License-Identifier: MIT
#include "results.h"

#include "core/files.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Puts the link in place in one step, so that it never points nowhere. */
static int link_latest(const char *base, const char *name, struct error *error)
{
    char *latest = files_join(base, "latest");
    char *next = files_join(base, ".latest");
    int code = 0;
    unlink(next);
    if (symlink(name, next) != 0 || rename(next, latest) != 0) {
        code = error_set_call(error, -errno, "link", latest);
        unlink(next);
    }
    free(next);
    free(latest);
    return code;
}

int results_create(char **dir, const char *base, const char *mode, struct error *error)
{
    char time_text[32];
    char name[64];
    const time_t now = time(NULL);
    struct tm utc;
    if (mkdir(base, 0777) != 0 && errno != EEXIST)
        return error_set_call(error, -errno, "make the results folder", base);
    strftime(time_text, sizeof time_text, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
    snprintf(name, sizeof name, "%s-%s", time_text, mode);
    *dir = files_join(base, name);
    /* Two runs can begin in one second: the later one gets a number. */
    for (unsigned again = 2; mkdir(*dir, 0777) != 0; again++) {
        const int code = -errno;
        if (code != -EEXIST) {
            error_set_call(error, code, "make the results folder", *dir);
            free(*dir);
            return code;
        }
        free(*dir);
        snprintf(name, sizeof name, "%s-%s-%u", time_text, mode, again);
        *dir = files_join(base, name);
    }
    const int code = link_latest(base, name, error);
    if (code != 0)
        free(*dir);
    return code;
}
