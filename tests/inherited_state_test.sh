#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What a process inherits besides the environment: what is done about signals, open files and streams,
# limits, the mask of new files, the terminal or that there is none.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

readonly two=("${small[@]}" --methods "async-read,single-mmap")

expect_the_usual() {
    expect_status 0
    expect_ok_rows 2 "$latest/trials.csv"
    expect_files "$latest"/times-cold.{svg,png}
}

# ---- Signals -------------------------------------------------------------------------------------

test_nohup_is_heeded() {
    start nohup "$bench" cold "${two[@]}" --runs 30
    await has_rows 2
    kill -HUP "$pid"
    await has_rows 10
    finish
    expect_status 0
    expect_ok_rows 60 "$latest/trials.csv"
}

# A careless parent blocks or ignores signals that the program needs.
test_blocked_and_ignored_signals_do_no_harm() {
    local how
    for how in --block-signal --ignore-signal; do
        "${unignored[@]}" env "$how=CHLD,PIPE,BUS,TTOU,TTIN,TSTP,USR1,ALRM" true 2>/dev/null ||
            skip "this env cannot set signals"
        run env "$how=CHLD,PIPE,BUS,TTOU,TTIN,TSTP,USR1,ALRM" "$bench" cold "${two[@]}"
        expect_the_usual
        rm -rf "$results"
    done
    env --block-signal=INT,TERM true 2>/dev/null || skip "this env cannot block signals"
    start env --block-signal=INT,TERM "$bench" cold "${two[@]}" --runs 500
    await has_rows 2
    kill -TERM "$pid"
    finish
    expect_status 143
}

# ---- Streams and descriptors ---------------------------------------------------------------------

# shellcheck disable=SC2016 # The inner shell expands it.
test_closed_streams_do_no_harm() {
    local closed
    for closed in '0<&-' '2>&-' '0<&- 2>&-'; do
        run bash -c "exec $closed; exec \"\$@\"" bash "$bench" cold "${two[@]}"
        expect_the_usual
        rm -rf "$results"
    done
}

# shellcheck disable=SC2016 # The inner shell expands it.
test_output_that_cannot_be_written_is_an_error_and_the_results_are_whole() {
    local to
    for to in '>&-' '>/dev/full'; do
        run bash -c "exec \"\$@\" $to" bash "$bench" cold "${two[@]}"
        expect_status 1
        expect_line 'standard output cannot be written: ' "$err"
        expect_ok_rows 2 "$latest/trials.csv"
        expect_files "$latest"/times-cold.{svg,png}
        rm -rf "$results"
        run bash -c "exec \"\$@\" $to" bash "$bench" --list
        expect_error 1 "standard output cannot be written: "
    done
}

test_a_reader_that_leaves_early_does_no_harm() {
    command=("$bench" cold "${two[@]}")
    "${command[@]}" 2>"$err" | head -n 1 >"$out"
    status=${PIPESTATUS[0]}
    expect_status 0 1
    expect_ok_rows 2 "$latest/trials.csv"
    expect_files "$latest"/times-cold.{svg,png}
}

test_many_open_files_of_the_caller_do_no_harm() {
    local number
    (
        for ((number = 10; number < 60; number++)); do
            eval "exec $number</dev/null"
        done
        run "$bench" cold "${two[@]}"
        expect_the_usual
    ) || exit
}

# ---- Limits and the mask of new files ------------------------------------------------------------

# shellcheck disable=SC2016 # The inner shell expands it.
readonly limited=(bash -c 'ulimit "$1" "$2" || exit 99; exec "${@:3}"' bash)

test_data_beyond_the_largest_file_allowed_is_an_error() {
    run "${limited[@]}" -f 300 "$bench" cold "${two[@]}" --size 1MiB
    expect_error 3 "files of 1048576 bytes are too large" "ulimit -f" "smaller --size"
    expect_none "$data"/*.part "$results"
}

test_no_core_and_little_stack_do_no_harm() {
    run "${limited[@]}" -c 0 "$bench" cold "${two[@]}"
    expect_the_usual
    run "${limited[@]}" -s 1024 "$bench" cold "${two[@]}"
    expect_the_usual
}

test_a_strict_mask_of_new_files_is_kept() {
    run bash -c 'umask 077; exec "$@"' bash "$bench" cold "${two[@]}"
    expect_the_usual
    [ "$(find "$results/" "$data" ! -type l -perm /077)" = "$results/" ] ||
        [ -z "$(find "$results" "$data" ! -type l -perm /077)" ] || fail "others may read"
}

# ---- The terminal --------------------------------------------------------------------------------

test_without_a_controlling_terminal_it_runs() {
    run setsid --wait "$bench" cold "${two[@]}"
    expect_the_usual
}

# gnuplot 6 looks at the terminal of its standard input; so may others.
test_at_a_terminal_it_ends() {
    start_at_terminal "$bench" cold "${two[@]}"
    finish
    expect_the_usual
    expect_line 'pictures and data: ' "$work/screen"
}

test_a_dumb_terminal_gets_plain_lines() {
    need_terminal
    run env TERM=dumb script -qec "$(printf '%q ' "$bench" cold "${two[@]}")" /dev/null
    expect_the_usual
    expect_no_line $'\033' "$out"
    expect_lines 2 $'^trial [12] of 2: [a-z-]+ cold: [0-9.]+ s\r$' "$out"
}

# A line that does not fit would become two, of which only one could be taken back.
test_a_narrow_terminal_gets_short_lines() {
    need_terminal
    run env TERM=xterm script -qec "stty columns 20; $(printf '%q ' "$bench" cold "${two[@]}")" \
        /dev/null
    expect_the_usual
    expect_line $'trial 2 of 2: ' "$out"
    ! tr '\r' '\n' <"$out" | sed 's/^\x1b\[K//' | grep -aE '^trial .{15}' || fail "longer than 19"
}

# shellcheck disable=SC2016 # The inner shell expands it.
test_a_system_without_proc_or_dev_fd_can_run_it() {
    local -a as=(unshare --mount)
    [ "$(id -u)" -eq 0 ] || as+=(--map-root-user)
    "${as[@]}" sh -c 'mount -t tmpfs none /proc' 2>/dev/null || skip "/proc cannot be hidden here"
    run "${as[@]}" sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$bench" cold "${two[@]}"
    expect_status 0
    expect_ok_rows 2 "$latest/trials.csv"
    expect_files "$latest"/times-cold.{svg,png}
}

run_tests
