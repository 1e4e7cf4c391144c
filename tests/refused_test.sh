#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# System calls that are refused, as the filters of containers do: each is done without, or the method
# that needs it is left out with the reason. Every trial that is made is ok.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"
without_drawing

readonly refuse=$home/build/tests/refuse scan_bench=$home/build/scan_bench

need_filter() {
    "$refuse" EPERM memfd_create -- true 2>/dev/null
    [ $? -ne 77 ] || skip "no filter of system calls may be installed here"
}

left_out_of() { # FILE
    sed -n 's/^scan_bench: \([a-z-]*\) is left out: .*/\1/p' "$1" | sort | paste -s -d ' '
}

# The methods that are left out here in any case, once.
unrefused() {
    [ -s "$work/unrefused" ] || "$scan_bench" remedies cold "${small[@]}" 2>"$work/unrefused" >/dev/null
    left_out_of "$work/unrefused"
}

# Runs every method under a filter and expects rows of all but those that are said to be left out.
expect_done_without() { # ERRNO CALLS [LEFT-OUT...]
    local -a left_out
    mapfile -t left_out < <(printf '%s\n' "${@:3}" "$(unrefused)" | tr ' ' '\n' | sort -u | sed '/^$/d')
    rm -rf "$results"
    run "$refuse" "$1" "$2" -- "$scan_bench" both "${small[@]}" --heartbeat 1 --methods all
    expect_status 0
    [ "$(left_out_of "$err")" = "${left_out[*]}" ] || fail "expected to be left out: ${left_out[*]}"
    expect_ok_rows $((2 * ($(methods_of scan | wc -l) - ${#left_out[@]}))) "$latest/trials.csv"
}

readonly rings=(async-read-direct async-read-uring)

test_a_call_that_is_refused_is_done_without_or_its_methods_are_left_out() {
    local error
    need_filter
    for error in EPERM ENOSYS; do
        expect_done_without "$error" cachestat
        expect_done_without "$error" epoll_pwait2
        expect_done_without "$error" statx,faccessat2,memfd_create,close_range
        expect_done_without "$error" fallocate,sched_getaffinity,prlimit64,flock
        expect_done_without "$error" io_uring_setup "${rings[@]}"
        expect_done_without "$error" io_uring_enter "${rings[@]}"
        expect_done_without "$error" io_uring_register "${rings[@]}"
        expect_done_without "$error" preadv2 async-read-nowait
        expect_done_without "$error" readahead async-mmap-ahead async-mmap-readahead
    done
}

# libuv goes on with sendfile only where the kernel has no copy_file_range.
test_a_copy_by_a_call_that_is_refused_is_left_out() {
    local error
    need_filter
    for error in EPERM ENOSYS EACCES EOPNOTSUPP; do
        run "$refuse" "$error" copy_file_range -- "$scan_bench" copy warm "${small[@]}" --methods all
        expect_status 0
        expect_line 'single-copy-range is left out: there is no copy_file_range in this kernel' "$err"
        [[ $error != E[PA]* ]] || expect_line 'async-copy-offload is left out: copy_file_range is refused' "$err"
        expect_ok_rows $(($(methods_of copy | wc -l) - $(grep -c 'is left out' "$err"))) \
            "$latest/trials.csv"
        rm -rf "$results"
    done
}

# All of them at once, with every answer that was seen of a filter.
test_whatever_a_filter_answers_is_a_refusal() {
    local error
    need_filter
    for error in EPERM ENOSYS EINVAL EOPNOTSUPP EACCES; do
        expect_done_without "$error" "cachestat,epoll_pwait2,statx,faccessat2,memfd_create$(
        ),close_range,readahead,preadv2,fallocate,io_uring_setup" \
            "${rings[@]}" async-read-nowait async-mmap-ahead async-mmap-readahead
    done
}

test_without_mincore_cachestat_tells_and_the_method_that_needs_it_is_left_out() {
    need_filter
    "$refuse" EPERM mincore -- "$scan_bench" cold "${small[@]}" --methods single-read >/dev/null \
        2>&1 || skip "no cachestat (Linux 6.5) here, or it tells nothing of this file system"
    expect_done_without EPERM mincore async-mmap-ahead async-mmap-ahead-hint async-mmap-resident
}

# Nobody tells what is in the cache: a row says so, and the run that it is not measured.
test_without_both_no_trial_counts() {
    need_filter
    run "$refuse" EPERM mincore,cachestat -- "$scan_bench" cold "${small[@]}" --methods single-read
    expect_status 1
    expect_line 'unverified: the system does not tell what is in the page cache' "$err"
    [ "$(column status "$(echo "$results"/2*/trials.csv)")" = unverified ] || fail "expected unverified"
}

test_the_reason_names_what_is_missing() {
    need_filter
    run "$refuse" EPERM io_uring_setup -- "$scan_bench" --list
    expect_line 'cannot run here: io_uring is forbidden here' "$out"
    run "$refuse" ENOSYS io_uring_setup -- "$scan_bench" --list
    expect_line 'cannot run here: io_uring needs Linux 5\.6, or this system hides it' "$out"
    run "$refuse" ENOMEM io_uring_setup -- "$scan_bench" --list
    expect_line "cannot run here: io_uring may lock too little memory here: .*'ulimit -l'" "$out"
    run "$refuse" EPERM preadv2 -- "$scan_bench" --list
    expect_line 'cannot run here: preadv2 with RWF_NOWAIT is forbidden here' "$out"
    run "$refuse" ENOSYS preadv2,readahead -- "$scan_bench" --list
    expect_line 'cannot run here: preadv2 with RWF_NOWAIT needs Linux 4\.14' "$out"
}

# File systems without links answer so.
test_no_link_to_the_latest_results_is_no_failure() {
    need_filter
    run "$refuse" EPERM symlink,symlinkat -- "$scan_bench" cold "${small[@]}" --methods single-read
    expect_status 0
    expect_ok_rows 1 "$(echo "$results"/2*/trials.csv)"
    expect_none "$latest"
}

run_tests
