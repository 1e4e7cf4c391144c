// SPDX-License-Identifier: MIT
/* refuse ERRNO CALL[,CALL...] -- COMMAND...: becomes a command to which the system calls fail with
 * the errno, as under the filter of a container. Ends with 77 where no filter may be installed, and
 * passes over calls that this architecture does not have. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { CANNOT_RUN = 77, WRONG_USAGE = 2, NOT_HERE = -1 };

/* Calls that are newer than the C library of the build. */
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif
#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif
#ifndef SYS_faccessat2
#define SYS_faccessat2 439
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static const struct {
    const char *name;
    int number;
} calls[] = {
    {"cachestat", SYS_cachestat},
    {"close_range", SYS_close_range},
    {"copy_file_range", SYS_copy_file_range},
    {"epoll_pwait", SYS_epoll_pwait},
    {"epoll_pwait2", SYS_epoll_pwait2},
    {"faccessat2", SYS_faccessat2},
    {"fadvise64", SYS_fadvise64},
    {"fallocate", SYS_fallocate},
    {"flock", SYS_flock},
    {"io_uring_enter", SYS_io_uring_enter},
    {"io_uring_register", SYS_io_uring_register},
    {"io_uring_setup", SYS_io_uring_setup},
    {"memfd_create", SYS_memfd_create},
    {"mincore", SYS_mincore},
    {"ppoll", SYS_ppoll},
    {"preadv2", SYS_preadv2},
    {"prlimit64", SYS_prlimit64},
    {"readahead", SYS_readahead},
    {"rseq", SYS_rseq},
    {"sched_getaffinity", SYS_sched_getaffinity},
    {"statx", SYS_statx},
    {"symlinkat", SYS_symlinkat},
#ifdef SYS_symlink
    {"symlink", SYS_symlink},
#else
    {"symlink", NOT_HERE},
#endif
    {"madvise", SYS_madvise},
};

static const struct {
    const char *name;
    int number;
} errors[] = {
    {"EPERM", EPERM},           {"ENOSYS", ENOSYS}, {"EINVAL", EINVAL},
    {"EOPNOTSUPP", EOPNOTSUPP}, {"EACCES", EACCES}, {"ENOMEM", ENOMEM},
};

static int number_of_call(const char *name)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i].name, name) == 0)
            return calls[i].number;
    }
    fprintf(stderr, "refuse: unknown call '%s'\n", name);
    exit(WRONG_USAGE);
}

static int number_of_error(const char *name)
{
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (strcmp(errors[i].name, name) == 0)
            return errors[i].number;
    }
    fprintf(stderr, "refuse: unknown error '%s'\n", name);
    exit(WRONG_USAGE);
}

static void add(struct sock_fprog *program, struct sock_filter instruction)
{
    program->filter[program->len++] = instruction;
}

/* Two instructions for each call: go on behind the second unless it is this one, and fail. */
static void install(int error, char *names)
{
    static struct sock_filter instructions[2 * sizeof calls / sizeof calls[0] + 2];
    struct sock_fprog program = {.filter = instructions};
    const struct sock_filter load =
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    const struct sock_filter fail =
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((unsigned)error & SECCOMP_RET_DATA));
    const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    add(&program, load);
    for (char *name; (name = strsep(&names, ",")) != NULL;) {
        const int number = number_of_call(name);
        const struct sock_filter is_it =
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1);
        if (number == NOT_HERE)
            continue;
        if (program.len + 3u > sizeof instructions / sizeof instructions[0])
            exit(WRONG_USAGE);
        add(&program, is_it);
        add(&program, fail);
    }
    add(&program, allow);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("refuse: seccomp");
        exit(CANNOT_RUN);
    }
}

int main(int argc, char **argv)
{
    if (argc < 5 || strcmp(argv[3], "--") != 0) {
        fprintf(stderr, "usage: refuse ERRNO CALL[,CALL...] -- COMMAND...\n");
        return WRONG_USAGE;
    }
    install(number_of_error(argv[1]), argv[2]);
    execvp(argv[4], &argv[4]);
    perror(argv[4]);
    return 127;
}

#else

int main(void)
{
    fprintf(stderr, "refuse: no seccomp here\n");
    return 77;
}

#endif
