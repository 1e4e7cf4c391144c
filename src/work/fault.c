// SPDX-License-Identifier: MIT
#include "fault.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h> /* declares ucontext_t; <ucontext.h> is an error on macOS */
#include <stddef.h>

/* Where to go on after a page that cannot be had; NULL outside of a guard. */
static _Thread_local sigjmp_buf *volatile landing;
static _Thread_local void *volatile place;

int fault_guard(int (*touch)(void *context), void *context, const void **address)
{
    sigjmp_buf here;
    if (sigsetjmp(here, 0) != 0) {
        landing = NULL;
        if (address != NULL)
            *address = place;
        return -EIO;
    }
    landing = &here;
    const int code = touch(context);
    landing = NULL;
    return code;
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    if (landing != NULL) {
        /* The handler is left by a jump, so it puts the thread's signal mask back itself; having
         * sigsetjmp save it would cost every guard a system call. */
        pthread_sigmask(SIG_SETMASK, &((const ucontext_t *)context)->uc_sigmask, NULL);
        place = info->si_addr;
        siglongjmp(*landing, 1);
    }
    signal(number, SIG_DFL); /* not ours: the access is repeated and ends the program */
}

void fault_catch(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
}
