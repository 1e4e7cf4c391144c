// SPDX-License-Identifier: MIT
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    if (caught != 0) {
        signal(number, SIG_DFL);
        raise(number); /* delivered when this handler returns */
    }
    caught = number;
}

void interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

int interrupt_signal(void)
{
    return caught;
}

int interrupt_status(void)
{
    return 128 + caught;
}
