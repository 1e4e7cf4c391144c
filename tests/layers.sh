#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Checks that a source includes only files of its own layer or of lower ones. The one list of the
# layers, from the top to the bottom; a folder stands for all in it.
readonly layers=(
    src/scan_bench.c
    src/commands
    src/measure
    src/report
    src/probes
    src/methods
    src/work
    data-gen
    src/record
    src/platform
    src/core
)
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# The place of a file in the list; what is in no layer may be included nowhere.
layer() { # FILE
    local i
    for i in "${!layers[@]}"; do
        [[ $1 != "${layers[i]}" && $1 != "${layers[i]}"/* ]] || { echo "$i"; return; }
    done
    echo -1
}

# Where an include is found: beside the file, in src, or from the root.
resolve() { # FILE INCLUDE
    local folder
    for folder in "$(dirname "$1")" src .; do
        [ ! -f "$folder/$2" ] || { echo "${folder#.}${folder:+/}$2"; return; }
    done
}

wrong=0
while IFS=: read -r file line; do
    include=${line#*\"}
    target=$(resolve "$file" "${include%\"*}")
    target=${target#/}
    if [ "$(layer "$target")" -lt "$(layer "$file")" ]; then
        echo "$file includes $target, which is of a higher layer or of none" >&2
        wrong=1
    fi
done < <(find src data-gen -name '*.[ch]' -exec grep -H '^#include "' {} +)
exit "$wrong"
