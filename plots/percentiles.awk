# SPDX-License-Identifier: MIT
#
# Turns sorted beats into the curve of each method: "method,nines,delay_ms", where `nines` is
# log10(1 / (1 - p)) of the percentile p: 0 at the smallest beat, 2 at 99 %, log10(n) at the longest
# of n. A curve of many beats is thinned to points that a picture can show. Each curve is a table of
# its own with a header; two empty lines end it.
#
#     awk -f beats.awk ... | sort -t , -k 1,1 -k 5,5n | awk -f percentiles.awk

BEGIN {
    FS = ","
}

$1 != method {
    print_curve()
    method = $1
    count = 0
}

{
    delay_ms[++count] = $5
}

END {
    print_curve()
}

function print_curve(    i, nines, last) {
    if (count == 0)
        return
    print "method,nines,delay_ms"
    last = -1
    for (i = 1; i <= count; i++) {
        nines = log(count / (count - i + 1)) / log(10)
        if (nines >= last + 0.008 || i == count) {
            printf "%s,%.4f,%.6g\n", method, nines, delay_ms[i]
            last = nines
        }
    }
    printf "\n\n"
}
