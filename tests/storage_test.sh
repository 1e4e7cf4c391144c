#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Tests data-gen/storage.sh: what it serves, what it counts, and that no mount, no process and no
# file of it remains however it ends. The last line says how many tests passed.
#
# The functions are called by their names, which shellcheck does not see.
# shellcheck disable=SC2317,SC2329
set -u
cd "$(dirname "$0")/.." || exit 1
storage=$PWD/data-gen/storage.sh
build=${BUILD:-$PWD/build}
dir=$(mktemp -d) || exit 1
data=$dir/data mount=$dir/mount
passed=0 failed=0 skipped=0

finish() {
    "$storage" stop --mount "$mount" >/dev/null 2>&1
    rm -rf "$dir"
}
trap finish EXIT

ok() { # NAME
    echo "ok - $1"
    passed=$((passed + 1))
}

not_ok() { # NAME REASON...
    echo "not ok - $1: ${*:2}"
    failed=$((failed + 1))
}

skip() { # NAME REASON...
    echo "skip - $1: ${*:2}"
    skipped=$((skipped + 1))
}

# Runs a test: a function that prints what is wrong, if anything is.
check() { # NAME FUNCTION...
    local wrong
    wrong=$("${@:2}" 2>&1)
    if [ -z "$wrong" ]; then ok "$1"; else not_ok "$1" "${wrong//$'\n'/; }"; fi
}

summary() {
    echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
    [ "$failed" -eq 0 ]
    exit
}

# ---- Helpers --------------------------------------------------------------------------------

within() { # SECONDS COMMAND...
    local give_up=$((SECONDS + $1))
    until "${@:2}"; do
        [ "$SECONDS" -lt "$give_up" ] || return 1
        sleep 0.05
    done
}

expect() { # WHAT EXPECTED FOUND
    [ "$2" = "$3" ] || echo "$1 is '$3' and not '$2'"
}

mounts() {
    grep -F " $dir/" /proc/mounts
}

processes() {
    pgrep -af -- "$dir/"
}

is_unmounted() {
    ! mounts >/dev/null
}

is_dead() {
    ! processes >/dev/null
}

is_clean() {
    is_unmounted && is_dead && [ ! -e "$mount" ]
}

# What is left in the end. A killed process cannot wait for the rest, so that this has to.
expect_clean() {
    within 15 is_clean && return
    echo "left behind: $(mounts) $(processes) $(ls -A "$mount" 2>/dev/null)"
}

start() { # OPTIONS...
    "$storage" start --data "$data" --mount "$mount" --latency 1ms --in-flight 1 --owner $$ "$@"
}

keeper() {
    cat "$mount/.storage/keeper"
}

key() { # KEY, of key,value lines on standard input
    sed -n "s/^$1,//p"
}

# ---- Without FUSE ---------------------------------------------------------------------------

usage_is_checked() {
    local words
    while read -ra words; do
        "$storage" "${words[@]}" >/dev/null 2>"$dir/error"
        expect "the exit status of '${words[*]}'" 2 $?
        [ -s "$dir/error" ] || echo "'${words[*]}' says nothing"
    done <<END

serve
start
start --data $data --mount $mount
start --data $data --mount $mount --latency
start --data $data --mount $mount --latency 0ms
start --data $data --mount $mount --latency 5
start --data $data --mount $mount --latency 5ms --in-flight 0
start --data $data --mount $mount --latency 5ms --rate 5
start --data $data --mount $mount --latency 5ms --error 101%
start --data $data --mount $mount --latency 5ms --owner 0
start --data $data --mount $mount --latency 5ms --lateness 5ms
run --data $data --mount $mount --latency 5ms
run --data $data --mount $mount --latency 5ms --
stop
END
}

missing_parts_are_named() {
    local tool
    mkdir "$dir/bin"
    for tool in bash uname cat sed setsid flock; do
        ln -s "$(command -v "$tool")" "$dir/bin/$tool"
    done
    PATH=$dir/bin "$BASH" "$storage" start --data "$data" --mount "$mount" --latency 5ms \
        2>"$dir/error"
    expect "the exit status" 3 $?
    for tool in nbdkit nbdfuse fusermount3 setup.sh; do
        grep -q "$tool" "$dir/error" || echo "$tool is not named"
    done
}

stop_of_nothing_is_silent() {
    "$storage" stop --mount "$mount"
    expect "the exit status" 0 $?
}

# ---- What is served -------------------------------------------------------------------------

serves_the_files() {
    local file
    start || return
    for file in manifest.csv scan-0000.bin scan-0001.bin; do
        cmp "$data/$file" "$mount/$file"
    done
    expect "the number of mounts" 2 "$(mounts | grep -c ' fuse.nbd ')"
    ! : 2>/dev/null >>"$mount/scan-0000.bin" || echo "can be written to"
    "$storage" stop --mount "$mount" >"$dir/count"
    expect "the exit status of stop" 0 $?
    is_clean || echo "left behind: $(mounts) $(processes)"
}

# The sizes are whole numbers of what the kernel reads at a time, so each byte is read once. It may
# look beyond the end of a file.
counts_requests() {
    local before after
    start --rate 1GiB || return
    "$storage" count --mount "$mount" >"$dir/before"
    cat "$mount"/scan-*.bin >/dev/null
    "$storage" stop --mount "$mount" >"$dir/after"
    before=$(key storage_read_bytes <"$dir/before") after=$(key storage_read_bytes <"$dir/after")
    [ "$before" -le 16384 ] || echo "$before bytes before anything is read"
    [ "$after" -ge $((before + 2 * 262144)) ] || echo "$after bytes after all is read"
    [ "$(key storage_requests <"$dir/after")" -ge 2 ] || echo "too few requests"
    expect storage_failed_requests 0 "$(key storage_failed_requests <"$dir/after")"
    expect storage_latency_s 0.001 "$(key storage_latency_s <"$dir/after")"
    expect storage_rate_bytes_per_s 1073741824 "$(key storage_rate_bytes_per_s <"$dir/after")"
    expect_clean
}

injects_errors() {
    start --error 100% || return
    ! cat "$mount/scan-0000.bin" >/dev/null 2>&1 || echo "can be read"
    [ "$("$storage" stop --mount "$mount" | key storage_failed_requests)" -gt 0 ] ||
        echo "no error is counted"
    expect_clean
}

# The page cache stays as it is when a file is opened again, so a second look asks for nothing.
keeps_the_page_cache() {
    local before after
    start || return
    cat "$mount/scan-0000.bin" >/dev/null
    before=$("$storage" count --mount "$mount" | key storage_requests)
    cat "$mount/scan-0000.bin" >/dev/null
    after=$("$storage" stop --mount "$mount" | key storage_requests)
    [ $((after - before)) -le 1 ] || echo "$((after - before)) requests for a cached file"
    expect_clean
}

leaves_an_empty_folder() {
    mkdir "$mount"
    start && "$storage" stop --mount "$mount" >/dev/null
    [ -d "$mount" ] || echo "a folder that was there is removed"
    rmdir "$mount"
    expect_clean
}

refuses_other_folders() {
    mkdir "$mount" && echo precious >"$mount/scan-0000.bin"
    start 2>/dev/null
    expect "the exit status for a folder in use" 2 $?
    expect "what was in the folder" precious "$(cat "$mount/scan-0000.bin")"
    rm -r "$mount"
    start --mount "$data" 2>/dev/null
    expect "the exit status for the data folder" 2 $?
    start --data "$dir" 2>/dev/null
    expect "the exit status without data" 3 $?
    expect_clean
}

refuses_a_second_start() {
    start || return
    start 2>/dev/null
    expect "the exit status" 1 $?
    cmp "$data/scan-0001.bin" "$mount/scan-0001.bin"
    "$storage" stop --mount "$mount" >/dev/null
    expect_clean
}

# ---- How it ends ----------------------------------------------------------------------------

run_ends_with_status() { # STATUS
    "$storage" run --data "$data" --mount "$mount" --latency 1ms --in-flight 1 \
        --count "$dir/count" -- bash -c "cmp '$data/scan-0000.bin' '$mount/scan-0000.bin'; exit $1"
    expect "the exit status" "$1" $?
    [ "$(key storage_requests <"$dir/count")" -ge 2 ] || echo "the requests are not counted"
    is_clean || echo "left behind: $(mounts) $(processes)"
}

# Starts a command in the background as run_bench.sh does: in a process group of its own, and with
# an ear for Ctrl-C, which the background jobs of a script otherwise do not have.
background() { # COMMAND...
    set -m
    "$@" &
    job=$!
    set +m
}

# Starts a run in the background whose command notes the signals it gets and goes on for a while.
start_run() {
    rm -f "$dir/signals" "$dir/began"
    cat >"$dir/command" <<END
for signal in INT TERM HUP; do
    trap "echo \$signal >>'$dir/signals'; exit 9" \$signal
done
: >'$dir/began'
for ((i = 0; i < 300; i++)); do sleep 0.1; done
END
    background "$storage" run --data "$data" --mount "$mount" --latency 1ms --in-flight 1 -- \
        bash "$dir/command"
    within 30 test -e "$dir/began" || echo "the command did not start"
}

run_ends_by() { # SIGNAL STATUS PROCESS-OR-GROUP
    local job
    start_run
    kill -s "$1" -- "${3/JOB/$job}"
    wait "$job"
    expect "the exit status" "$2" $?
    expect "what the command got" "$1" "$(cat "$dir/signals")"
    is_clean || echo "left behind: $(mounts) $(processes)"
}

run_ends_while_starting() {
    local job
    background "$storage" run --data "$data" --mount "$mount" --latency 1ms --in-flight 1 -- \
        sleep 30
    within 30 test -e "$mount/.storage/keeper"
    kill -s INT "$job"
    wait "$job"
    expect "the exit status" 130 $?
    is_clean || echo "left behind: $(mounts) $(processes)"
}

killed_run_leaves_nothing() {
    local job
    start_run
    kill -KILL "$job"
    wait "$job" 2>/dev/null
    expect_clean
    serves_the_files
}

killed_keeper_leaves_little() {
    start || return
    kill -KILL "$(keeper)"
    within 15 is_unmounted && within 15 is_dead || echo "left behind: $(mounts) $(processes)"
    serves_the_files 2>/dev/null
}

# Nobody is left to unmount anything; what start says about that is no error.
crash() {
    start 2>/dev/null || return
    # shellcheck disable=SC2046 # these are numbers
    kill -KILL $(pgrep -P "$(keeper)") "$(keeper)"
    within 15 is_dead || echo "not dead: $(processes)"
    [ -n "$(mounts)" ] || echo "this left no stale mount to test with"
}

start_after_a_crash() {
    crash
    start 2>/dev/null || echo "does not start"
    refuses_a_second_start_now
    cmp "$data/scan-0000.bin" "$mount/scan-0000.bin"
    "$storage" stop --mount "$mount" >/dev/null
    expect_clean
}

refuses_a_second_start_now() {
    start 2>/dev/null
    expect "the exit status of a second start" 1 $?
}

stop_after_a_crash() {
    crash
    "$storage" stop --mount "$mount" >/dev/null
    expect "the exit status" 0 $?
    is_clean || echo "left behind: $(mounts) $(processes)"
}

killed_server_ends_all() {
    local job
    start_run 2>"$dir/error"
    kill -KILL "$(cat "$mount/.storage/server_is_ready")"
    within 15 is_unmounted || echo "left behind: $(mounts)"
    kill -s TERM "$job"
    wait "$job"
    grep -q 'came to an end before' "$dir/error" || echo "nothing is said about that"
    expect_clean
}

ends_with_its_owner() {
    sleep 1 &
    start --owner $! || return
    wait $! 2>/dev/null
    expect_clean
}

# ---- With scan_bench ------------------------------------------------------------------------

column() { # FILE NAME, of the only row of a CSV file
    awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) n = i }
        NR == 2 { print $n }' "$1"
}

# One request of a file at a time is served, and the scan waits for all of them, one after the
# other: that is no limit for the machine's speed, but a least time. Requests of 4 KiB are none of
# the scan's: they measure the device.
latency_is_waited_for() {
    local results=$dir/results requests
    "$build/generate" cold --files 2 --size 1MiB --data "$dir/larger" || return
    "$storage" start --data "$dir/larger" --mount "$mount" --latency 5ms --in-flight 1 \
        --owner $$ || return
    "$build/scan_bench" cold --files 2 --size 1MiB --methods single-mmap --runs 1 \
        --data "$mount" --results "$results" >/dev/null 2>"$dir/error" || cat "$dir/error"
    requests=$(grep -c ' Read .* count=0x[0-9a-f]* \.\.\.$' "$mount/.storage/requests.log")
    requests=$((requests - $(grep -c ' Read .* count=0x1000 ' "$mount/.storage/requests.log")))
    "$storage" stop --mount "$mount" >/dev/null
    expect status ok "$(column "$results/latest/trials.csv" status)"
    expect device_read_bytes '' "$(column "$results/latest/trials.csv" device_read_bytes)"
    expect file_system fuse.nbd "$(key file_system <"$results/latest/machine.csv")"
    [ "$requests" -ge 16 ] || echo "only $requests requests"
    awk -v s="$(column "$results/latest/trials.csv" elapsed_s)" -v requests="$requests" \
        'BEGIN { if (s < requests * 0.005) print requests, "requests of 5 ms took", s, "s" }'
    expect_clean
}

# ---------------------------------------------------------------------------------------------

"$build/generate" cold --files 2 --size 256KiB --data "$data" || exit 1

check "wrong usage is refused" usage_is_checked
if [ "$(uname -s)" != Linux ]; then
    skip "emulated storage" "it needs Linux"
    summary
fi
check "missing parts are named" missing_parts_are_named
check "stop with nothing to stop is silent" stop_of_nothing_is_silent

start 2>"$dir/error"
status=$?
"$storage" stop --mount "$mount" >/dev/null 2>&1
if [ "$status" -eq 3 ]; then
    skip "emulated storage" "$(tail -1 "$dir/error")"
    summary
fi

check "the files are served as they are" serves_the_files
check "requests are counted" counts_requests
check "errors are injected" injects_errors
check "the page cache stays as it is" keeps_the_page_cache
check "a folder that was there stays" leaves_an_empty_folder
check "other folders are refused" refuses_other_folders
check "a second start is refused" refuses_a_second_start
check "run ends with the status of the command" run_ends_with_status 0
check "run ends with the status of a failing command" run_ends_with_status 7
check "SIGINT ends a run" run_ends_by INT 130 JOB
check "Ctrl-C ends a run" run_ends_by INT 130 -JOB
check "SIGTERM ends a run" run_ends_by TERM 143 JOB
check "SIGHUP ends a run" run_ends_by HUP 129 JOB
check "SIGINT ends a run that is starting" run_ends_while_starting
check "a killed run leaves nothing" killed_run_leaves_nothing
check "a killed keeper leaves no mount and no process" killed_keeper_leaves_little
check "a start removes what a crash has left" start_after_a_crash
check "stop removes what a crash has left" stop_after_a_crash
check "a killed server ends all" killed_server_ends_all
check "the storage ends with its owner" ends_with_its_owner
check "a scan waits for the latency of each request" latency_is_waited_for
summary
