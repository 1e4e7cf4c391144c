#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs on emulated storage, whose latency dwarfs all noise: the phenomenon itself, in ratios, and that
# nothing remains of the storage however a run ends.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

readonly latency_ms=50 files=4

# A figure of a method in summary.csv.
figure() { # METHOD COLUMN
    column "$2" "$latest/summary.csv" method "$1"
}

# Expects of two figures, or of any expression of awk, that it holds.
expect_that() { # EXPRESSION
    awk "BEGIN { exit !($1) }" || fail "expected $1: $(cat "$latest/summary.csv")"
}

test_async_mmap_takes_as_long_as_one_thread_and_holds_the_loop_for_all_of_it() {
    local method stalled_s latency_s
    need_emulation
    latency_s=$(awk "BEGIN { print $latency_ms / 1000 }")
    run "$bench" remedies cold --storage "${latency_ms}ms" --files "$files" --size 512KiB --runs 3 \
        --methods "$(free_loops),async-mmap,threads-mmap,threads-read,single-mmap,single-read" \
        --heartbeat 1 --data "$data" --results "$results"
    expect_status 0
    [ "$(column status "$latest/trials.csv" | sort -u)" = ok ] || fail "not every trial is ok"
    expect_files "$latest/remedies.svg" "$latest/remedies.png" # of a hundred requests and more

    # Whom async-mmap follows: the single thread, and not the threads.
    expect_that "$(figure async-mmap median_s) / $(figure single-mmap median_s) > 0.8"
    expect_that "$(figure async-mmap median_s) / $(figure single-mmap median_s) < 1.25"
    expect_that "$(figure async-mmap loop_stalled_share) > 0.9"
    expect_that "$(figure async-mmap loop_delay_max_s) > 0.9 * $(figure async-mmap median_s)"
    for method in threads-mmap async-read; do
        expect_that "$(figure "$method" median_s) / $(figure single-mmap median_s) < 1.6 / $files"
    done

    # Who promises a free loop never sleeps on it for the storage: one answer of it would be twice what
    # is allowed for anything else. The time that the loop's thread waits for a CPU is no such sleep.
    for method in $(free_loops | tr , ' '); do
        grep -q "$method is left out" "$err" && continue
        for stalled_s in $(column loop_stalled_s "$latest/trials.csv" method "$method"); do
            expect_that "$stalled_s < $latency_s / 2"
        done
    done
    expect_nothing_left
}

free_loops() {
    echo "async-read,async-mmap-offload,async-mmap-populate,async-mmap-resident,$(
    )async-mmap-hybrid,async-read-large,async-read-nowait,async-read-uring,async-read-direct"
}

test_emulated_storage_is_named_wherever_results_are_shown() {
    need_emulation
    run "$bench" cold --storage 5ms --runs 1 --files 2 --methods single-read --data "$data" \
        --results "$results"
    expect_status 0
    expect_lines 1 'emulated storage of 5 ms: files of 8MiB, so that a run takes minutes' "$err"
    expect_line '^storage,emulated$' "$latest/machine.csv"
    expect_line '^storage_latency_s,0\.005$' "$latest/machine.csv"
    expect_line '^storage_requests,[1-9]' "$latest/machine.csv"
    expect_line '^cold page cache, on emulated storage of 5 ms: 2 files of 8 MiB' "$out"
    expect_line 'emulated storage, 5 ms' "$latest/times-cold.svg"
    [ -z "$(column device_read_bytes "$latest/trials.csv")" ] || fail "device_read_bytes is known"
    expect_nothing_left
}

test_missing_parts_are_named() {
    need_emulation
    hide_command nbdkit
    PATH=$t/bin run "$bench" cold --storage 5ms --files 1 --size 4KiB --data "$data" \
        --results "$results"
    expect_status 3
    expect_line 'missing: nbdkit' "$err"
}

# Starts a run that takes a while and waits until it has finished a trial.
start_long_run() {
    start "$bench" cold --storage 99ms --runs 50 --files 2 --size 1MiB --heartbeat 0 \
        --methods single-read --data "$data" --results "$results"
    await has_rows 1
}

test_an_interrupt_keeps_the_rows_and_leaves_nothing() {
    need_emulation
    start_long_run
    kill -INT "$pid"
    finish
    expect_status 130
    expect_whole_rows "$latest/trials.csv"
    expect_nothing_left
}

test_a_killed_run_leaves_nothing_and_the_next_one_starts() {
    need_emulation
    start_long_run
    kill -KILL "$pid"
    finish
    expect_nothing_left
    run "$bench" cold --storage 1ms --runs 1 --files 2 --size 64KiB --heartbeat 0 \
        --methods single-read --data "$data" --results "$results"
    expect_status 0
    expect_nothing_left
}

test_storage_goes_through_a_range_of_latencies() {
    local latency
    need_emulation
    run "$bench" storage --runs 1 --files 2 --size 64KiB --data "$data" --results "$results"
    expect_status 0
    for latency in native 1ms 2ms 5ms 10ms 20ms; do
        expect_ok_rows 7 "$latest/$latency/trials.csv"
    done
    expect_line '^p99 loop delay \(ms\) +native +1 ms +2 ms +5 ms +10 ms +20 ms$' "$out"
    expect_line '^At 20 ms, the highest latency:' "$out"
    expect_line '^0\.02,1,async-mmap-random,1,' "$latest/storage.csv"
    expect_files "$latest/storage.svg" "$latest/storage.png"
    expect_nothing_left
    cp "$out" "$t/shown"
    rm "$latest/storage.png"
    run "$bench" plot "$latest"
    expect_status 0
    diff <(grep -v "pictures\? and data" "$t/shown") <(grep -v "pictures\? and data" "$out") >/dev/null ||
        fail "drawn again it is not the same: $(cat "$t/shown")"
    expect_files "$latest/storage.png"
}

run_tests
