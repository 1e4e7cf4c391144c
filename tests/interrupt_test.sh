#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A run that is interrupted: by Ctrl-C and other signals in each of its phases, and by files that
# go away or change between two trials. What is finished stays, and nothing half-made is left.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# Runs long enough that no test sees its end.
readonly long=("${small[@]}" --runs 2000 --methods "async-read,single-mmap")

signal_status() { # SIGNAL
    echo $((128 + $(kill -l "$1")))
}

# Expects what a signal leaves: its status, the line that says so once, in the file with what was
# seen, and nothing half-made.
expect_interrupted() { # SIGNAL FILE
    expect_status "$(signal_status "$1")"
    expect_lines 1 'interrupted' "$2"
    expect_none "$data"/*.part "$results"/*/*.part "$results"/*/.pictures*
}

# Expects the rows that the line speaks of, each whole and ok.
expect_finished_rows() { # FILE
    local finished
    finished=$(sed -n 's/.*interrupted; \([0-9]*\) of [0-9]* trials are finished.*/\1/p' "$1")
    [ -n "$finished" ] || fail "expected how many trials are finished"
    if [ "$finished" -eq 0 ]; then
        expect_whole_rows "$latest/trials.csv"
    else
        expect_ok_rows "$finished" "$latest/trials.csv"
    fi
}

# ---- Signals -------------------------------------------------------------------------------------

has_parts() {
    compgen -G "$data/*.part" >/dev/null
}

test_a_signal_while_the_data_is_made_leaves_no_half_made_file() {
    local signal file
    for signal in INT TERM; do
        start "$bench" cold "${small[@]}" --size 256MiB
        await has_parts
        kill -s "$signal" "$pid"
        finish
        expect_interrupted "$signal" "$err"
        expect_error "$(signal_status "$signal")" "making the data"
        for file in "$data"/scan-*; do
            [ ! -e "$file" ] || [ "$(wc -c <"$file")" -eq 268435456 ] || fail "$file is half-made"
        done
        expect_none "$results"
    done
    # What the interrupted run has left does not hinder the next.
    run_small cold --methods single-read
    expect_status 0
    expect_ok_rows 1 "$latest/trials.csv"
}

test_a_signal_between_the_trials_keeps_the_rows() {
    local signal
    for signal in INT TERM HUP; do
        start "$bench" both "${long[@]}"
        await has_rows 3
        kill -s "$signal" "$pid"
        finish
        expect_interrupted "$signal" "$err"
        expect_finished_rows "$err"
        expect_line "plot $results/[^ ]* shows what is finished" "$err"
        [ ! -s "$out" ] || fail "expected no table"
        rm -r "$results"
    done
}

test_what_an_interrupted_run_has_finished_can_be_drawn() {
    start "$bench" cold "${long[@]}"
    await has_rows 5
    kill -INT "$pid"
    finish
    expect_interrupted INT "$err"
    run "$bench" plot "$latest"
    expect_status 0
    expect_files "$latest/summary.csv" "$latest"/times-cold.{svg,png}
}

screen_shows() { # WORDS
    grep -qaF "$1" "$work/screen" 2>/dev/null
}

# The signal follows the first sight of the words. Should the phase be over by then, the same is
# expected of the next.
expect_interruptible() { # WORDS SIGNAL OPTION...
    rm -rf "$results"
    start_at_terminal "$bench" warm "${small[@]}" "${@:3}"
    await screen_shows "$1"
    kill -s "$2" "$(pgrep -P "$pid")"
    finish
    expect_interrupted "$2" "$work/screen"
    [ ! -f "$latest/trials.csv" ] || expect_whole_rows "$latest/trials.csv"
}

test_a_signal_in_any_phase_ends_the_run_at_once() {
    local -a large=(--size 64MiB --stride 1 --methods "single-mmap,async-read")
    expect_interruptible "measuring the storage" INT --size 1MiB
    expect_interruptible "evicting" INT "${large[@]}"
    expect_interruptible "priming" TERM "${large[@]}"
    expect_interruptible "scanning" INT "${large[@]}"
    expect_interruptible "idle control" TERM --heartbeat 1
}

test_ctrl_c_at_the_terminal_acts_once() {
    start_at_terminal "$bench" cold "${long[@]}"
    await screen_shows "trial 3 of"
    printf '\003' >&6
    finish
    expect_interrupted INT "$work/screen"
    expect_finished_rows "$work/screen"
}

# The plan holds what was begun, too, and what is shown does not speak of a time that was over.
test_a_run_that_goes_on_can_be_interrupted_and_shown() {
    start "$bench" cold "${long[@]}" --runs 1 --precision 0.1% --at-most 1h
    await has_rows 9
    kill -INT "$pid"
    finish
    expect_status 130
    local rows
    rows=$(row_count "$latest/trials.csv")
    expect_line "interrupted; $rows trials are finished and kept in" "$err"
    expect_ok_rows "$rows" "$latest/trials.csv"
    [ "$(row_count "$latest/plan.csv")" -eq $(((rows + 2) / 2 * 2)) ] ||
        [ "$(row_count "$latest/plan.csv")" -eq "$rows" ] ||
        fail "expected a plan of whole repeats for $rows rows: $(cat "$latest/plan.csv")"
    run "$bench" plot "$latest"
    expect_status 0
    expect_line '^- The run was ended after [0-9]* repeats: ' "$out"
    expect_line '^precision_end,$' "$latest/machine.csv"
}

# Without a terminal: what Ctrl-C does is a signal to the whole group.
test_a_signal_to_the_process_group_acts_once() {
    start "$bench" cold "${long[@]}"
    await has_rows 3
    kill -s INT -- "-$pid"
    finish
    expect_interrupted INT "$err"
    expect_finished_rows "$err"
}

# Puts a program of that name first in the PATH that says that it has begun and does not end.
hang() { # NAME
    mkdir -p "$t/bin"
    printf '#!/bin/sh\n: >"%s"\nexec sleep 300\n' "$t/begun" >"$t/bin/$1"
    chmod +x "$t/bin/$1"
}

test_a_signal_while_pictures_are_drawn_keeps_the_results() {
    local signal
    hang gnuplot
    for signal in INT TERM; do
        rm -f "$t/begun"
        PATH=$t/bin:$PATH start "$bench" cold "${small[@]}"
        await test -e "$t/begun"
        kill -s "$signal" "$pid"
        finish
        expect_interrupted "$signal" "$err"
        expect_ok_rows 6 "$latest/trials.csv"
        expect_none "$latest"/times-cold.{svg,png} "$latest"/.pictures*
    done
    run "$bench" plot "$latest"
    expect_status 0
    expect_files "$latest"/times-cold.{svg,png}
}

# As Ctrl-C does, to the whole group; what builds has nothing of ours to keep.
test_a_signal_while_the_program_is_built_ends_it() {
    local signal
    hang make
    for signal in INT TERM; do
        rm -f "$t/begun"
        PATH=$t/bin:$PATH start "$bench" cold "${small[@]}"
        await test -e "$t/begun"
        kill -s "$signal" -- "-$pid"
        finish
        expect_status "$(signal_status "$signal")"
        expect_none "$data" "$results"
    done
}

# ---- The process of a trial ----------------------------------------------------------------------

trial_runs() {
    trial=$(pgrep -f -- "--data $data .*trial single-mmap cold" | head -n 1)
    [ -n "$trial" ]
}

# A trial whose process is done away with is a row, and no measurement; the run goes on.
test_a_trial_that_dies_or_is_stopped_is_a_row() {
    local signal trial
    for signal in SEGV KILL STOP TERM; do
        rm -rf "$results"
        start "$bench" cold "${small[@]}" --size 64MiB --stride 1 --methods single-mmap,single-read
        await trial_runs
        kill -s "$signal" "$trial"
        finish
        expect_status 1
        expect_line '^scan_bench: single-mmap cold, repeat [0-9]+: crashed: its process ' "$err"
        [ "$(column status "$latest/trials.csv" method single-mmap)" = crashed ] ||
            fail "expected a crashed trial"
        [ -z "$(column elapsed_s "$latest/trials.csv" method single-mmap)" ] || fail "it has a time"
        [ "$(column status "$latest/trials.csv" method single-read)" = ok ] || fail "the other is lost"
        expect_line '^single-mmap .*1 left out, not ok' "$out"
    done
}

test_a_killed_run_leaves_no_process() {
    local trial
    start "$bench" cold "${small[@]}" --size 64MiB --stride 1 --methods single-mmap --runs 50
    await trial_runs
    kill -KILL "$pid"
    finish
    expect_whole_rows "$(newest)/trials.csv"
}

# As one reads it at the terminal: while the program is stopped, the trial goes on and is measured.
test_a_stop_at_the_terminal_spoils_no_trial() {
    start "$bench" cold "${small[@]}" --runs 20 --methods single-read
    await has_rows 2
    kill -STOP "$pid"
    kill -CONT "$pid"
    finish
    expect_status 0
    expect_ok_rows 20 "$latest/trials.csv"
}

test_the_plan_is_there_before_the_trials() {
    start "$bench" cold "${long[@]}"
    await has_rows 1
    kill -TERM "$pid"
    finish
    [ "$(row_count "$(newest)/plan.csv")" -eq 4000 ] || fail "expected the whole plan"
    diff <(column method "$(newest)/plan.csv" | head -n "$(row_count "$latest/trials.csv")") \
        <(column method "$latest/trials.csv") || fail "the rows are not those of the plan"
}

# ---- Two at a time -------------------------------------------------------------------------------

test_a_second_run_on_the_same_data_is_told_who_has_it() {
    start "$bench" cold "${long[@]}"
    await has_rows 1
    mv "$err" "$t/first.err" # the first run goes on writing there
    run "$bench" warm "${small[@]}" --files 1 --results "$t/second"
    expect_error 3 "$data is in use by the run of process" "give --data another folder"
    expect_none "$t/second"
    run "$bench" generate --data "$data"
    expect_error 3 "$data is in use"
    kill -TERM "$pid"
    finish
    expect_finished_rows "$t/first.err"
}

# ---- Files that change while the run goes on -----------------------------------------------------

# Runs, damages a file once there is a row, and expects the trials from then on to fail by its name.
expect_failed_trials() { # WORDS COMMAND...
    local statuses
    await has_rows 1
    "${@:2}" || fail "could not damage the data: ${*:2}"
    finish
    expect_status 1
    expect_line "^scan_bench: [a-z-]* cold, repeat [0-9]+: error: .*$1" "$err"
    expect_lines 1 'trials failed' "$err"
    expect_whole_rows "$latest/trials.csv"
    [ "$(row_count "$latest/trials.csv")" -eq 200 ] || fail "expected a row for every trial"
    statuses=$(column status "$latest/trials.csv" | uniq | tr '\n' ' ')
    [ "$statuses" = 'ok error ' ] || fail "expected ok rows and then failed ones: $statuses"
    [ -z "$(column elapsed_s "$latest/trials.csv" status error | sort -u)" ] ||
        fail "expected no time of a failed trial"
    expect_line '^(async-read|single-mmap),cold,[1-9]' "$latest/summary.csv"
}

test_a_file_that_is_removed_between_trials_is_named() {
    start "$bench" cold "${long[@]}" --runs 100
    expect_failed_trials "$data/scan-0001.bin: No such file" rm "$data/scan-0001.bin"
    run_small cold --methods single-read
    expect_status 0
    expect_ok_rows 1 "$latest/trials.csv"
}

test_after_failed_trials_the_idle_control_is_still_measured() {
    start "$bench" cold "${long[@]}" --runs 20 --heartbeat 1
    await has_rows 1
    rm "$data/scan-0001.bin"
    finish
    expect_status 1
    expect_lines 1 'trials failed' "$err"
    expect_line "^idle_elapsed_s,0\." "$latest/machine.csv"
}

test_a_file_that_is_truncated_between_trials_is_named() {
    start "$bench" cold "${long[@]}" --runs 100
    expect_failed_trials "$data/scan-0001.bin has 1000 bytes and not 524288" \
        dd if=/dev/null of="$data/scan-0001.bin" bs=1 seek=1000
}

test_a_file_that_becomes_unreadable_between_trials_is_named() {
    need_unprivileged
    start "${unprivileged[@]}" "$bench" cold "${long[@]}" --runs 100 --data "$t/own/data" \
        --results "$t/own/results"
    results=$t/own/results latest=$t/own/results/latest
    expect_failed_trials "$t/own/data/scan-0000.bin: Permission denied" \
        chmod 0 "$t/own/data/scan-0000.bin"
}

has_wrong_sums() {
    grep -q 'wrong-sum' "$(newest)/trials.csv"
}

test_a_file_that_gets_other_content_between_trials_is_named() {
    start "$bench" cold "${long[@]}"
    await has_rows 1
    # Bytes 512, 1024 and so on are touched; all of them are 0 now.
    dd if=/dev/zero of="$data/scan-0001.bin" bs=1024 count=100 conv=notrunc
    await has_wrong_sums
    kill -s TERM "$pid"
    finish
    expect_status 143
    expect_line "^scan_bench: [a-z-]* cold, repeat [0-9]+: wrong-sum: .*$data/scan-0001.bin" "$err"
    # The trial that the change falls into may find pages that were just written.
    [ "$(column status "$latest/trials.csv" | grep -vx not-cold | uniq | tr '\n' ' ')" = \
        'ok wrong-sum ' ] ||
        fail "expected ok rows and then wrong sums"
    run "$bench" plot "$latest"
    expect_status 0
    expect_line 'left out' "$out"
}

run_tests
