#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Checks that a source includes only files of its own layer or lower ones, from the top to the bottom:
#
#   programs: scan_bench, summarize, generate
#   runner
#   plan, what writes a run down (machine, output), what sums it up (summary, table,
#     verdict, advice, comparison)
#   the list of methods: method.c
#   methods/*
#   what a method is and works on: method.h, scan, trial, file_set and its generator, cache, probes/*
#   everything else
set -u
cd "$(dirname "$0")/.." || exit 1

layer() { # FILE
    case $1 in
    src/scan_bench.c | src/summarize.c | data-gen/generate.c) echo 6 ;;
    src/runner.*) echo 5 ;;
    src/plan.* | src/machine.* | src/output.* | src/summary.* | src/table.* | src/verdict.* | src/advice.* | src/comparison.* | src/latency_range.* | src/question.*) echo 4 ;;
    src/method.c) echo 3 ;;
    src/methods/*) echo 2 ;;
    data-gen/generator.* | src/method.h | src/scan.* | src/trial.* | src/file_set.* | src/cache.* | src/probes/*) echo 1 ;;
    *) echo 0 ;;
    esac
}

# Where an include is found: beside the file, in src, or in data-gen.
resolve() { # FILE INCLUDE
    local folder
    for folder in "$(dirname "$1")" src data-gen; do
        [ ! -f "$folder/$2" ] || { echo "$folder/$2"; return; }
    done
}

wrong=0
while IFS=: read -r file line; do
    include=${line#*\"}
    target=$(resolve "$file" "${include%\"*}")
    if [ "$(layer "$target")" -gt "$(layer "$file")" ]; then
        echo "$file includes $target, which is of a higher layer" >&2
        wrong=1
    fi
done < <(grep -H '^#include "' src/*.[ch] src/*/*.[ch] data-gen/*.[ch])
exit "$wrong"
