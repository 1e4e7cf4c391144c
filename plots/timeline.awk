# SPDX-License-Identifier: MIT
#
# Thins the beats of the async-* methods to those that a picture can show: of all in `step_s`
# seconds the shortest and the longest. Each method is a table of its own with a header,
# "method,elapsed_s,time_s,delay_ms"; two empty lines end it.
#
#     awk -f beats.awk -v median=1 ... | awk -v step_s=0.001 -f timeline.awk

BEGIN {
    FS = OFS = ","
}

$1 !~ /^async-/ {
    next
}

$1 != method {
    print_step()
    if (method != "")
        printf "\n\n"
    method = $1
    elapsed_s = $3
    step = -1
    print "method", "elapsed_s", "time_s", "delay_ms"
}

int($4 / step_s) != step {
    print_step()
    step = int($4 / step_s)
    shortest_ms = longest_ms = $5
    shortest_at = longest_at = $4
}

$5 + 0 > longest_ms + 0 {
    longest_ms = $5
    longest_at = $4
}

$5 + 0 < shortest_ms + 0 {
    shortest_ms = $5
    shortest_at = $4
}

END {
    print_step()
}

function print_step() {
    if (step < 0 || method == "")
        return
    if (longest_at + 0 < shortest_at + 0)
        print method, elapsed_s, longest_at, longest_ms
    print method, elapsed_s, shortest_at, shortest_ms
    if (longest_at + 0 > shortest_at + 0)
        print method, elapsed_s, longest_at, longest_ms
}
