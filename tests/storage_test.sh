#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Emulated storage by hand (scan_bench serve): what it serves, what it counts, and that no mount, no
# process and no file of it remains however it ends.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"
without_drawing

readonly mount=$t/mount
serve=(build/scan_bench serve --data "$data" --mount "$mount" --latency 1ms --in-flight 1)

# Two files of a whole number of what the kernel reads at a time, so that each byte is read once.
make_data() { # [DIR]
    need_emulation
    build/scan_bench generate --files 2 --size 256KiB --data "${1-$data}" || fail "no data can be made"
}

expect_clean() {
    expect_nothing_left
    expect_none "$mount"
}

count() { # KEY, of the lines that serve has printed
    sed -n "s/^$1,//p" "$out"
}

# Expects of an expression of awk that it holds.
expect_that() { # EXPRESSION
    awk "BEGIN { exit !($1) }" || fail "expected $1"
}

# Starts a serve whose command notes the signals that it gets and goes on until there is $t/go.
start_serving() {
    rm -f "$t/signals" "$t/began" "$t/go"
    cat >"$t/command" <<END
for signal in INT TERM HUP; do
    trap "echo \$signal >>'$t/signals'; exit 9" \$signal
done
: >'$t/began'
until [ -e '$t/go' ]; do sleep 0.02; done
END
    start "${serve[@]}" -- bash "$t/command"
    await test -e "$t/began"
}

# The process number of a part of the storage.
number_of() { # PART
    case $1 in
    program) echo "$pid" ;;
    keeper) cat "$mount/.storage/keeper" ;;
    nbdkit) cat "$mount/.storage/server_is_ready" ;;
    nbdfuse) cat "$mount/.storage/scan-0001.bin.is_ready" ;;
    esac
}

is_unmounted() {
    ! grep -qF " $t/" /proc/mounts
}

expect_it_serves() {
    run "${serve[@]}" -- cmp "$data/scan-0001.bin" "$mount/scan-0001.bin"
    expect_status 0
    expect_clean
}

# ---- What is asked for ---------------------------------------------------------------------------

test_wrong_usage_is_refused() {
    local words
    while read -ra words; do
        run build/scan_bench serve "${words[@]}"
        expect_error 2 "${words[-1]#--}"
    done <<END
--mount $mount --latency 5ms --lateness
--data $data --mount $mount --latency 0ms
--data $data --mount $mount --latency 5
--data $data --mount $mount --latency 100000ms
--data $data --mount $mount --latency 5ms --in-flight 0
--data $data --mount $mount --latency 5ms --in-flight 100
--data $data --mount $mount --latency 5ms --rate 5
--data $data --mount $mount --latency 5ms --error 101%
--data $data --mount $mount --latency 5ms --error 1
--data $data --mount $mount --latency
--data $data --mount $mount --latency 5ms word
--data $data --mount $mount --latency 5ms --
END
    run build/scan_bench serve --data "$data" --latency 5ms
    expect_error 2 '--mount is missing'
    run build/scan_bench serve
    expect_error 2 '--data is missing'
    run build/scan_bench serve --help
    expect_status 0
    expect_line '^usage: scan_bench serve --data DIR' "$out"
}

test_missing_parts_are_named() {
    local part
    need_emulation
    for part in nbdkit nbdfuse fusermount3; do
        rm -rf "${t:?}/bin"
        hide_command "$part"
        PATH=$t/bin run "${serve[@]}" -- true
        expect_error 3 "missing: $part: run ./setup.sh"
    done
    run "${serve[@]}" -- no-such-command
    expect_error 3 "no-such-command is not found"
    expect_clean
}

test_an_nbdkit_without_its_filters_is_named() {
    need_emulation
    hide_command nbdkit
    printf '#!/bin/sh\nexit 1\n' >"$t/bin/nbdkit"
    chmod +x "$t/bin/nbdkit"
    PATH=$t/bin run "${serve[@]}" -- true
    expect_error 3 "nbdkit's file plugin with its filters log, delay, rate and error"
}

test_data_that_are_not_there_are_named() {
    make_data
    run "${serve[@]}" --data "$t/nowhere" -- true
    expect_error 3 "$t/nowhere"
    mkdir "$t/empty"
    run "${serve[@]}" --data "$t/empty" -- true
    expect_error 3 "there is no file set in $t/empty: ./run_bench.sh makes one"
    : >"$data/scan-0001.bin"
    run "${serve[@]}" -- true
    expect_error 3 "$data/scan-0001.bin is missing or not what manifest.csv says"
    expect_clean
}

# ---- What is served ------------------------------------------------------------------------------

test_the_files_are_served_as_they_are() {
    make_data
    # shellcheck disable=SC2016 # The inner shell expands it.
    run "${serve[@]}" -- bash -c 'cd "$1" && for file in *; do cmp "$file" "$2/$file" || exit; done
        test "$(echo *)" = "manifest.csv scan-0000.bin scan-0001.bin" || exit 2
        test "$(grep -cF " $2/" /proc/mounts)" -eq 2 || exit 3
        ! : 2>/dev/null >>"$2/scan-0000.bin" || exit 4' bash "$data" "$mount"
    expect_status 0
    expect_clean
}

# The kernel may look beyond the end of a file.
test_requests_are_counted() {
    make_data
    run "${serve[@]}" --rate 1GiB -- true
    expect_status 0
    expect_that "$(count storage_read_bytes) <= 16384"
    run "${serve[@]}" --rate 1GiB -- sh -c "cat $mount/scan-*.bin >$t/read"
    expect_status 0
    expect_that "$(count storage_read_bytes) >= 2 * 262144"
    expect_that "$(count storage_requests) >= 2"
    [ "$(count storage_failed_requests)" = 0 ] || fail "expected no failed request"
    [ "$(count storage_latency_s)" = 0.001 ] || fail "expected the latency"
    [ "$(count storage_in_flight_per_file)" = 1 ] || fail "expected the requests in flight"
    [ "$(count storage_rate_bytes_per_s)" = 1073741824 ] || fail "expected the rate"
    [ -z "$(count storage_error_rate)" ] || fail "expected no rate of errors"
    expect_line '^storage_server,nbdkit [0-9]' "$out"
    expect_line '^storage_client,nbdfuse [0-9]' "$out"
    expect_clean
}

test_errors_are_injected() {
    make_data
    run "${serve[@]}" --error 100% -- cat "$mount/scan-0000.bin"
    expect_status 1
    expect_that "$(count storage_failed_requests) > 0"
    [ "$(count storage_error_rate)" = 1 ] || fail "expected the rate of errors"
    expect_clean
}

# A second look asks for nothing, but perhaps for what lies beyond the end.
test_the_page_cache_stays_as_it_is_when_a_file_is_opened_again() {
    local once
    make_data
    run "${serve[@]}" -- sh -c "cat $mount/scan-0000.bin >$t/read"
    once=$(count storage_requests)
    run "${serve[@]}" -- sh -c "cat $mount/scan-0000.bin $mount/scan-0000.bin >$t/read"
    expect_that "$(count storage_requests) <= $once + 1"
    expect_clean
}

# One request of a file at a time is served, and the scan waits for all of them, one after the other:
# that is no limit for the machine's speed, but a least time. A request is of 128 KiB at most, so that two
# files of 1 MiB take 16 of them; others came before, to measure the device and to warm up the pool.
test_a_scan_waits_for_the_latency_of_each_request() {
    local requests
    need_emulation
    build/scan_bench generate --files 2 --size 1MiB --data "$data" || fail "no data can be made"
    # shellcheck disable=SC2016 # The inner shell expands it.
    run "${serve[@]}" --latency 5ms -- bash -c 'build/scan_bench cold --files 2 --size 1MiB \
        --methods single-mmap --runs 1 --data "$1" --results "$2" || exit
        cp "$1/.storage/requests.log" "$2/requests"' bash "$mount" "$results"
    expect_status 0
    requests=$(grep ' Read .* count=0x[0-9a-f]* \.\.\.$' "$results/requests" | grep -vc 'count=0x1000 ')
    expect_ok_rows 1 "$latest/trials.csv"
    [ -z "$(column device_read_bytes "$latest/trials.csv")" ] || fail "device_read_bytes is known"
    expect_line '^file_system,fuse\.nbd$' "$latest/machine.csv"
    expect_line '^storage_latency_s,0\.005$' "$latest/machine.csv"
    expect_that "$requests >= 16"
    expect_that "$(column elapsed_s "$latest/trials.csv") >= 16 * 0.005"
    expect_clean
}

# Eight requests of each of two files are served at a time, or nine (see storage_connections), after 99 ms, and
# their size is the kernel's choice. Four reads at a time would be half of that at most.
test_the_device_limit_is_that_of_storage_with_latency() {
    local bandwidth request
    need_emulation
    build/scan_bench generate --files 2 --size 4MiB --data "$data" || fail "no data can be made"
    # shellcheck disable=SC2016 # The inner shell expands it.
    run "${serve[@]}" --latency 99ms --in-flight 8 -- bash -c 'build/scan_bench cold --files 2 \
        --size 4MiB --methods single-read --runs 1 --heartbeat 0 --data "$1" --results "$2" || exit
        cp "$1/.storage/requests.log" "$2/requests"' bash "$mount" "$results"
    expect_status 0
    bandwidth=$(sed -n 's/^device_read_bandwidth_bytes_per_s,//p' "$latest/machine.csv")
    request=$(grep -o 'count=0x[0-9a-f]*' "$results/requests" | sed 's/count=//' |
        while read -r bytes; do echo $((bytes)); done | sort -n | tail -n 1)
    expect_that "$(sed -n 's/^device_read_bandwidth_depth,//p' "$latest/machine.csv") > 4"
    expect_that "$bandwidth * 0.099 / $request > 10"
    expect_that "$bandwidth * 0.099 / $request < 20"
    expect_line '^device limit .* past the page cache at [0-9]+ x [0-9]+ [KM]iB' "$out"
    expect_line '^cache_below,none known$' "$latest/machine.csv"
    expect_clean
}

# ---- Folders -------------------------------------------------------------------------------------

test_an_empty_folder_is_taken_and_stays() {
    make_data
    mkdir "$mount"
    run "${serve[@]}" -- test -s "$mount/scan-0000.bin"
    expect_status 0
    rmdir "$mount" || fail "expected the folder to be there and empty"
    mkdir "$t/real"
    ln -s real "$mount"
    run "${serve[@]}" -- test -s "$mount/scan-0000.bin"
    expect_status 0
    rmdir "$t/real" || fail "expected the folder behind a link to be there and empty"
    rm "$mount"
    expect_clean
}

test_folders_with_something_in_them_are_refused_and_stay_as_they_are() {
    make_data
    mkdir -p "$t/full" "$t/home/.storage"
    echo precious | tee "$t/full/scan-0000.bin" "$t/home/.storage/settings" >"$t/file"
    run "${serve[@]}" --mount "$t/full" -- true
    expect_error 2 "$t/full is not empty, there is scan-0000.bin in it"
    run "${serve[@]}" --mount "$t/home" -- true
    expect_error 2 "$t/home is not empty, there is .storage in it"
    run "${serve[@]}" --mount "$data" -- true
    expect_error 2 "$data cannot be served in itself"
    run "${serve[@]}" --mount "$t/file" -- true
    expect_error 1 "$t/file: Not a directory"
    run "${serve[@]}" --mount "$t/no/where" -- true
    expect_error 3 "$t/no/where: No such file or directory"
    expect_line precious "$t/full/scan-0000.bin"
    expect_line precious "$t/home/.storage/settings"
    expect_nothing_left
}

test_names_of_folders_mean_nothing_to_anybody() {
    local name long
    need_emulation
    long=$(printf 'x%.0s' {1..200})
    # shellcheck disable=SC2016 # That is what they are called.
    for name in 'two words' $'a\'b"c' 'a,b:c=d;e' '#?%41&' '$(id)*' '\040\n' $'line\nbreak' 'ü' -n "$long"; do
        mkdir "$t/$name"
        make_data "$t/$name/data"
        run build/scan_bench serve --data "$t/$name/data" --mount "$t/$name/mount" --latency 1ms -- \
            cmp "$t/$name/data/scan-0000.bin" "$t/$name/mount/scan-0000.bin"
        expect_status 0
        expect_none "$t/$name/mount"
        expect_nothing_left
    done
    # shellcheck disable=SC2016 # The inner shell expands it.
    run bash -c 'cd "$1" && exec "$2" serve --data data --mount ./mount/ --latency 1ms -- \
        cmp data/scan-0000.bin mount/scan-0000.bin' bash "$t/two words" "$home/build/scan_bench"
    expect_status 0
    expect_none "$t/two words/mount"
    expect_nothing_left
}

# Where files of the test lie, and where nothing can be written.
test_other_file_systems_will_do() {
    make_data
    chmod -R a-w "$data"
    mkdir "$t/lower" "$t/upper" "$t/work"
    run_on_disk overlay "lowerdir=$t/lower,upperdir=$t/upper,workdir=$t/work" overlay "$t/disk" \
        "${serve[@]}" --mount "$t/disk/mount" -- cmp "$data/scan-0000.bin" "$t/disk/mount/scan-0000.bin"
    expect_status 0
    expect_none "$t/disk.left/mount"
    run_on_disk tmpfs size=1m none "$t/memory" \
        "${serve[@]}" --mount "$t/memory/mount" -- cmp "$data/scan-0000.bin" "$t/memory/mount/scan-0000.bin"
    expect_status 0
    expect_none "$t/memory.left/mount"
    run_on_disk tmpfs ro none "$t/read-only" "${serve[@]}" --mount "$t/read-only/mount" -- true
    expect_error 1 "$t/read-only/mount: Read-only file system"
    expect_nothing_left
}

test_the_second_one_is_told_who_has_the_folder() {
    make_data
    start_serving
    run "${serve[@]}" -- true
    expect_error 1 "$mount is in use by the process $(number_of keeper): "
    : >"$t/go"
    finish
    expect_clean
}

# ---- What is inherited ---------------------------------------------------------------------------

test_the_environment_changes_nothing() {
    local -a settings
    make_data
    while read -ra settings; do
        run env "${settings[@]}" "${serve[@]}" -- cmp "$data/scan-0000.bin" "$mount/scan-0000.bin"
        expect_status 0
        [ ! -s "$err" ] || fail "expected no message with ${settings[*]}"
        expect_clean
    done <<END
TMPDIR=/nowhere
TMPDIR=/proc
-u HOME -u TERM -u USER -u LOGNAME
LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 LANGUAGE=tr
LISTEN_FDS=1 LISTEN_PID=1
LIBNBD_DEBUG=1 FUSE_THREAD_STACK=1 _FUSE_COMMFD=0
GNUTLS_DEBUG_LEVEL=9 MALLOC_ARENA_MAX=1 TZ=Nowhere/Land
CDPATH=.:.. POSIXLY_CORRECT=1 BASH_ENV=/nowhere ENV=/nowhere
-i PATH=$PATH
END
}

test_limits_and_masks_change_nothing() {
    local limits
    make_data
    # shellcheck disable=SC2016 # The inner shell expands it.
    for limits in 'ulimit -Sn 40' 'ulimit -Sf 1' 'ulimit -Sc 0' 'umask 077' 'umask 0777' \
        'exec 7<"$0" 8>&1 9<.' 'trap "" INT HUP PIPE CHLD' 'exec <&-' 'exec </dev/full'; do
        run bash -c "$limits"'; exec "$@"' bash "${serve[@]}" -- \
            cmp "$data/scan-0000.bin" "$mount/scan-0000.bin"
        expect_status 0
        expect_clean
    done
}

test_a_limit_that_is_too_low_is_named() {
    make_data
    # shellcheck disable=SC2016 # The inner shell expands it.
    run bash -c 'ulimit -n 48; exec "$@"' bash "${serve[@]}" --in-flight 16 -- true
    expect_error 1 '2 files with 16 requests in flight each need 100 open files' 'ulimit -Hn allows 48'
    expect_clean
}

test_output_that_cannot_be_written_is_an_error() {
    make_data
    [ -e /dev/full ] || skip "no /dev/full"
    # shellcheck disable=SC2016 # The inner shell expands it.
    run bash -c 'exec "$@" >/dev/full' bash "${serve[@]}" -- true
    expect_error 1 'write the counts: No space left on device'
    expect_clean
}

test_another_user_is_told_what_is_missing() {
    need_emulation
    need_unprivileged
    build/scan_bench generate --files 1 --size 4KiB --data "$data" || fail "no data can be made"
    "${unprivileged[@]}" test ! -w /dev/fuse || skip "/dev/fuse is for everybody here"
    run "${unprivileged[@]}" "${serve[@]}" --mount "$t/own/mount" -- true
    expect_error 3 '/dev/fuse cannot be used (Permission denied)' 'chmod 666 /dev/fuse'
    expect_none "$t/own/mount"
}

# ---- How it ends ---------------------------------------------------------------------------------

test_it_ends_with_the_status_of_the_command() {
    local expected
    make_data
    for expected in 0 7 137; do
        # shellcheck disable=SC2016 # The inner shell expands it.
        run "${serve[@]}" -- bash -c '[ "$1" -lt 128 ] || kill -KILL $$; exit "$1"' bash "$expected"
        expect_status "$expected"
        expect_line '^storage_requests,' "$out"
        expect_clean
    done
}

test_a_signal_ends_it_and_reaches_the_command_once() {
    local signal number to
    make_data
    while read -r signal number to; do
        start_serving
        kill -s "$signal" -- "${to/PID/$pid}"
        finish
        expect_status "$number"
        [ "$(cat "$t/signals")" = TERM ] || fail "expected one SIGTERM, got $(cat "$t/signals")"
        expect_line '^storage_requests,' "$out"
        expect_none "$mount" # and not only after a while
        expect_clean
    done <<END
INT 130 PID
INT 130 -PID
TERM 143 PID
HUP 129 PID
END
}

test_ctrl_c_at_a_terminal_ends_it() {
    make_data
    start_at_terminal "${serve[@]}"
    await grep -qa 'are served in .* until Ctrl-C' "$work/screen"
    cmp "$data/scan-0001.bin" "$mount/scan-0001.bin" || fail "expected the files to be served"
    printf '\003' >&6
    finish
    expect_status 130
    expect_line '^storage_requests,' "$work/screen"
    expect_clean
}

has_entries() { # COUNT
    [ "$(find "$mount" 2>/dev/null | wc -l)" -ge "$1" ]
}

# At another moment each time: as soon as there are that many files.
test_an_interrupt_while_it_starts_leaves_nothing() {
    local entries
    make_data
    for entries in 0 1 3 5 8 10 12; do
        start "${serve[@]}" -- sleep 60
        await has_entries "$entries"
        kill -INT "$pid"
        finish
        expect_status 130
        expect_clean
    done
}

# The storage is gone, and the command is over in the end.
finish_what_was_lost() { # PATTERN
    await is_unmounted
    : >"$t/go"
    finish
    expect_status 1
    expect_line "the storage came to an end before it was told to: $1" "$err"
    expect_clean
}

test_whatever_is_killed_nothing_is_left_and_it_starts_again() {
    local part
    make_data
    for part in program keeper nbdkit nbdfuse; do
        start_serving
        kill -KILL "$(number_of "$part")"
        case $part in
        program)
            finish
            [ "$(cat "$t/signals")" = TERM ] || fail "expected that the command was told"
            expect_clean
            ;;
        keeper)
            finish_what_was_lost 'its keeper was killed'
            ;;
        *)
            finish_what_was_lost "$part was ended by the signal 9"
            ;;
        esac
        expect_it_serves
    done
}

# It cleans up first, however often it is told.
test_a_keeper_that_is_told_to_end_does_and_says_so() {
    local signal keeper
    make_data
    for signal in INT TERM HUP; do
        start_serving
        keeper=$(number_of keeper)
        kill -s "$signal" "$keeper"
        kill -s TERM "$keeper" 2>/dev/null
        finish_what_was_lost "the process $keeper was told to end by the signal "
    done
}

# Kills all of the storage, so that nobody is left who could unmount: the keeper would if it could.
crash() {
    local keeper
    keeper=$(number_of keeper)
    kill -STOP "$keeper"
    kill -KILL "$(number_of nbdkit)" "$(number_of nbdfuse)" \
        "$(cat "$mount/.storage/scan-0000.bin.is_ready")"
    [ -z "${1-}" ] || kill -KILL "$1"
    kill -KILL "$keeper"
    ! is_unmounted || fail "this left no stale mount to test with"
}

test_the_owner_removes_what_a_crash_of_all_below_it_has_left() {
    make_data
    start_serving
    crash
    : >"$t/go"
    finish
    expect_status 1
    expect_line 'its keeper was killed' "$err"
    expect_clean
}

test_a_start_removes_what_a_crash_of_all_has_left() {
    make_data
    start_serving
    crash "$pid"
    finish
    run "${serve[@]}" -- cmp "$data/scan-0001.bin" "$mount/scan-0001.bin"
    expect_status 0
    expect_line "removing what a crash has left in $mount" "$err"
    expect_clean
}

test_what_is_stopped_is_noticed() {
    local part
    make_data
    for part in nbdkit nbdfuse; do
        start_serving
        kill -STOP "$(number_of "$part")"
        finish_what_was_lost "$part was stopped"
    done
    start_serving
    kill -STOP "$(number_of keeper)"
    : >"$t/go"
    finish
    expect_status 1
    expect_line 'its keeper was stopped' "$err"
    expect_clean
}

# A file that is open, and a reader who waits in it, do not keep the storage from its end.
test_files_that_are_in_use_keep_nothing_from_its_end() {
    make_data
    start_serving
    exec 5<"$mount/scan-0000.bin"
    kill -INT "$pid"
    finish
    expect_status 130
    expect_none "$mount"
    ! cat <&5 >"$t/read" 2>/dev/null || fail "expected that an open file can be read no more"
    exec 5<&-
    expect_clean
}

run_tests
