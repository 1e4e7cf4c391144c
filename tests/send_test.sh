#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Sends: what they leave in the results, and what becomes of a run whose reader is slow, is lost or
# hears no more because the run was interrupted.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"
without_drawing

methods=$("$bench" --list | sed -n 's/^\([a-z]*-send-[a-z-]*\) .*/\1/p')
readonly methods

# Sends that no test sees the end of: their reader takes an hour.
readonly endless=("${small[@]}" --size 64MiB --reader-rate 16KiB)

test_every_method_sends_every_byte_over_tcp_and_unix() {
    local to count
    count=$(wc -w <<<"$methods")
    for to in tcp unix; do
        rm -rf "$results"
        run_small send both --methods all --to "$to"
        expect_status 0
        expect_ok_rows $((2 * count)) "$latest/trials.csv"
        [ "$(column work "$latest/trials.csv" | sort -u)" = send ] || fail "expected sends"
        [ "$(column sum "$latest/trials.csv" | sort -u | wc -l)" -eq 1 ] || fail "expected one sum"
    done
}

test_the_defaults_are_of_sends_only() {
    run_small send warm
    expect_status 0
    expect_ok_rows "$(row_count "$latest/plan.csv")" "$latest/trials.csv"
    column method "$latest/trials.csv" >"$t/methods"
    expect_no_line '^[a-z]*-(read|mmap|copy)' "$t/methods"
}

test_wrong_usage_is_refused() {
    run_small send --to nonsense
    expect_error 2 "--to nonsense" "tcp or unix"
    run_small send --to "$t"
    expect_error 2 "tcp or unix"
    run_small send sideways
    expect_error 2 "sideways"
    run_small send --reader-rate 0
    expect_error 2 "--reader-rate"
    run_small send --fsync
    expect_error 2 "send takes no --fsync"
    run_small send --methods single-read
    expect_error 2 "single-read"
    run_small cold --reader-rate 1MiB
    expect_error 2 "cold takes no --reader-rate"
    expect_none "$results"
}

# 8 MiB at 4 MiB a second, of which the buffers of a Unix connection take less than a quarter.
test_a_slow_reader_holds_the_send() {
    run_small send warm --files 1 --size 8MiB --to unix --reader-rate 4MiB \
        --methods single-send-sendfile
    expect_status 0
    expect_ok_rows 1 "$latest/trials.csv"
    awk "BEGIN { exit !($(column elapsed_s "$latest/trials.csv") > 1.5) }" || fail "expected 1.5 s"
}

# The reader of the trial that runs, once it has read a few of its pieces, for each of which it waits.
reader_of() { # METHOD
    local trial waits
    trial=$(pgrep -f -- "--data $data .*trial $1 warm" | head -n 1)
    [ -n "$trial" ] || return 1
    reader=$(pgrep -P "$trial" -f -- --reader-of) || return 1
    waits=$(sed -n 's/^voluntary_ctxt_switches:\t//p' "/proc/$reader/status" 2>/dev/null)
    [ "${waits:-0}" -gt 10 ]
}

expect_lost_reader() { # METHOD SIGNAL OPTION...
    local reader
    rm -rf "$results"
    start "$bench" send warm "${endless[@]}" --methods "$1" "${@:3}"
    await reader_of "$1"
    kill -s "$2" "$reader"
    finish
    expect_status 1
    expect_lines 1 "^scan_bench: $1 warm, repeat 1: error: .* to its reader: (Broken pipe|Connection reset by peer)" "$err"
    [ "$(column status "$(newest)/trials.csv")" = error ] || fail "expected a failed trial"
    [ -z "$(column elapsed_s "$(newest)/trials.csv")" ] || fail "it has a time"
}

test_a_reader_that_is_lost_in_mid_send_is_an_error() {
    local method
    for method in $methods; do
        expect_lost_reader "$method" KILL
    done
    expect_lost_reader single-send-sendfile STOP
    expect_lost_reader threads-send-sendfile KILL --to unix
    expect_lost_reader single-send-read STOP --to unix
}

# What was handed over is still in the buffers of TCP.
test_a_reader_that_is_lost_before_it_told_is_an_error() {
    local reader
    start "$bench" send warm "${small[@]}" --reader-rate 16KiB --methods single-send-read
    await reader_of single-send-read
    kill -KILL "$reader"
    finish
    expect_status 1
    expect_lines 1 "error: the reader was ended by signal 9" "$err"
}

screen_shows() { # WORDS
    grep -qaF "$1" "$work/screen" 2>/dev/null
}

# Whatever waits for the reader then, on whatever thread, ends; so does the reader, which `finish`
# waits for.
expect_interruptible() { # WORDS SIGNAL OPTION...
    rm -rf "$results"
    start_at_terminal "$bench" send warm "${@:3}"
    await screen_shows "$1"
    kill -s "$2" "$(pgrep -P "$pid")"
    finish
    expect_status $((128 + $(kill -l "$2")))
    expect_lines 1 'interrupted' "$work/screen"
    [ ! -f "$latest/trials.csv" ] || expect_whole_rows "$latest/trials.csv"
}

test_a_signal_in_any_phase_ends_the_run_at_once() {
    local method
    expect_interruptible "starting" INT "${endless[@]}" --methods single-send-read
    expect_interruptible "priming" TERM "${endless[@]}" --methods single-send-read
    for method in $methods; do
        expect_interruptible "sending" INT "${endless[@]}" --methods "$method"
    done
    expect_interruptible "sending" TERM "${endless[@]}" --methods single-send-mmap --to unix
    expect_interruptible "sending" TERM "${endless[@]}" --methods threads-send-sendfile --to unix
    expect_interruptible "draining" INT "${small[@]}" --reader-rate 16KiB --methods single-send-read
}

test_nothing_is_left_of_a_reader_when_the_run_is_killed() {
    local reader
    start "$bench" send warm "${endless[@]}" --methods threads-send-sendfile
    await reader_of threads-send-sendfile
    kill -KILL "$pid"
    finish
    expect_whole_rows "$(newest)/trials.csv"
}

test_a_file_cut_short_is_an_error_of_every_method() {
    local method
    for method in $methods; do
        rm -rf "$results"
        start "$bench" send warm "${endless[@]}" --reader-rate 1MiB --methods "$method" --to unix
        await reader_of "$method"
        truncate -s 4096 "$data/scan-0000.bin" "$data/scan-0001.bin"
        finish
        expect_status 1
        [ "$(column status "$(newest)/trials.csv")" = error ] || fail "expected a failed trial"
        rm "$data"/*
    done
}

run_tests
