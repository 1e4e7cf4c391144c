#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Copies from end to end: every method on both cache states, what is refused before a byte is
# written, and that nothing is left of a copy whatever ends it.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"
without_drawing

readonly source=$data/copy/scan-0000.bin copies=$data/copy/copies to=$t/to
readonly copy=$copies/copy-0000.bin
readonly blocking=(single-copy-mmap single-copy-sendfile single-copy-read)

all_copies() {
    methods_of copy | wc -l
}

left_out() {
    grep -c ' is left out: ' "$err"
}

# Expects that nothing is left of any copy, nor the folder that was made for them.
expect_no_copy() {
    expect_none "$copies" "$to"/copy-*
}

# ---- What comes of a run -------------------------------------------------------------------------

test_every_method_copies_and_leaves_nothing() {
    local trials
    run_small copy both --methods all
    expect_status 0
    trials=$latest/trials.csv
    expect_ok_rows $((2 * ($(all_copies) - $(left_out)))) "$trials"
    [ "$(column work "$trials" | sort -u)" = copy ] || fail "expected copies"
    ! column cloned "$trials" | grep -q 1 || fail "expected no clone"
    ! column fsync_s "$trials" | grep -qvE '^[0-9.e-]+$' || fail "expected the time of the sync"
    expect_no_copy
}

test_a_sync_in_the_timed_part_has_no_time_of_its_own() {
    run_small copy warm --fsync --methods "$(printf '%s,' "${blocking[@]}")single-copy-whole"
    expect_status 0
    expect_ok_rows 4 "$latest/trials.csv"
    [ -z "$(column fsync_s "$latest/trials.csv" | sort -u)" ] || fail "expected no fsync_s"
}

test_copies_go_where_they_are_sent() {
    mkdir "$to"
    echo mine >"$to/mine"
    run_small copy warm --to "$to" --methods single-copy-read
    expect_status 0
    expect_ok_rows 1 "$latest/trials.csv"
    expect_none "$copies" "$to"/copy-*
    [ "$(cat "$to/mine")" = mine ] || fail "expected that what was there stays"
}

# ---- What is refused -----------------------------------------------------------------------------

# Expects that nothing was made: no data, no results.
expect_refused() { # WORDS...
    expect_error 3 "$@"
    expect_none "$results" "$data"/copy/scan-*
}

test_a_folder_that_is_missing_or_no_folder_is_refused() {
    run_small copy --to "$to"
    expect_refused "$to: No such file or directory" "give --to a folder that is there"
    expect_none "$to"
    echo text >"$t/file"
    run_small copy --to "$t/file"
    expect_refused "$t/file: Not a directory"
    run_small copy --to ''
    expect_refused "No such file or directory"
}

test_a_folder_that_may_not_be_written_is_refused() {
    need_unprivileged
    mkdir -m 555 "$to"
    run "${unprivileged[@]}" "$bench" copy "${small[@]}" --data "$t/own/data" \
        --results "$t/own/results" --to "$to"
    expect_error 3 "$to: Permission denied"
    expect_none "$t/own/results" "$t/own/data"/copy/scan-*
}

test_a_read_only_disk_is_refused() {
    run_on_disk tmpfs ro tmpfs "$t/disk" "$bench" copy "${small[@]}" --to "$t/disk"
    expect_refused "$t/disk: Read-only file system"
}

test_too_little_room_is_told_with_both_sizes() {
    run_on_disk tmpfs size=1000k tmpfs "$t/disk" "$bench" copy "${small[@]}" --to "$t/disk"
    expect_refused "$t/disk" "1048576 bytes are needed and 1024000 are free" "--to"
    expect_none "$t/disk.left"/*
    run_on_disk tmpfs size=1024k tmpfs "$t/disk" "$bench" copy warm "${small[@]}" --to "$t/disk" \
        --methods single-copy-mmap
    expect_status 0
}

test_a_full_disk_is_refused() {
    mkdir "$t/disk"
    # shellcheck disable=SC2016 # The inner shell expands it.
    run_on_disk tmpfs size=2048k tmpfs "$t/disk" bash -c '
        dd if=/dev/zero of="$1/filler" bs=1024 status=none 2>/dev/null
        exec "${@:2}" --to "$1"' bash "$t/disk" "$bench" copy "${small[@]}"
    expect_refused "1048576 bytes are needed and 0 are free"
}

# Neither by path nor by link is the source ever written to.
test_what_is_in_the_way_is_named_and_stays() {
    local before
    mkdir "$to"
    run "$bench" generate --files 2 --size 512KiB --data "$data/copy"
    run_small copy warm --methods single-copy-read
    expect_status 0
    rm -rf "$results"
    before=$(cksum <"$source")
    echo mine >"$to/copy-0001.bin"
    run_small copy --to "$to"
    expect_error 3 "$to/copy-0001.bin is in the way of a copy, and nothing is overwritten"
    [ "$(cat "$to/copy-0001.bin")" = mine ] || fail "it was overwritten"
    rm "$to/copy-0001.bin"

    ln -s "$source" "$to/copy-0000.bin"
    run_small copy --to "$to"
    expect_error 3 "$to/copy-0000.bin is in the way"
    [ -L "$to/copy-0000.bin" ] || fail "the link is gone"
    ln -f "$source" "$to/copy-0000.bin"
    run_small copy --to "$to"
    expect_error 3 "$to/copy-0000.bin is in the way"
    rm "$to/copy-0000.bin"
    ln -s nowhere "$to/copy-0000.bin"
    run_small copy --to "$to"
    expect_error 3 "$to/copy-0000.bin is in the way"
    expect_none "$to/nowhere" "$results"
    [ "$(cksum <"$source")" = "$before" ] || fail "the source was written to"
}

test_the_folder_of_the_data_will_do_and_they_stay() {
    run_small copy warm --methods single-copy-read
    expect_status 0
    run_small copy warm --methods single-copy-read --to "$data/copy"
    expect_status 0
    expect_ok_rows 1 "$latest/trials.csv"
    expect_none "$data"/copy/copy-*
    expect_files "$source"
}

test_a_link_where_the_copies_belong_is_refused() {
    mkdir -p "$data/copy" "$to"
    echo mine >"$to/copy-0000.bin"
    ln -s "$to" "$copies"
    run_small copy
    expect_refused "$copies is where the folder of the copies belongs"
    [ "$(cat "$to/copy-0000.bin")" = mine ] || fail "it went through the link"
}

test_a_source_that_cannot_be_read_is_an_error_of_the_trial() {
    local own=(--data "$t/own/data" --results "$t/own/results")
    need_unprivileged
    start "${unprivileged[@]}" "$bench" copy cold "${small[@]}" --runs 500 --methods single-copy-read \
        "${own[@]}"
    results=$t/own/results latest=$t/own/results/latest
    await has_rows 1
    chmod 0 "$t/own/data/copy/scan-0000.bin"
    finish
    expect_status 1
    expect_line "error: .*scan-0000.bin: Permission denied" "$err"
    expect_none "$t/own/data/copy/copies"
}

# ---- What ends a run -----------------------------------------------------------------------------

screen_shows() { # WORDS
    grep -qaF "$1" "$work/screen" 2>/dev/null
}

# The signal follows the first sight of the words; should that be over by then, the same is expected
# of what comes after.
expect_interruptible() { # WORDS SIGNAL METHOD OPTION...
    rm -rf "$results"
    mkdir -p "$to"
    start_at_terminal "$bench" copy "${small[@]}" --runs 50 --size 64MiB --methods "$3" "${@:4}"
    await screen_shows "$1"
    kill -s "$2" "$(pgrep -P "$pid")"
    finish
    expect_status $((128 + $(kill -l "$2")))
    expect_lines 1 interrupted "$work/screen"
    expect_no_copy
}

test_a_signal_in_any_phase_leaves_no_copy() {
    local method
    expect_interruptible "making file" INT single-copy-read
    expect_interruptible "measuring the storage" INT single-copy-read
    expect_interruptible evicting INT single-copy-read
    expect_interruptible priming TERM single-copy-read warm --to "$to"
    for method in whole mmap sendfile read mmap-write range; do
        expect_interruptible copying INT "single-copy-$method"
    done
    expect_interruptible copying HUP threads-copy-read
    expect_interruptible copying INT threads-copy-mmap --to "$to"
    expect_interruptible syncing INT single-copy-read
    expect_interruptible comparing TERM single-copy-mmap
    expect_interruptible "idle control" INT single-copy-read --heartbeat 1 --runs 1
}

test_ctrl_c_at_the_terminal_leaves_no_copy() {
    start_at_terminal "$bench" copy warm "${small[@]}" --runs 2000 --methods single-copy-mmap
    await screen_shows "trial 3 of"
    printf '\003' >&6
    finish
    expect_status 130
    expect_no_copy
}

is_copied() { # FILE
    [ -s "$1" ]
}

# Ends the run and its trial at once, so that neither can tidy up.
kill_it() {
    local trial
    trial=$(pgrep -P "$pid")
    kill -KILL "$pid" "$trial"
    finish
    expect_status 137
}

test_what_a_killed_run_has_left_is_removed_by_the_next() {
    start "$bench" copy warm "${small[@]}" --size 64MiB --runs 500 --methods single-copy-read
    await is_copied "$copy"
    kill_it
    expect_files "$copy"
    echo mine >"$copies/mine"
    rm -rf "$results"
    run_small copy warm --size 64MiB --methods single-copy-read
    expect_status 0
    expect_ok_rows 1 "$latest/trials.csv"
    expect_none "$copies"/copy-*
    [ "$(cat "$copies/mine")" = mine ] || fail "expected that what is not ours stays"
    rm "$copies/mine"
    run_small copy warm --size 64MiB --methods single-copy-read
    expect_no_copy
}

test_what_a_killed_run_has_left_elsewhere_is_named() {
    mkdir "$to"
    start "$bench" copy warm "${small[@]}" --size 64MiB --runs 500 --methods single-copy-read --to "$to"
    await is_copied "$to/copy-0000.bin"
    kill_it
    run_small copy warm --size 64MiB --methods single-copy-read --to "$to"
    expect_error 3 "$to/copy-0000.bin is in the way"
    rm "$to"/copy-*
    run_small copy warm --size 64MiB --methods single-copy-read --to "$to"
    expect_status 0
}

# Expects that the trials after the one that is killed find nothing of it.
expect_one_crash() { # FOLDER OPTION...
    rm -rf "$results"
    start "$bench" copy warm "${small[@]}" --size 64MiB --runs 5 --methods single-copy-read "${@:2}"
    await is_copied "$1/copy-0000.bin"
    kill -KILL "$(pgrep -P "$pid")"
    finish
    expect_status 1
    [ "$(column status "$latest/trials.csv" | sort | uniq -c | tr -s ' \n' ' ')" = ' 1 crashed 4 ok ' ] ||
        fail "expected one crash and then ok: $(column status "$latest/trials.csv")"
    expect_no_copy
}

test_a_trial_that_is_killed_leaves_no_copy_to_the_next() {
    expect_one_crash "$copies"
    mkdir "$to"
    expect_one_crash "$to" --to "$to"
}

# ---- A source that changes while it is copied ----------------------------------------------------

# Sees the copy grow and cuts the source. Where it was copied by then, there is another try.
expect_cut() { # METHOD
    local try
    for ((try = 0; try < 10; try++)); do
        rm -rf "$results"
        start "$bench" copy cold "${small[@]}" --files 1 --size 256MiB --methods "$1"
        await is_copied "$copy"
        truncate -s 1000000 "$source"
        finish
        expect_none "$copies"
        expect_status 0 1
        if [ "$status" -eq 1 ]; then
            [ "$(column status "$(newest)/trials.csv")" = error ] || fail "expected an error"
            expect_line "$1 cold, repeat 1: error: .*$source" "$err"
            [ -z "$(column elapsed_s "$(newest)/trials.csv")" ] || fail "expected no time"
            return
        fi
    done
    fail "the source was never cut while $1 copied it"
}

test_a_source_that_is_truncated_while_it_is_copied_is_an_error() {
    local method
    for method in single-copy-mmap single-copy-mmap-write single-copy-sendfile single-copy-range \
        single-copy-read threads-copy-mmap; do
        expect_cut "$method"
    done
}

# ---- File systems that can share blocks ----------------------------------------------------------

make_image() { # SIZE COMMAND...
    command -v "$2" >/dev/null || PATH=$PATH:/usr/sbin:/sbin command -v "$2" >/dev/null ||
        skip "no $2 here; ./setup.sh --dev installs it"
    truncate -s "$1" "$t/image"
    PATH=$PATH:/usr/sbin:/sbin "${@:2}" "$t/image" >"$t/mkfs" 2>&1 ||
        skip "$2 makes no image here: $(tail -n 1 "$t/mkfs")"
}

check_reflink() { # TYPE
    local on=(run_on_disk "$1" loop "$t/image" "$t/disk" "$bench" copy warm "${small[@]}" --data "$t/disk/data")
    "${on[@]}" --methods all
    expect_status 0
    expect_line 'single-copy-range is left out: copy_file_range would share the blocks' "$err"
    expect_ok_rows $(($(all_copies) - $(left_out))) "$latest/trials.csv"
    [ "$(column cloned "$latest/trials.csv" | sort -u)" = 0 ] || fail "expected no clone"
    expect_none "$t/disk.left/data/copy/copies"
    "${on[@]}" --methods single-copy-range,single-copy-read --reflink
    expect_status 0
    [ "$(column cloned "$latest/trials.csv" method single-copy-range)" = 1 ] || fail "expected a clone"
    [ "$(column cloned "$latest/trials.csv" method single-copy-read)" = 0 ] || fail "expected no clone"
}

test_xfs_shares_blocks_only_when_asked() {
    make_image 320M mkfs.xfs -q
    check_reflink xfs
}

test_btrfs_shares_blocks_only_when_asked() {
    make_image 256M mkfs.btrfs -q
    check_reflink btrfs
}

test_a_clone_where_there_are_none_is_an_error() {
    run_small copy warm --reflink --methods single-copy-range,single-copy-read
    [ "$status" -ne 0 ] || skip "the file system here can share blocks"
    expect_status 1
    expect_line 'single-copy-range warm, repeat 1: error: clone \(FICLONE\) .*: Operation not supported' "$err"
    [ "$(column status "$latest/trials.csv" method single-copy-read)" = ok ] || fail "expected a copy"
}

test_from_emulated_storage_copies_go_to_the_native_one() {
    need_emulation
    run_small copy both --storage 1ms --methods all
    expect_status 0
    expect_line 'single-copy-range is left out: copy_file_range does not copy from' "$err"
    expect_ok_rows $((2 * ($(all_copies) - $(left_out)))) "$latest/trials.csv"
    expect_none "$data/emulated/copies" "$data/emulated-mount"/*
    expect_nothing_left
}

run_tests
