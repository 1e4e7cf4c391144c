// SPDX-License-Identifier: MIT
#ifndef CLIENT_H
#define CLIENT_H

#include <stdint.h>

/* The process of the clients: this program once more, which asks the loop of a trial (clients.h)
 * over one connection for each client. A connection is a Unix socket without a name, inherited from
 * the trial: nobody else can connect, and no ending leaves anything behind. A request is a byte and
 * so is its answer; they come in the order of the requests, so that neither needs a number.
 *
 *     1. The client makes CLIENT_ROUND_TRIPS over each connection.
 *     2. The trial sends when its scan starts over the first connection: 8 bytes, ns of uv_hrtime.
 *     3. The client sends a request over each connection at start + n * CLIENT_INTERVAL_NS,
 *        whatever was answered till then, and notes when each answer comes. What fell due while it
 *        could not send is sent as soon as it can.
 *     4. The trial closes the connections. The client writes to its standard output, for each
 *        connection, the number of answers and when each came (uint64_t, ns of uv_hrtime). */

/* The first word of a command line that asks this program to be the clients. */
#define CLIENT_WORD "--clients-of"

#define CLIENT_INTERVAL_NS UINT64_C(1000000)
enum { CLIENT_ROUND_TRIPS = 16 };

/* Asks until the connections are closed. `words` are those after CLIENT_WORD: how many connections
 * there are. Returns the exit status. */
int client_main(int count, char *const *words);

#endif
