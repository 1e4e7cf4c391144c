#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Builds scan_bench and becomes it. `./run_bench.sh --help` shows what it can do.
unset CDPATH MAKEFLAGS MFLAGS GNUMAKEFLAGS MAKEFILES MAKELEVEL
say() {
    printf 'scan_bench: %s\n' "$*" >&2
    exit 3
}

# It may be called by a link, or by a link to a link.
file=$0
while [ -L "$file" ]; do
    to=$(readlink "$file")
    case $to in /*) file=$to ;; *) file=$(dirname "$file")/$to ;; esac
done
home=$(cd -P "$(dirname "$file")" && pwd) || say "the folder of $file cannot be entered"

# What is built and up to date needs no compiler and no right to write.
if ! make -q -C "$home" BUILD=build all >/dev/null 2>&1; then
    for need in make cc pkg-config; do
        command -v "$need" >/dev/null || say "$need is missing: run ./setup.sh, which installs it"
    done
    pkg-config --exists libuv || say "libuv is missing: run ./setup.sh, which installs it"
    make -s -C "$home" BUILD=build all >&2 || say "the program could not be built; see above"
fi
exec "$home/build/scan_bench" "$@"
