#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What the environment holds changes nothing: every variable that the shell, make, getopt, gnuplot, the C
# library or libuv listens to, folders for temporary files that will not do, a home that is none, and
# any locale.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# Expects a run like any other: rows, a table, pictures in nobody else's style.
expect_the_usual() { # WHAT
    expect_status 0
    expect_ok_rows 2 "$latest/trials.csv"
    expect_line '^async-mmap +1 +[0-9]+\.[0-9]{4} ' "$out"
    expect_files "$latest"/times-cold.{svg,png}
    expect_no_line 'somebody' "$latest/times-cold.svg"
    rm -rf "$results"
}

# One setting after the other, or several with blanks between.
test_no_variable_changes_a_run() {
    local settings
    mkdir "$t/home" "$t/folder"
    printf 'set terminal wxt\nset title "somebody"\nset xlabel "somebody"\nset datafile separator "x"\n' |
        tee "$t/home/.gnuplot" >"$t/home/.gnuplotrc"
    echo 'exit 9' >"$t/exit.sh"
    while read -r settings; do
        settings=${settings//@/$t}
        # shellcheck disable=SC2086 # Several of them are words.
        run env $settings "$bench" cold "${small[@]}" --methods async-mmap,single-read
        [ "$status" -eq 0 ] || fail "with $settings"
        expect_the_usual
    done <<'END'
CDPATH=.:..:/
POSIXLY_CORRECT=1
GNUTERM=qt
GNUTERM=nonsense
HOME=@/home
-u HOME
HOME=/nowhere
TMPDIR=/nowhere
TMPDIR=/proc
TMPDIR=
MAKEFLAGS=-n
MAKEFLAGS=-e BUILD=@/elsewhere
MAKEFLAGS=k MAKELEVEL=3 MFLAGS=-k GNUMAKEFLAGS=-n
BUILD=@/elsewhere
MAKEFILES=@/exit.sh
BASH_ENV=@/exit.sh ENV=@/exit.sh
SHELLOPTS=nounset:errexit
IFS=/
GREP_OPTIONS=-v GREP_COLORS=x
LC_ALL=de_DE.UTF-8
LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8
LC_ALL=C LANGUAGE=de
LC_ALL=nonsense
LC_NUMERIC=fr_FR.UTF-8 LANG=ja_JP.eucJP
TZ=Nowhere/Nothing
COLUMNS=1 LINES=1
TERM=dumb
TERM=nonsense
-u TERM
UV_THREADPOOL_SIZE=1
UV_THREADPOOL_SIZE=nonsense
UV_USE_IO_URING=0
UV_USE_IO_URING=1
GNUPLOT_LIB=/nowhere GNUPLOT_DRIVER_DIR=/nowhere GNUPLOT_PS_DIR=/nowhere
GDFONTPATH=/nowhere GNUPLOT_DEFAULT_GDFONT=nonsense GNUFITLOG=/nowhere/log
MALLOC_ARENA_MAX=1 MALLOC_PERTURB_=165 GLIBC_TUNABLES=glibc.malloc.check=3
DISPLAY=:99 WAYLAND_DISPLAY=none XDG_RUNTIME_DIR=/nowhere XDG_CONFIG_HOME=/nowhere
END
}

test_nothing_in_the_environment_but_the_path_is_needed() {
    run env -i "PATH=$PATH" "$bench" cold "${small[@]}" --methods async-mmap,single-read
    expect_the_usual
}

# Numbers have a point in every language, in what is written and in what is read back.
test_numbers_are_the_same_in_every_language() {
    run env LC_ALL=de_DE.UTF-8 "$bench" cold "${small[@]}" --methods single-read --heartbeat 0.5
    expect_status 0
    expect_line ',0\.0005,' "$latest/trials.csv"
    run env LC_ALL=de_DE.UTF-8 "$bench" plot plots/reference --results "$results"
    expect_status 0
    expect_line '^async-mmap +200 +2\.696[67] ' "$out"
}

# The same of what starts other programs from a folder of its own.
test_no_variable_changes_a_comparison() {
    local settings
    run_small cold --methods single-read
    expect_status 0
    for settings in CDPATH=.:.. GNUTERM=qt POSIXLY_CORRECT=1 "HOME=$t/nowhere" TMPDIR=/nowhere; do
        run env "$settings" "$bench" compare --anyway plots/reference "$latest" --results "$t/compared"
        expect_status 0
        expect_files "$t"/compared/*/compare.{svg,png}
        rm -rf "$t/compared"
    done
}

run_tests
