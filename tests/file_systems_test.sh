#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# File systems on images, as a disk for the data and for the results: every trial is ok, what is
# below is described, and what cannot be is refused with the reason.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

readonly scan_bench=$home/build/scan_bench image=$t/image disk=$t/disk

make_image() { # SIZE COMMAND...
    command -v "$2" >/dev/null || PATH=$PATH:/usr/sbin:/sbin command -v "$2" >/dev/null ||
        skip "no $2 here; ./setup.sh --dev installs it"
    rm -f "$image"
    truncate -s "$1" "$image"
    PATH=$PATH:/usr/sbin:/sbin "${@:2}" "$image" >"$t/mkfs" 2>&1 ||
        skip "$2 makes no image here: $(tail -n 1 "$t/mkfs")"
}

fact() { # KEY RESULTS
    sed -n "s/^$1,//p" "$2"/2*/machine.csv
}

# Rows of all methods but those that were left out.
expect_every_method() { # RESULTS CACHE-STATES
    local methods left_out
    methods=$("$scan_bench" --list | grep -c '^[a-z]*-[a-z-]* ')
    left_out=$(grep -c ' is left out: ' "$err")
    expect_status 0
    expect_ok_rows $(($2 * (methods - left_out))) "$(echo "$1"/2*/trials.csv)"
}

# The image as the disk of the data, then as that of the results.
check_file_system() { # TYPE [OPTIONS]
    local options=loop${2:+,$2}
    run_on_disk "$1" "$options" "$image" "$disk" "$scan_bench" both "${small[@]}" --methods all \
        --data "$disk/data"
    expect_every_method "$results" 2
    [ "$(fact file_system "$results")" = "$1" ] || fail "expected $1, found $(fact file_system "$results")"
    [[ $(fact device "$results") == /dev/loop* ]] || fail "expected a loop device"
    [[ $(fact device_model "$results") == "loop on "* ]] || fail "expected the file below it"
    [ "$(fact device_cached_below "$results")" = 1 ] || fail "expected a cache below"
    [[ $(fact device_readahead_bytes "$results") =~ ^[0-9]+$ ]] || fail "expected a readahead"
    rm -rf "$disk.left"

    run_on_disk "$1" "$options" "$image" "$disk" "$scan_bench" cold "${small[@]}" \
        --methods single-read --results "$disk/results"
    expect_status 0
    expect_ok_rows 1 "$(echo "$disk.left"/results/2*/trials.csv)"
}

expect_link() {
    [ -L "$disk.left/results/latest" ] || fail "expected a link to the latest results"
}

test_ext4_with_ordered_data() {
    make_image 64M mkfs.ext4 -q
    check_file_system ext4 data=ordered
    expect_link
}

test_ext4_with_data_written_back() {
    make_image 64M mkfs.ext4 -q
    check_file_system ext4 data=writeback
}

# Linux 6.1 and later tell that O_DIRECT is ignored.
test_ext4_with_data_in_the_journal() {
    make_image 64M mkfs.ext4 -q
    check_file_system ext4 data=journal
    [ "$(uname -r | awk -F'[.-]' '{ print $1 * 1000 + $2 }')" -ge 6001 ] || return 0
    run_on_disk ext4 loop,data=journal "$image" "$disk" "$scan_bench" cold "${small[@]}" \
        --methods async-read-direct,single-read --data "$disk/data"
    expect_status 0
    expect_line 'async-read-direct is left out: .*(accepts O_DIRECT and ignores it|io_uring)' "$err"
}

test_xfs() {
    make_image 320M mkfs.xfs -q
    check_file_system xfs
    expect_link
}

test_btrfs() {
    make_image 256M mkfs.btrfs -q
    check_file_system btrfs
    expect_link
}

test_vfat_which_has_no_links() {
    make_image 64M mkfs.vfat
    check_file_system vfat
    expect_line 'no link .* here' "$err"
    expect_none "$disk.left/results/latest"
}

test_exfat_which_has_no_links() {
    make_image 64M mkfs.exfat
    check_file_system exfat
    expect_line 'no link .* here' "$err"
}

# ---- File systems that are only read -------------------------------------------------------------

# The files of an image keep their content but not their times, and no manifest can be written.
check_read_only() { # TYPE OPTIONS
    run_on_disk "$1" "$2" "$image" "$disk" "$scan_bench" both "${small[@]}" --methods all \
        --data "$disk/data"
    expect_every_method "$results" 2
    rm -rf "$disk.left" "$results"
    run_on_disk "$1" "$2" "$image" "$disk" "$scan_bench" cold "${small[@]}" --files 3 \
        --data "$disk/data"
    expect_error 3 "$disk/data"
    expect_line 'Read-only file system|and 0 are free' "$err"
    expect_none "$results"
}

make_files() {
    mkdir "$t/files"
    run "$scan_bench" generate --files 2 --size 512KiB --data "$t/files/data"
    expect_status 0
}

test_data_on_a_squashfs() {
    command -v mksquashfs >/dev/null || skip "no mksquashfs here; ./setup.sh --dev installs it"
    make_files
    mksquashfs "$t/files" "$image" -quiet -no-progress >/dev/null || fail "mksquashfs"
    check_read_only squashfs loop
}

test_data_on_a_mount_that_is_only_read() {
    make_files
    make_image 64M mkfs.ext4 -q -d "$t/files"
    check_read_only ext4 loop,ro
}

# ---- Overlays ------------------------------------------------------------------------------------

# Mounts an overlay whose upper layer is in UPPER and runs the command, which finds it at $disk.
on_overlay() { # UPPER COMMAND...
    mkdir -p "$t/lower" "$1/upper" "$1/work"
    run_on_disk overlay "lowerdir=$t/lower,upperdir=$1/upper,workdir=$1/work" overlay "$disk" "${@:2}"
}

test_an_overlay_is_described_by_what_is_below() {
    on_overlay "$t" "$scan_bench" both "${small[@]}" --methods all --data "$disk/data"
    expect_every_method "$results" 2
    [[ $(fact file_system "$results") == "overlay on "?* ]] || fail "expected the file system below"
}

test_an_overlay_on_memory_is_refused() {
    local upper
    [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] || skip "/dev/shm is no tmpfs here"
    upper=$(mktemp -d /dev/shm/scan_bench.XXXXXX) || skip "/dev/shm cannot be written here"
    (on_overlay "$upper" "$scan_bench" cold "${small[@]}" --data "$disk/data") >"$t/log" 2>&1
    result=$?
    rm -rf "$upper"
    [ "$result" -ne 77 ] || skip "$(cat "$t/log")"
    status=3
    expect_error 3 "$disk/data is on overlay on tmpfs" "give --data a folder on a disk"
}

run_tests
