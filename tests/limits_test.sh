#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The limits of the machine at hand: what may be open, how large a file may be, which CPUs and how
# much memory there are. A run does with less, or says at once what it lacks.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"
without_drawing

readonly scan_bench=$home/build/scan_bench

# A command before the command, with a limit of the shell, such as -n 80.
# shellcheck disable=SC2016 # The inner shell expands it.
readonly limited=(bash -c 'ulimit "$1" "$2" || exit 99; exec "${@:3}"' bash)

fact() { # KEY
    sed -n "s/^$1,//p" "$latest/machine.csv"
}

test_files_that_are_opened_twice_are_counted_twice() {
    run "${limited[@]}" -n 150 "$scan_bench" remedies cold "${small[@]}" --files 60 --size 4KiB
    expect_error 3 "--files 60 needs 184 open files" "allows 150" "ulimit -n"
    expect_none "$results"
}

test_the_limit_of_open_files_is_raised_for_all_methods() {
    [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 256 ] ||
        skip "no more than $(ulimit -Hn) files may be open here"
    run "${limited[@]}" -Sn 100 "$scan_bench" remedies cold "${small[@]}" --files 60 --size 4KiB
    expect_status 0
    [ "$(column status "$latest/trials.csv" | sort -u)" = ok ] || fail "expected every row ok"
}

test_files_larger_than_a_file_may_be_are_an_error() {
    run "${limited[@]}" -f 100 "$scan_bench" cold "${small[@]}"
    expect_error 3 "files of 524288 bytes are too large" "ulimit -f" "smaller --size"
    expect_none "$data"/*.bin "$data"/*.part "$results"
}

# Row by row: the last one is cut off, and those before are kept.
test_results_larger_than_a_file_may_be_are_an_error() {
    run "$scan_bench" generate --files 2 --size 4KiB --data "$data"
    run "${limited[@]}" -f 8 "$scan_bench" cold "${small[@]}" --size 4KiB --runs 20
    expect_status 1 3
    expect_line 'File too large' "$err"
}

test_without_memory_to_lock_it_runs_all_the_same() {
    run "${limited[@]}" -l 0 "$scan_bench" cold "${small[@]}" --methods all
    expect_status 0
    [ "$(column status "$latest/trials.csv" | sort -u)" = ok ] || fail "expected every row ok"
}

test_too_little_address_space_is_an_error() {
    run "${limited[@]}" -v 120000 "$scan_bench" cold "${small[@]}" --pool 64
    expect_error 3 "66 threads at once" "-v, for their stacks"
    expect_none "$results"
}

test_the_cpus_that_may_be_used_are_counted() {
    command -v taskset >/dev/null || skip "no taskset here"
    run taskset -c "$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')" \
        "$scan_bench" cold "${small[@]}" --methods single-read
    expect_status 0
    [ "$(fact cpu_count)" -eq 1 ] || fail "expected one CPU, found $(fact cpu_count)"
    [ "$(fact cpu_count_host)" -ge 1 ] || fail "expected the others, too"
    [ "$(fact memory_bytes)" -le "$(fact memory_total_bytes)" ] || fail "expected less memory"
}

run_tests
