#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# File systems on images, as a disk for the data and for the results: every trial is ok, what is
# below is described, and what cannot be is refused with the reason.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"
without_drawing

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
    methods=$(methods_of scan | wc -l)
    left_out=$(grep -c ' is left out: ' "$err")
    expect_status 0
    expect_ok_rows $(($2 * (methods - left_out))) "$(echo "$1"/2*/trials.csv)"
}

# Storage delivered the files to cold scans, and nothing to warm ones but to those past the cache.
expect_witness() { # TRIALS
    local method cache read
    while IFS=, read -r method cache read; do
        case $cache,$method in
        cold,* | *-direct) [ "$read" -ge $((2 * 512 * 1024)) ] ;;
        *) [ "$read" -lt $((512 * 1024)) ] ;;
        esac || fail "$method $cache: storage delivered $read bytes"
    done < <(paste -d, <(column method "$1") <(column cache "$1") <(column device_read_bytes "$1"))
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
    [ "$(fact cache_below "$results")" = "loop file" ] || fail "expected a cache below"
    expect_line '^- The data lie on a loop device' "$out"
    expect_witness "$(echo "$results"/2*/trials.csv)"
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

# Expects of files of 2 MiB, where O_DIRECT is accepted and ignored, that no method believes it and that
# the device is not measured by it.
expect_pretence() {
    expect_status 0
    expect_line 'async-read-direct is left out: .*(accepts O_DIRECT and ignores it|io_uring)' "$err"
    expect_line 'async-mmap-hybrid is left out: ' "$err"
    [ -z "$(fact device_read_bandwidth_bytes_per_s "$results")" ] || fail "expected no device limit"
    [ -z "$(fact device_read_latency_s "$results")" ] || fail "expected no latency"
    expect_no_line '^device limit' "$out"
}

readonly pretended=(cold "${small[@]}" --size 2MiB --data "$disk/data" --methods
    "async-read-direct,async-mmap-hybrid,single-read")

# Linux 6.1 and later tell that O_DIRECT is ignored; it is found out where nothing is told.
test_ext4_with_data_in_the_journal() {
    make_image 64M mkfs.ext4 -q
    check_file_system ext4 data=journal
    run_on_disk ext4 loop,data=journal "$image" "$disk" "$scan_bench" "${pretended[@]}"
    expect_pretence
}

test_ext4_with_data_in_the_journal_and_no_statx_to_tell() {
    make_image 64M mkfs.ext4 -q
    make -s build/tests/refuse || fail "refuse cannot be built"
    run_on_disk ext4 loop,data=journal "$image" "$disk" \
        build/tests/refuse ENOSYS statx -- "$scan_bench" "${pretended[@]}"
    [ "$status" -ne 77 ] || skip "no filter may be installed here"
    expect_pretence
}

test_a_folder_with_its_data_in_the_journal() {
    make_image 64M mkfs.ext4 -q
    # shellcheck disable=SC2016 # The inner shell expands it.
    run_on_disk ext4 loop "$image" "$disk" bash -c 'mkdir "$1/data" && chattr +j "$1/data" || exit 78
        exec "${@:2}"' bash "$disk" "$scan_bench" "${pretended[@]}"
    [ "$status" -ne 78 ] || skip "chattr +j is refused here"
    expect_pretence
}

# The loop device reads the file directly, or not.
test_a_loop_device_that_reads_directly_has_no_file_cached_below() {
    make_image 64M mkfs.ext4 -q
    # shellcheck disable=SC2016 # The inner shell expands it.
    run_on_disk ext4 loop "$image" "$disk" bash -c '
        losetup --direct-io=on "$(findmnt -n -o SOURCE "$1")" || exit 78
        exec "${@:2}"' bash "$disk" "$scan_bench" both "${small[@]}" --data "$disk/data"
    [ "$status" -ne 78 ] || skip "no loop device reads directly here"
    expect_status 0
    [[ $(fact cache_below "$results") =~ ^(none known|host)$ ]] ||
        fail "expected no file below that is cached, found $(fact cache_below "$results")"
    expect_no_line '^- The data lie on a loop device' "$out"
}

# A device that is made of another has its cache.
test_a_mapped_device_on_a_loop_device() {
    command -v dmsetup >/dev/null || skip "no dmsetup here"
    [ "$(id -u)" -eq 0 ] || skip "only root makes devices"
    local name=scan_bench.$$ loop
    make_image 64M mkfs.ext4 -q
    loop=$(losetup --find --show "$image" 2>/dev/null) || skip "no loop device is to be had here"
    if ! dmsetup create "$name" --table "0 131072 linear $loop 0" 2>/dev/null; then
        losetup --detach "$loop"
        skip "no mapped device is to be had here"
    fi
    (run_on_disk ext4 rw "/dev/mapper/$name" "$disk" "$scan_bench" both "${small[@]}" \
        --data "$disk/data"
    expect_status 0
    [ "$(fact cache_below "$results")" = "loop file" ] || fail "expected the file below")
    result=$?
    dmsetup remove --retry "$name"
    losetup --detach "$loop"
    return "$result"
}

test_a_fuse_file_system_that_passes_through() {
    command -v bindfs >/dev/null || skip "no bindfs here"
    mkdir -p "$t/lower" "$disk"
    bindfs "$t/lower" "$disk" 2>/dev/null || skip "bindfs mounts nothing here"
    run "$scan_bench" cold "${small[@]}" --data "$disk/data"
    fusermount -u "$disk" || umount "$disk"
    expect_status 0
    [ "$(fact cache_below "$results")" = fuse ] || fail "expected the cache of the program below"
    [ -z "$(column device_read_bytes "$(echo "$results"/2*/trials.csv)")" ] ||
        fail "device_read_bytes is known"
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
    expect_witness "$(echo "$results"/2*/trials.csv)"
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
