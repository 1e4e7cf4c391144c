// SPDX-License-Identifier: MIT
#ifndef CAPTURED_H
#define CAPTURED_H

/* What a function prints, as text, to be compared as a whole. */

#include "tests/support.h"

enum { CAPTURED_BYTES = 1 << 16 };

static char printed[CAPTURED_BYTES];    /* on standard output */
static char complained[CAPTURED_BYTES]; /* on standard error */

struct capture {
    int saved[2];
    FILE *files[2];
};

static inline void capture_begin(struct capture *capture)
{
    fflush(stdout);
    fflush(stderr);
    for (int i = 0; i < 2; i++) {
        const int fd = i == 0 ? STDOUT_FILENO : STDERR_FILENO;
        capture->files[i] = tmpfile();
        assert_non_null(capture->files[i]);
        capture->saved[i] = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        assert_true(capture->saved[i] >= 0);
        assert_true(dup2(fileno(capture->files[i]), fd) >= 0);
    }
}

static inline void capture_end(struct capture *capture)
{
    fflush(stdout);
    fflush(stderr);
    for (int i = 0; i < 2; i++) {
        char *text = i == 0 ? printed : complained;
        dup2(capture->saved[i], i == 0 ? STDOUT_FILENO : STDERR_FILENO);
        close(capture->saved[i]);
        rewind(capture->files[i]);
        text[fread(text, 1, CAPTURED_BYTES - 1, capture->files[i])] = '\0';
        fclose(capture->files[i]);
    }
}

/* Runs a statement, with all that it prints in `printed` and `complained`. */
#define CAPTURED(call)                                                                             \
    do {                                                                                           \
        struct capture its_output;                                                                 \
        capture_begin(&its_output);                                                                \
        call;                                                                                      \
        capture_end(&its_output);                                                                  \
    } while (0)

/* Puts another text in the place of one that is as long or longer, wherever it stands. */
static inline void put_for(char *text, const char *what, const char *other)
{
    const size_t length = strlen(what);
    const size_t other_length = strlen(other);
    assert_true(length > 0 && other_length <= length);
    for (char *at = text; (at = strstr(at, what)) != NULL; at += other_length) {
        memcpy(at, other, other_length);
        memmove(at + other_length, at + length, strlen(at + length) + 1);
    }
}

static inline void assert_text(const char *text, const char *expected)
{
    if (strcmp(text, expected) == 0)
        return;
    /* Not by cmocka, which cuts off what is long. */
    fprintf(stderr, "expected:\n%s\n---- but it is:\n%s\n----\n", expected, text);
    fail();
}

static inline void assert_file_text(const char *dir, const char *name, const char *expected)
{
    size_t length;
    char *text = file_read(dir, name, &length);
    assert_text(text, expected);
    free(text);
}

#endif
