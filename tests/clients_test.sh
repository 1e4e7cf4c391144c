#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs with clients that ask the loop: what they leave in the results, and what becomes of a run that
# loses them.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# Scans of a second, so that a signal meets one.
readonly long=("${small[@]}" --size 64MiB --stride 1 --methods "single-mmap,single-read")

# Expects that the column of each row is known, or of none.
expect_known() { # COLUMN FILE
    [ "$(column "$1" "$2" | grep -c .)" -eq "$(row_count "$2")" ] || fail "expected $1 of every trial"
}

expect_unknown() { # COLUMN FILE
    [ "$(column "$1" "$2" | grep -c .)" -eq 0 ] || fail "expected $1 of no trial"
}

test_each_request_is_kept_and_summed_up() {
    local trials=$latest/trials.csv name
    run_small cold --size 16MiB --stride 1 --methods async-mmap,threads-read --clients 2
    expect_status 0
    for name in client_p50_s client_max_s; do expect_known "$name" "$trials"; done
    expect_unknown loop_delay_p50_s "$trials" # without a heartbeat
    expect_none "$latest/loop_delay.csv"
    expect_files "$latest/clients-cold.png"
    awk -F, 'NR > 1 { count[$1]++; if ($3 > most[$1]) most[$1] = $3 }
        END { for (trial in count) print trial, count[trial], most[trial] }' \
        "$latest/client_delay.csv" | sort >"$t/seen"
    # Each of the two asks at every millisecond of the scan.
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $at["order"], 2 * int($at["elapsed_s"] * 1000), $at["client_max_s"] }' "$trials" |
        sort >"$t/expected"
    [ "$(sed '/^idle/d' "$t/seen" | wc -l)" -eq 2 ] || fail "expected requests of both trials"
    awk 'NR == FNR { count[$1] = $2; most[$1] = $3; next }
        { d = most[$1] - $3; if ($2 != count[$1] || d > 1e-8 || d < -1e-8) exit 1 }' \
        "$t/seen" "$t/expected" || fail "expected $(cat "$t/expected"), found $(cat "$t/seen")"
    expect_line '^idle [1-9]' "$t/seen"
    expect_line '^idle_client_p50_s,[0-9]' "$latest/machine.csv"
    expect_line '^idle_client_max_s,[0-9]' "$latest/machine.csv"
}

test_remedies_always_have_a_client() {
    run_small remedies cold --size 16MiB --methods async-mmap
    expect_status 0
    expect_known client_max_s "$latest/trials.csv"
    run_small cold --size 16MiB --methods async-mmap
    expect_status 0
    expect_unknown client_max_s "$latest/trials.csv"
    expect_none "$latest/client_delay.csv"
}

test_few_beats_and_requests_have_no_99th_percentile() {
    run_small warm --size 4MiB --methods single-read --clients 1 --heartbeat 1
    expect_status 0
    [ "$(column beats "$latest/trials.csv")" -lt 100 ] || skip "this machine took 0.1 s for 8 MiB"
    expect_unknown loop_delay_p99_s "$latest/trials.csv"
    expect_unknown client_p99_s "$latest/trials.csv"
    run_small warm --size 64MiB --stride 1 --methods single-read --clients 1 --heartbeat 0.1
    expect_status 0
    [ "$(column beats "$latest/trials.csv")" -ge 100 ] || fail "expected 100 beats"
    expect_known loop_delay_p99_s "$latest/trials.csv"
}

# The process of the clients of a trial that runs.
client_of() { # METHOD
    local trial
    trial=$(pgrep -f -- "--data $data .*trial $1 cold" | head -n 1)
    [ -n "$trial" ] || return 1
    client=$(pgrep -P "$trial" -f -- --clients-of)
    [ -n "$client" ]
}

test_a_trial_that_loses_its_client_is_an_error() {
    local signal client
    for signal in KILL STOP; do
        rm -rf "$results"
        start "$bench" cold "${long[@]}" --clients 1
        await client_of single-mmap
        kill -s "$signal" "$client"
        finish
        expect_status 1
        expect_lines 1 '^scan_bench: single-mmap cold, repeat [0-9]+: error: the clients of the loop ' "$err"
        [ "$(column status "$latest/trials.csv" method single-mmap)" = error ] ||
            fail "expected a failed trial"
        [ -z "$(column elapsed_s "$latest/trials.csv" method single-mmap)" ] || fail "it has a time"
        [ "$(column status "$latest/trials.csv" method single-read)" = ok ] || fail "the other is lost"
    done
}

# `finish` waits for all processes of the run.
test_nothing_is_left_of_clients_whatever_ends_the_run() {
    local signal client
    for signal in INT TERM KILL; do
        rm -rf "$results"
        mkdir -p "$t/tmp"
        TMPDIR=$t/tmp start "$bench" cold "${long[@]}" --runs 50 --clients 3
        await client_of single-mmap
        kill -s "$signal" "$pid"
        finish
        [ "$signal" = KILL ] || expect_status $((128 + $(kill -l "$signal")))
        expect_none "$t/tmp"/*
        expect_whole_rows "$(newest)/trials.csv"
    done
}

run_tests
