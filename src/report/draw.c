// SPDX-License-Identifier: MIT
#include "draw.h"

#include "core/files.h"
#include "core/interrupt.h"
#include "core/process.h"
#include "wording.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const formats[] = {"svg", "png"};
enum { FORMATS = sizeof formats / sizeof formats[0] };

static char *in_folder(const char *dir, const struct picture *picture, const char *format)
{
    return files_join(dir, wording_format("%s.%s", picture->name, format).text);
}

/* gnuplot runs in the folder where it draws and is given plain names: what others are called would
 * have to be put into quotes. -d and no GNUTERM: nothing of the reader's own settings. */
static int run_gnuplot(const char *folder, const char *style, const char *script,
                       const struct picture *picture, struct error *error)
{
    static const char *const environment[] = {"LC_ALL=C.UTF-8", "GNUTERM", NULL};
    const struct words variables =
        wording_format("csv='../%s.csv'; name='%s'", picture->csv, picture->name);
    const char *const arguments[] = {"gnuplot", "-d", "-e", variables.text, style, script, NULL};
    const struct process_request request = {
        .arguments = arguments,
        .environment = environment,
        .directory = folder,
        .output_fd = PROCESS_NOWHERE,
    };
    struct process_end end;
    const int code = process_run(&request, &end, error);
    if (code != 0)
        return code;
    if (interrupt_signal() != 0)
        return error_set(error, -EINTR, "drawing %s was interrupted", picture->name);
    if (end.status != 0 || end.signal != 0)
        return error_set(error, -EIO, "drawing %s in %s failed; see above", picture->name, folder);
    return 0;
}

static bool is_drawn(const char *folder, const struct picture *picture, const char *format)
{
    struct stat status;
    char *path = in_folder(folder, picture, format);
    const bool is = stat(path, &status) == 0 && status.st_size > 0;
    free(path);
    return is;
}

static int move(const char *folder, const char *dir, const struct picture *picture,
                const char *format, struct error *error)
{
    char *from = in_folder(folder, picture, format);
    char *to = in_folder(dir, picture, format);
    const int code = rename(from, to) != 0 ? error_set_call(error, -errno, "write", to) : 0;
    free(from);
    free(to);
    return code;
}

static int draw_and_move(const char *folder, const char *dir, const char *style, const char *script,
                         const struct picture *picture, struct error *error)
{
    int code = run_gnuplot(folder, style, script, picture, error);
    for (size_t i = 0; i < FORMATS && code == 0; i++) {
        if (!is_drawn(folder, picture, formats[i]))
            code = error_set(error, -EIO, "gnuplot drew no %s.%s in %s", picture->name, formats[i],
                             folder);
    }
    for (size_t i = 0; i < FORMATS && code == 0; i++)
        code = move(folder, dir, picture, formats[i], error);
    return code;
}

/* Removes the folder with what may be left in it. */
static void remove_folder(const char *folder, const struct picture *picture)
{
    for (size_t i = 0; i < FORMATS; i++) {
        char *path = in_folder(folder, picture, formats[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
}

int draw_picture(const char *plots, const char *dir, const struct picture *picture,
                 struct error *error)
{
    char *absolute = realpath(plots, NULL); /* gnuplot runs elsewhere */
    if (absolute == NULL)
        return error_set_call(error, -errno, "find the scripts of the pictures in", plots);
    char *style = files_join(absolute, "style.gp");
    char *script = files_join(absolute, wording_format("%s.gp", picture->script).text);
    char *folder = files_join(dir, ".pictures-XXXXXX");
    int code = mkdtemp(folder) == NULL
                   ? error_set_call(error, -errno, "make a folder for the pictures in", dir)
                   : 0;
    if (code == 0) {
        code = draw_and_move(folder, dir, style, script, picture, error);
        remove_folder(folder, picture);
    }
    free(folder);
    free(script);
    free(style);
    free(absolute);
    return code;
}
