#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Bad input: words that mean nothing, limits, folders and disks that will not do, and what is
# missing on the machine. Each ends with one line that says what to do, before anything is made.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# ---- The command line ----------------------------------------------------------------------------

# Runs it in an empty folder, where it must make nothing. Should it run all the same, then not long.
expect_refusal() { # WORDS ARGUMENT...
    cd "$t" || fail "cd"
    run "$bench" --runs 1 --files 1 --size 1KiB "${@:2}"
    expect_error 2 "$1"
    expect_none "$t"/*
}

test_an_unknown_command_is_refused_and_the_nearest_offered() {
    expect_refusal "unknown command 'warn': did you mean 'warm'?" warn
    expect_refusal "unknown command 'gold': did you mean 'cold'?" gold
    expect_refusal "unknown command 'plots': did you mean 'plot'?" plots
    expect_refusal "unknown command 'xyzzy': give one of cold, warm, both" xyzzy
    expect_refusal "unknown command ''" ''
}

test_an_unknown_option_is_refused_and_the_nearest_offered() {
    expect_refusal "unknown option '--rums': did you mean '--runs'?" cold --rums 3
    expect_refusal "unknown option '--heart-beat': did you mean '--heartbeat'?" cold --heart-beat 1
    expect_refusal "unknown option '--resluts': did you mean '--results'?" cold --resluts x
    expect_refusal "unknown option '--fast': --help shows them all" cold --fast
    expect_refusal "unknown option '-r" cold -r 3
    expect_refusal "unknown option '-r" -r3 cold
    expect_refusal "unknown option '--list=long'" cold --list=long
}

test_an_unknown_method_is_refused_and_the_nearest_offered() {
    expect_refusal "unknown method 'asinc-mmap': did you mean 'async-mmap'?" \
        cold --methods asinc-mmap
    expect_refusal "unknown method 'single-raed': did you mean 'single-read'?" \
        cold --methods async-read,single-raed
    expect_refusal "unknown method 'io_uring': --list shows them all" cold --methods io_uring
    expect_refusal "unknown method ''" cold --methods ''
    expect_refusal "unknown method ''" cold --methods async-read,
    expect_refusal "'async-read' twice" cold --methods async-read,single-read,async-read
}

test_a_size_that_is_none_is_refused() {
    local size
    for size in 0 0B -1 -1MiB 1.5GiB 256MB 256 256mib MiB '' ' 1MiB' '1MiB ' 1e3KiB; do
        expect_refusal "--size $size: give a whole number from 1 with B, KiB, MiB or GiB" \
            cold --size "$size"
    done
    for size in 0 -1KiB 64KB; do
        expect_refusal "--chunk $size: give a whole number from 1 with B, KiB, MiB or GiB" \
            cold --chunk "$size"
    done
}

test_a_size_beyond_all_files_is_refused() {
    expect_refusal "--size 99999999999TiB: give" cold --size 99999999999TiB
    expect_refusal "--size 99999999999GiB: at most" cold --size 99999999999GiB
    expect_refusal "--size 99999999999999999999B" cold --size 99999999999999999999B
    expect_refusal "--chunk 2GiB: at most 1GiB" cold --chunk 2GiB
}

test_a_number_out_of_its_range_is_refused() {
    local option value
    for option in runs files stride pool; do
        for value in 0 -1 99999999999999999999; do
            expect_refusal "--$option $value: give a whole number from 1 to " \
                cold "--$option=$value"
        done
    done
    for value in 1.5 ten '' 0x10 '1 ' ' 1' +1; do
        expect_refusal "--runs $value: give a whole number from 1 to " cold --runs "$value"
    done
    expect_refusal "--pool 1025: give a whole number from 1 to 1024" cold --pool 1025
    for value in -1 0.001 0.01 0.019 1001 '' 1ms nan; do
        expect_refusal "--heartbeat $value: give" cold --heartbeat "$value"
    done
    for value in -1 65 1.5 ''; do
        expect_refusal "--clients $value: give a whole number from 0 to 64" cold --clients "$value"
    done
    expect_refusal "remedies always has a client" remedies --clients 0
    expect_refusal "--seed -1: give a whole number from 0 to " cold --seed -1
    expect_refusal "--seed 18446744073709551616: give" cold --seed 18446744073709551616
}

test_a_missing_value_is_refused() {
    local option
    for option in runs files size stride chunk methods pool heartbeat clients prime storage seed data results; do
        expect_refusal "--$option needs a value" cold "--$option"
    done
}

test_storage_that_is_not_known_is_refused() {
    local storage
    for storage in ssd 5 0ms 1.5ms 5s ''; do
        expect_refusal "--storage $storage: give native, network (1 ms)" cold "--storage=$storage"
    done
    run "$bench" storage --storage 5ms
    expect_error 2 "storage takes no --storage: leave it out"
    run "$bench" questions --storage 5ms
    expect_error 2 "questions takes no --storage"
}

test_a_word_too_many_or_too_few_is_refused() {
    expect_refusal "no command given"
    run "$bench"
    expect_error 2 "no command given"
    expect_refusal "'warm' is one word too many after 'cold'" cold warm
    expect_refusal "'5' is one word too many after 'cold'" cold --runs 3 5
    run "$bench" plot
    expect_error 2 "plot needs the results folders"
    expect_none "$t"/*
}

test_the_last_of_two_equal_options_counts() {
    run_small cold --runs 0 --runs 1
    expect_error 2 "--runs 0"
    run_small cold --methods async-mmap --methods single-read
    expect_status 0
    [ "$(column method "$latest/trials.csv")" = single-read ] || fail "expected single-read alone"
}

# ---- Limits --------------------------------------------------------------------------------------

# A command before the command, with a limit of the shell, such as -n 80.
# shellcheck disable=SC2016 # The inner shell expands it.
readonly limited=(bash -c 'ulimit "$1" "$2" || exit 99; exec "${@:3}"' bash)

test_more_files_than_may_be_open_are_refused() {
    run "${limited[@]}" -n 80 "$bench" cold "${small[@]}" --files 100 --size 1KiB
    expect_error 3 "--files 100" "80" "give fewer files" "ulimit -n"
    expect_none "$results"
}

test_a_limit_of_open_files_that_may_be_raised_is_raised() {
    [ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 256 ] ||
        skip "no more than $(ulimit -Hn) files may be open here"
    run "${limited[@]}" -Sn 80 "$bench" cold "${small[@]}" --files 100 --size 1KiB \
        --methods threads-read
    expect_status 0
    expect_ok_rows 1 "$latest/trials.csv"
}

# Root has no limit of threads. The limit leaves room for what the user runs besides.
test_more_threads_than_may_run_are_refused() {
    local user=65534 running
    [ "$(id -u)" -eq 0 ] || user=$(id -u)
    running=$(find /proc/[0-9]*/task -mindepth 1 -maxdepth 1 -user "$user" 2>/dev/null | wc -l)
    need_unprivileged
    run "${unprivileged[@]}" "${limited[@]}" -u $((running + 200)) \
        "$bench" cold "${small[@]}" --pool 1024 \
        --data "$t/own/data" --results "$t/own/results"
    [ "$status" -ne 99 ] || skip "ulimit -u is refused here"
    expect_error 3 "1026 threads" "give fewer files or a smaller --pool" "ulimit -u"
    expect_none "$t/own/results"
}

# ---- Folders and disks ---------------------------------------------------------------------------

test_a_data_folder_that_cannot_be_made_is_named() {
    run_small cold --data "$t/no/data"
    expect_error 3 "$t/no/data" "No such file"
    echo text >"$t/file"
    run_small cold --data "$t/file"
    expect_error 3 "$t/file" "Not a directory"
    run_small cold --data ''
    expect_error 3 "data folder"
    expect_none "$results"
}

test_a_data_folder_that_cannot_be_written_is_named() {
    need_unprivileged
    mkdir -m 555 "$data"
    run "${unprivileged[@]}" "$bench" cold "${small[@]}" --results "$t/own/results"
    expect_error 3 "$data" "Permission denied"
    expect_none "$data"/* "$t/own/results"
    chmod 755 "$data"
}

test_a_results_folder_that_cannot_be_made_is_named() {
    run_small cold --results "$t/no/results"
    expect_error 3 "$t/no/results" "No such file"
    expect_none "$data"/*
    echo text >"$t/file"
    run_small cold --results "$t/file"
    expect_error 3 "$t/file" "Not a directory"
}

test_a_results_folder_that_cannot_be_written_is_named() {
    need_unprivileged
    mkdir -m 555 "$results"
    run "${unprivileged[@]}" "$bench" cold "${small[@]}" --data "$t/own/data"
    expect_error 3 "$results" "Permission denied"
    expect_none "$results"/*
    chmod 755 "$results"
}

test_a_data_folder_in_memory_is_refused_before_it_is_filled() {
    local folder
    [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] || skip "/dev/shm is no tmpfs here"
    folder=$(mktemp -d /dev/shm/scan_bench.XXXXXX) || skip "/dev/shm cannot be written here"
    run_small cold --data "$folder"
    find "$folder" -name 'scan-*' >"$t/found"
    rm -rf "$folder"
    expect_error 3 "$folder" tmpfs "give --data a folder on a disk"
    [ ! -s "$t/found" ] || fail "it was filled all the same: $(cat "$t/found")"
}

test_a_disk_too_small_for_the_data_is_told_with_both_sizes() {
    truncate -s 8M "$t/image"
    mkfs.ext4 -q "$t/image" || skip "no mkfs.ext4 makes a small disk here"
    run_on_disk ext4 loop "$t/image" "$t/disk" "$bench" cold "${small[@]}" --files 9 --size 1MiB \
        --data "$t/disk/data"
    expect_error 3 "$t/disk/data" "needs 9437184 bytes" "smaller --size"
    expect_line ' [1-9][0-9]* are free' "$err"
    expect_none "$t/disk.left/data"/* "$results"
}

# The disk has six pages: for plan.csv, sums.csv, machine.csv and rows, of which not all fit.
test_results_on_a_full_disk_keep_the_rows_that_fit() {
    local finished
    run_on_disk tmpfs size=24k tmpfs "$t/disk" "$bench" cold "${small[@]}" --runs 20 \
        --results "$t/disk"
    expect_status 1 3
    expect_line '^scan_bench: write trials\.csv: No space left on device' "$err"
    finished=$(sed -n 's/.*the \([0-9]*\) trials before are on disk$/\1/p' "$err")
    expect_ok_rows "$finished" "$(echo "$t"/disk.left/2*/trials.csv)"
    [ "$finished" -gt 0 ] || fail "expected some rows"
    expect_none "$t"/disk.left/*/*.part
}

# ---- What is missing on the machine --------------------------------------------------------------

test_without_gnuplot_it_says_how_to_get_it() {
    hide_command gnuplot
    PATH=$t/bin run_small cold
    expect_error 3 "gnuplot is missing" "./setup.sh"
    PATH=$t/bin run "$bench" plot plots/reference
    expect_error 3 "gnuplot is missing" "./setup.sh"
    expect_none "$data" "$results"
}

# What is built needs nothing of that, so these have sources of their own.
copy_checkout() {
    git ls-files | grep -v '^docs/' | tar -cf - -T - | (mkdir "$t/sources" && cd "$t/sources" && tar -xf -) ||
        fail "the sources cannot be copied"
    bench=$t/sources/run_bench.sh
}

test_without_a_compiler_it_says_how_to_get_it() {
    local bench tool
    copy_checkout
    for tool in cc make pkg-config; do
        rm -rf "${t:?}/bin"
        hide_command "$tool"
        PATH=$t/bin run_small cold
        expect_error 3 "$tool is missing" "./setup.sh"
    done
    expect_none "$data" "$results"
}

test_without_libuv_it_says_how_to_get_it() {
    local bench
    copy_checkout
    PKG_CONFIG_LIBDIR=$t/none PKG_CONFIG_PATH='' run_small cold
    expect_error 3 "libuv is missing" "./setup.sh"
    expect_none "$data" "$results"
}

run_tests
