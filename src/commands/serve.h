// SPDX-License-Identifier: MIT
#ifndef SERVE_H
#define SERVE_H

/* serve: a file set on emulated storage, while a command runs or until Ctrl-C. `argv[0]` is the
 * word "serve" itself. Returns the exit status: that of the command, or as core/exit_status.h has
 * it. */
int command_serve(int argc, char **argv);

#endif
