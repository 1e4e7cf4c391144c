#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the programs, makes the data, runs the trials, prints the table and the verdict, and draws
# the pictures. `./run_bench.sh --help` shows how to call it.
set -u

readonly exit_trial_failed=1 exit_wrong_usage=2 exit_missing=3
home=$(cd "$(dirname "$0")" && pwd) || exit "$exit_missing"
readonly home build="$home/build"

child= # the program that runs at the moment
caught= # the signal that asked to end

say() {
    printf 'scan_bench: %s\n' "$*" >&2
}

fail() { # STATUS MESSAGE...
    [ -z "$caught" ] || end_by_signal
    say "${@:2}"
    exit "$1"
}

end_by_signal() {
    say "interrupted; what is finished is kept"
    case $caught in
    INT) exit 130 ;;
    HUP) exit 129 ;;
    *) exit 143 ;;
    esac
}

need() { # COMMAND...
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null ||
            fail "$exit_missing" "$command is missing: run ./setup.sh, which installs it"
    done
}

# A signal that comes here is handed to the program that runs at the moment. That has a process
# group of its own, so that a Ctrl-C at the terminal does not reach it a second time.
forward() { # SIGNAL
    caught=$1
    [ -z "$child" ] || kill -s "$1" "$child" 2>/dev/null
}
trap 'forward INT' INT
trap 'forward TERM' TERM
trap 'forward HUP' HUP

# Waits without a program, which would disturb what is measured: nothing is ever written to this pipe.
exec 9<> <(:)
nap() { # SECONDS
    if [ "${BASH_VERSINFO[0]}" -ge 4 ]; then
        read -r -t "$1" -u 9 || true
    else
        sleep "$1"
    fi
}

run() { # COMMAND...
    [ -z "$caught" ] || end_by_signal
    set -m
    "$@" &
    child=$!
    set +m
    local status
    # Naps and not one long wait: bash may miss a signal that comes just before it waits, and would
    # then only heed it when the program ends.
    local naps=0 seconds=0.02
    while kill -0 "$child" 2>/dev/null; do
        nap "$seconds"
        [ "$naps" -lt 20 ] || seconds=0.25
        naps=$((naps + 1))
    done
    wait "$child"
    status=$?
    child=
    return "$status"
}

build_programs() {
    need make cc pkg-config
    pkg-config --exists libuv || fail "$exit_missing" "libuv is missing: run ./setup.sh, which installs it"
    run make -s -C "$home" all >&2 || fail "$exit_missing" "the programs could not be built; see above"
}

# Draws one picture of the results in the folder $1: into a folder of its own first, so that a
# picture that is there is whole.
draw() { # DIR PICTURE VARIABLES
    local dir=$1 picture=$2 variables=$3 drawn=.pictures status
    mkdir -p "$dir/$drawn" || return 1
    # The folder is gnuplot's current one, so that its name need not be put into quotes.
    LC_ALL=C.UTF-8 run bash -c 'cd "$1" && exec gnuplot -e "$2" "$3"' bash "$dir" \
        "dir='.'; out='$drawn'; $variables" "$home/plots/$picture.gp" >&2
    status=$?
    [ "$status" -ne 0 ] || mv "$dir/$drawn"/* "$dir/"
    rm -rf "${dir:?}/$drawn"
    return "$status"
}

# The same; a script that finds nothing to draw, such as beats of a very short scan, says so and ends
# with 4.
draw_or_pass() { # DIR PICTURE VARIABLES
    draw "$@" || [ $? -eq 4 ] || fail "$exit_trial_failed" "drawing $2 in $1 failed; see above"
}

draw_all() { # DIR
    local dir=$1 cache picture pictures=times more_than_six
    # Old results, and those of --heartbeat 0, know nothing of the loop.
    [ ! -f "$dir/loop_delay.csv" ] || pictures="times delay loop timeline"
    for cache in cold warm; do
        # Without an ok trial there is nothing to draw.
        grep -q "^[^,]*,$cache,[1-9]" "$dir/summary.csv" || continue
        for picture in $pictures; do
            draw_or_pass "$dir" "$picture" "cache='$cache'"
        done
    done
    # All methods in one picture, where there are more than the six.
    more_than_six=$(cut -d , -f 1 "$dir/summary.csv" | grep -cE '^[a-z]+-[a-z]+-')
    [ "$more_than_six" -eq 0 ] || [ ! -f "$dir/loop_delay.csv" ] || draw_or_pass "$dir" remedies ""
}

report() { # DIR
    local status
    run "$build/summarize" "$1"
    status=$?
    [ -z "$caught" ] || end_by_signal
    [ "$status" -eq 0 ] || exit "$status"
    draw_all "$1"
    printf '\npictures and data: %s\n' "$1"
}

plot() { # DIR...
    [ $# -gt 0 ] || fail "$exit_wrong_usage" "plot needs the results folders to draw, such as results/latest"
    need gnuplot
    build_programs
    local dir
    for dir in "$@"; do
        report "$dir"
    done
}

compare() { # [--anyway] DIR DIR...
    local argument count=0 out
    for argument in "$@"; do
        [ "$argument" = --anyway ] || count=$((count + 1))
    done
    [ "$count" -ge 2 ] || fail "$exit_wrong_usage" "compare needs at least two results folders"
    need gnuplot
    build_programs
    out="results/$(date -u +%Y%m%dT%H%M%SZ)-compare"
    mkdir -p "$out" || fail "$exit_missing" "the results folder $out cannot be made"
    run "$build/summarize" --compare "$out" "$@" || { local status=$?; rmdir "$out"; exit "$status"; }
    draw "$out" compare "" || fail "$exit_trial_failed" "drawing $out/compare failed; see above"
    printf '\npicture and data: %s\n' "$out"
}

bench() { # OPTIONS...
    local status
    build_programs
    case " $* " in
    *" --list "* | *" --help "*) ;;
    *) need gnuplot ;;
    esac
    run "$build/generate" "$@" || exit $?
    local output dir
    output=$(mktemp) || fail "$exit_missing" "no temporary file can be made"
    run "$build/scan_bench" "$@" >"$output"
    status=$?
    dir=$(cat "$output")
    rm -f "$output"
    [ -d "$dir" ] || { [ -z "$dir" ] || printf '%s\n' "$dir"; exit "$status"; }
    if [ "$status" -ge 128 ]; then
        say "./run_bench.sh plot $dir shows what is finished"
        exit "$status"
    fi
    report "$dir"
    exit "$status"
}

case "${1-}" in
plot) plot "${@:2}" ;;
compare) compare "${@:2}" ;;
*) bench "$@" ;;
esac
