# SPDX-License-Identifier: MIT
#
# Prints "method,trial,elapsed_s,time_s,delay_ms" for each beat of the ok trials in one cache state,
# and of the idle control with the method "idle". With -v median=1 only of the trial of each method
# with the median time, the lower of two, and not of the idle control.
#
#     awk -f beats.awk -v cache=cold file=trials trials.csv file=beats loop_delay.csv

BEGIN {
    FS = ","
}

FNR == 1 {
    for (i = 1; i <= NF; i++)
        column[$i] = i
    next
}

file == "trials" {
    order = $column["order"]
    if ($column["cache"] == cache && $column["status"] == "ok") {
        method[order] = $column["method"]
        elapsed_s[order] = $column["elapsed_s"]
    }
    next
}

file == "beats" && !chosen {
    chosen = 1
    if (median)
        keep_median_trials()
    else
        method["idle"] = "idle"
}

# The last line of a run that was killed may be cut off.
NF >= column["delay_s"] && $column["trial"] in method {
    trial = $column["trial"]
    printf "%s,%s,%s,%s,%.6f\n", method[trial], trial, elapsed_s[trial], $column["time_s"],
           1000 * $column["delay_s"]
}

# Whether trial a comes before trial b when they are sorted by time.
function is_before(a, b) {
    return elapsed_s[a] + 0 < elapsed_s[b] + 0 || elapsed_s[a] + 0 == elapsed_s[b] + 0 && a + 0 < b + 0
}

function keep_median_trials(    a, b, before, count, others) {
    for (a in method) {
        before = count = 0
        for (b in method) {
            if (method[b] == method[a]) {
                count++
                before += is_before(b, a)
            }
        }
        if (before != int((count - 1) / 2))
            others[a]
    }
    for (a in others)
        delete method[a]
}
