#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Serves the file set of a data folder as if it lay on slower storage: nbdkit delays every request,
# and nbdfuse mounts each file by itself. `data-gen/storage.sh --help` shows how to call it.
#
# One process, the keeper, has nbdkit and all nbdfuse as its children and undoes everything in the
# end. It has a session of its own, so that a Ctrl-C at the terminal takes no storage away from a
# program that still uses it. It ends when it is told to, when its owner has ended in whatever way,
# or when one of its children ends. Should the keeper be killed, the kernel ends its children, and
# nbdfuse unmounts when it ends. Should all of them be killed, the next start removes the mounts.
#
# What the keeper needs is in the folder .storage in the mount folder:
#   keeper         its process number; it also holds a lock on the mount folder while it lives
#   ending         there as soon as it takes everything down
#   settings       the lines that `count` begins with
#   requests.log   two lines for each request, its begin and its end; a program may follow it
#   messages       what nbdkit and nbdfuse have to say
set -u
shopt -s nullglob

readonly exit_failed=1 exit_wrong_usage=2 exit_missing=3
readonly start_within_s=60 end_within_s=10
readonly container_advice='give a container --device /dev/fuse --cap-add SYS_ADMIN'

usage() {
    cat <<'END'
usage: data-gen/storage.sh start --data DIR --mount DIR --latency TIME [OPTIONS]
       data-gen/storage.sh stop --mount DIR
       data-gen/storage.sh count --mount DIR
       data-gen/storage.sh run --data DIR --mount DIR --latency TIME [OPTIONS] -- COMMAND...

Serves the file set in the data folder, for reading only, in the mount folder, which scan_bench
can be given with --data. Every request takes the latency; the page cache is the system's own.

start returns when all files are served. They are until stop, or until the owner ends.
stop ends that, after printing what count prints: the settings and the requests served so far, as
     key,value lines. It also removes what a crash has left.
run  serves the files while the command runs and ends with its exit status.

  --data DIR      the folder with manifest.csv and the files
  --mount DIR     made when it is missing, and then removed in the end; else it has to be empty
  --latency TIME  of every request, in whole milliseconds, such as 5ms
  --in-flight N   requests of one file that are served at a time, at most (16)
  --rate SIZE     bytes per second of all files together, such as 100MiB (no limit); what two
                  seconds allow is served at once after a rest
  --error RATE    how many of the requests fail, such as 1% (none)
  --owner PID     start: the process whose end is the end of this, too (the one that calls)
  --count FILE    run: where to write what stop would print

exit status: 0 all well; 1 the files could not be served; 2 wrong usage; 3 something is missing.
END
}

say() {
    printf 'storage.sh: %s\n' "$*" >&2
}

fail() { # STATUS MESSAGE...
    say "${@:2}"
    exit "$1"
}

# ---- The command line -----------------------------------------------------------------------

data='' mount='' latency_ms='' in_flight=16 rate_kib='' error_rate='' owner=$PPID count_file=''
command=()

read_latency() { # TEXT
    [[ $1 =~ ^([1-9][0-9]{0,4})ms$ ]] || fail "$exit_wrong_usage" \
        "--latency $1: give whole milliseconds from 1ms to 99999ms, such as 5ms"
    latency_ms=${BASH_REMATCH[1]}
}

read_in_flight() { # TEXT
    [[ $1 =~ ^[1-9][0-9]?$ ]] ||
        fail "$exit_wrong_usage" "--in-flight $1: give a whole number from 1 to 99"
    in_flight=$1
}

read_rate() { # TEXT
    local -A units=([KiB]=1 [MiB]=1024 [GiB]=1048576)
    [[ $1 =~ ^([1-9][0-9]{0,7})(KiB|MiB|GiB)$ ]] || fail "$exit_wrong_usage" \
        "--rate $1: give a whole number from 1 with KiB, MiB or GiB, such as 100MiB"
    rate_kib=$((BASH_REMATCH[1] * units[${BASH_REMATCH[2]}]))
}

read_error() { # TEXT
    [[ $1 =~ ^(100|[0-9]{1,2}(\.[0-9]{1,6})?)%$ ]] ||
        fail "$exit_wrong_usage" "--error $1: give a percentage from 0% to 100%, such as 1%"
    error_rate=$1
}

read_owner() { # TEXT
    [[ $1 =~ ^[1-9][0-9]{0,9}$ && -d /proc/$1 ]] ||
        fail "$exit_wrong_usage" "--owner $1: there is no such process"
    owner=$1
}

read_options() { # WORDS...
    while [ $# -gt 0 ]; do
        case $1 in
        --data | --mount | --latency | --in-flight | --rate | --error | --owner | --count)
            [ -n "${2-}" ] || fail "$exit_wrong_usage" "$1 needs a value"
            ;;
        esac
        case $1 in
        --data) data=$2 ;;
        --mount) mount=$2 ;;
        --latency) read_latency "$2" ;;
        --in-flight) read_in_flight "$2" ;;
        --rate) read_rate "$2" ;;
        --error) read_error "$2" ;;
        --owner) read_owner "$2" ;;
        --count) count_file=$2 ;;
        --)
            command=("${@:2}")
            return
            ;;
        *) fail "$exit_wrong_usage" "unknown word '$1': --help shows how to call this" ;;
        esac
        shift 2
    done
}

# From here on both folders are absolute and without links, as /proc/self/mountinfo has them.
resolve_mount() {
    mount=$(cd -P -- "$mount" 2>/dev/null && pwd -P) ||
        fail "$exit_failed" "the mount folder cannot be entered"
    state=$mount/.storage
}

resolve_data() {
    data=$(cd -P -- "$data" 2>/dev/null && [ -r manifest.csv ] && pwd -P) ||
        give_up "$exit_missing" "there is no file set in the data folder: ./run_bench.sh makes one"
}

require() { # OPTIONS...
    local option
    for option in "$@"; do
        [ -n "${!option}" ] || fail "$exit_wrong_usage" "--${option%_ms} is missing; see --help"
    done
}

# ---- What this needs ------------------------------------------------------------------------

missing_parts() {
    local part
    for part in nbdkit nbdfuse fusermount3 setsid flock setpriv; do
        command -v "$part" >/dev/null || printf '%s\n' "$part"
    done
    ! command -v nbdkit >/dev/null ||
        nbdkit --filter=log --filter=delay --filter=rate --filter=error file --dump-plugin \
            >/dev/null 2>&1 ||
        echo "nbdkit's file plugin with its filters log, delay, rate and error"
}

need_parts() {
    local missing why
    [ "$(uname -s)" = Linux ] || fail "$exit_missing" "storage can be emulated on Linux only"
    missing=$(missing_parts)
    [ -z "$missing" ] || fail "$exit_missing" \
        "missing: ${missing//$'\n'/, }: run ./setup.sh, which installs what emulated storage needs"
    why=$({ : <>/dev/fuse; } 2>&1) || fail "$exit_missing" "/dev/fuse cannot be used" \
        "(${why##*: }): run this as root, or let root run 'modprobe fuse; chmod 666 /dev/fuse';" \
        "$container_advice"
}

# ---- Processes ------------------------------------------------------------------------------

# Waits without a process of its own: nothing is ever written to this pipe.
exec {never}<> <(:)
nap() { # SECONDS
    read -r -t "$1" -u "$never" || true
}

# Puts the time at which a process began into `began`, or nothing when it has ended. One that is
# only waiting for its parent to take note has ended, and its number may be given to another one.
began=
look_at() { # PID
    local line
    began=
    { read -r line <"/proc/$1/stat"; } 2>/dev/null || return
    [[ ${line##*) } =~ ^[^ZX]( [^ ]+){18}\ ([0-9]+) ]] && began=${BASH_REMATCH[2]}
}

children=()
child_ended=
all_alive() {
    local child
    for child in "${children[@]}"; do
        look_at "$child"
        [ -n "$began" ] || { child_ended=yes; return 1; }
    done
}

owner_began=
ended=
is_wanted() {
    [ -z "$ended" ] || return
    look_at "$owner"
    [ "$began" = "$owner_began" ] || ended=yes
    [ -z "$ended" ]
}

# Waits until the command says yes. Gives up after a time, and when there is no use in waiting.
await() { # SECONDS COMMAND...
    local give_up=$((SECONDS + $1))
    until "${@:2}"; do
        is_wanted && all_alive && [ "$SECONDS" -le "$give_up" ] || return
        nap 0.02
    done
}

# Ends processes, and those that do not heed it with force.
end_all() { # PID...
    [ $# -gt 0 ] || return
    local pid give_up=$((SECONDS + end_within_s)) left=("$@")
    kill -TERM "${left[@]}" 2>/dev/null
    while [ ${#left[@]} -gt 0 ]; do
        left=()
        for pid in "$@"; do
            look_at "$pid"
            [ -z "$began" ] || left+=("$pid")
        done
        [ ${#left[@]} -eq 0 ] || nap 0.02
        [ "$SECONDS" -le "$give_up" ] || kill -KILL "${left[@]}" 2>/dev/null
    done
}

# ---- Mounts ---------------------------------------------------------------------------------

# Prints the FUSE mounts in the mount folder. Spaces and the like are octal numbers in this table.
list_mounts() {
    local point rest
    while read -r _ _ _ _ point rest; do
        printf -v point '%b' "${point//\\/\\0}"
        [[ $point == "$mount"/* && ${rest#* - } == fuse* ]] && printf '%s\n' "$point"
    done </proc/self/mountinfo
}

# Takes the mounts away even where files are still open, and those that lie over each other as well.
unmount_all() {
    local rounds=3 point points
    while ((rounds-- > 0)); do
        mapfile -t points < <(list_mounts)
        [ ${#points[@]} -gt 0 ] || return 0
        for point in "${points[@]}"; do
            fusermount3 -u -z -- "$point" 2>/dev/null || umount -l -- "$point" 2>/dev/null
        done
    done
    mapfile -t points < <(list_mounts)
    [ ${#points[@]} -eq 0 ] || say "could not be unmounted (try umount -l as root): ${points[*]}"
    return "${#points[@]}"
}

# Removes all of one storage, also of one that has crashed; only for who holds the lock.
clean_up() {
    local file
    [ -d "$state" ] || return 0
    unmount_all || return
    for file in "$mount"/scan-*.bin; do
        [ -s "$file" ] || rm -f -- "$file" # the files are mounted on empty ones
    done
    rm -f -- "$mount/manifest.csv"
    rm -rf -- "$state"
}

# The same, and the folder if it was made for this; the lock ends with it.
clean_up_all() {
    local made=
    [ ! -e "$state/made_folder" ] || made=yes
    clean_up || return
    [ -z "$made" ] || rmdir -- "$mount" 2>/dev/null || true
}

# ---- The keeper -----------------------------------------------------------------------------

# The keeper answers on its standard output: "ready", or the exit status when it has said why and
# nothing is left. It says nothing when it was told to end, but then, too, ends in the end.
give_up() { # STATUS MESSAGE...
    say "${@:2}"
    take_down
    printf '%s\n' "$1"
    exit "$1"
}

# Before the folder is taken there is nothing of ours, but perhaps another keeper's.
take_down() {
    [ -n "$taken" ] || return
    [ ! -d "$state" ] || : >"$state/ending"
    unmount_all
    end_all "${fuses[@]}"
    end_all "${server[@]}"
    clean_up_all
}

# Says why the files could not be served, which the messages tell, or the time that has passed.
explain() {
    sed 's/^/storage.sh:   /' "$state/messages" >&2
    if grep -q '^fuse_mount:' "$state/messages"; then
        give_up "$exit_missing" "mounting is not permitted here: run this as root;" \
            "$container_advice"
    elif [ -n "$child_ended" ]; then
        give_up "$exit_failed" "the files could not be served; see above"
    else
        give_up "$exit_failed" "the files were not served within $start_within_s s"
    fi
}

# The names in the manifest; all of them are checked before anything is made or removed.
read_names() {
    local name
    names=()
    while IFS=, read -r name _; do
        [[ $name =~ ^scan-[0-9]+\.bin$ && -f $data/$name && -s $data/$name ]] ||
            give_up "$exit_missing" "$data/$name is missing or empty: ./run_bench.sh makes it anew"
        names+=("$name")
    done < <(tail -n +2 -- "$data/manifest.csv")
    [ ${#names[@]} -gt 0 ] || give_up "$exit_missing" "$data/manifest.csv names no files"
}

take_folder() {
    local made='' found
    [ -d "$mount" ] || { mkdir -p -- "$mount" && made=yes; } || give_up "$exit_failed" "see above"
    resolve_mount
    [ "$mount" != "$data" ] ||
        give_up "$exit_wrong_usage" "--mount has to be another folder than --data"
    exec {lock}<"$mount"
    flock -n "$lock" ||
        give_up "$exit_failed" "$mount is in use: data-gen/storage.sh stop --mount $mount ends that"
    taken=yes
    [ ! -d "$state" ] || say "removing what a crash has left in $mount"
    [ ! -e "$state/made_folder" ] || made=yes
    clean_up || give_up "$exit_failed" "$mount cannot be used"
    found=$(find "$mount" -mindepth 1 -print -quit) || give_up "$exit_failed" "see above"
    [ -z "$found" ] || give_up "$exit_wrong_usage" "--mount $mount is not empty: $found"
    { mkdir -m 700 -- "$state" && cd -- "$state"; } || give_up "$exit_failed" "see above"
    [ -z "$made" ] || : >made_folder
    echo "$$" >keeper
}

write_settings() {
    cat >settings <<END
storage,emulated
storage_latency_s,$((latency_ms / 1000)).$(printf '%03d' $((latency_ms % 1000)))
storage_in_flight_per_file,$in_flight
storage_rate_bytes_per_s,${rate_kib:+$((rate_kib * 1024))}
storage_error_rate,$error_rate
storage_server,$(nbdkit --version)
storage_client,$(nbdfuse --version | head -1)
END
}

# The log is outermost, so that it sees each request as it came and what became of it. One thread
# for each connection is all: nbdfuse has no second request on a connection before the answer.
start_server() {
    local filters=(--filter=log --filter=delay)
    local settings=(logfile="$state/requests.log" rdelay="${latency_ms}ms")
    if [ -n "$error_rate" ]; then
        filters+=(--filter=error)
        settings+=(error-pread-rate="$error_rate")
    fi
    if [ -n "$rate_kib" ]; then
        filters+=(--filter=rate)
        settings+=(rate=$((rate_kib * 1024 * 8))) # in bits
    fi
    nbdkit --foreground --exit-with-parent --readonly --threads 1 --unix socket \
        --pidfile server_is_ready "${filters[@]}" file dir="$data" "${settings[@]}" \
        >>messages 2>&1 {lock}<&- &
    server=($!)
    children+=($!)
    await "$start_within_s" test -s server_is_ready
}

# nbdfuse waits for the answer on a connection before it sends the next request, and it leaves out
# the last of several connections, hence the number of them. Without kernel_cache, each open would
# drop what is in the page cache.
start_file() { # NAME
    local connections=1
    [ "$in_flight" -eq 1 ] || connections=$((in_flight + 1))
    : >"$mount/$1" || return
    setpriv --pdeathsig TERM nbdfuse --readonly --connections "$connections" \
        --pidfile "$1.is_ready" \
        -o kernel_cache -o subtype=nbd -o "fsname=emulated-${latency_ms}ms" \
        "$mount/$1" "nbd+unix:///$1?socket=socket" >>messages 2>&1 {lock}<&- &
    fuses+=($!)
    children+=($!)
}

# nbdfuse says that it is ready when it is mounted; the right size shows that it answers, too.
is_served() { # NAME
    [ -s "$1.is_ready" ] &&
        [ "$(stat -c %s -- "$mount/$1" 2>/dev/null)" = "$(stat -Lc %s -- "$data/$1")" ]
}

serve() {
    local name
    cp -- "$data/manifest.csv" "$mount/manifest.csv" && write_settings && start_server || return
    # From the page cache, the storage below adds nothing to the latency.
    cat -- "${names[@]/#/$data/}" >/dev/null
    for name in "${names[@]}"; do
        start_file "$name" || return
    done
    for name in "${names[@]}"; do
        await "$start_within_s" is_served "$name" || return
    done
}

# Files that came along from the caller would be kept open as long as the storage is served.
close_inherited() {
    local path number
    for path in "/proc/$$/fd"/*; do
        number=${path##*/}
        [ "$number" -le 2 ] || [ "$number" -eq "$never" ] || [ "$path" -ef "$0" ] ||
            exec {number}<&-
    done
}

keep() {
    fuses=() server=() taken=''
    trap 'ended=yes' TERM INT HUP
    trap '' PIPE
    close_inherited
    ulimit -n "$(ulimit -H -n)" # nbdkit opens a file and a socket for each connection
    look_at "$owner"
    owner_began=$began
    resolve_data
    read_names
    take_folder
    serve || [ -n "$ended" ] || explain
    if [ -z "$ended" ] && echo ready 2>/dev/null; then
        exec >>messages 2>&1
        while is_wanted && all_alive; do
            nap 0.2
        done
    fi
    take_down
}

# ---- The commands ---------------------------------------------------------------------------

keeper=
start() {
    local answer answers options
    options=(--data "$data" --mount "$mount" --latency "${latency_ms}ms" --in-flight "$in_flight"
        ${rate_kib:+--rate "${rate_kib}KiB"} ${error_rate:+--error "$error_rate"})
    need_parts
    exec {answers}< <(exec setsid "$BASH" "$0" keep "${options[@]}" --owner "$owner" </dev/null)
    keeper=$!
    read -r answer <&"$answers" || answer=$exit_failed
    exec {answers}<&-
    keeper=
    [ "$answer" = ready ] || return "$answer"
    resolve_mount
}

# The settings, how many requests came, how many of them failed, and the bytes that they asked for.
count() {
    local number size requests=0 bytes=0
    cat "$state/settings" 2>/dev/null || fail "$exit_failed" "nothing is served in $mount"
    while read -r number size; do
        requests=$((requests + number))
        bytes=$((bytes + number * size))
    done < <(sed -n 's/.* Read id=.* count=\(0x[0-9a-f]*\) \.\.\.$/\1/p' "$state/requests.log" |
        sort | uniq -c)
    printf 'storage_requests,%d\nstorage_failed_requests,%d\nstorage_read_bytes,%d\n' \
        "$requests" "$(grep -c '\.\.\.Read id=.* return=-1' "$state/requests.log")" "$bytes"
}

stop() {
    [ -d "$mount" ] || return 0
    resolve_mount
    [ ! -e "$state/settings" ] || count
    end_keeper
}

# The lock shows whether the keeper is alive, so that its number cannot mean another process.
end_keeper() {
    local lock
    [ -d "$mount" ] || return 0
    exec {lock}<"$mount"
    if ! flock -n "$lock"; then
        kill -TERM "$(cat "$state/keeper")" 2>/dev/null
        flock -w $((3 * end_within_s)) "$lock" || {
            say "the keeper does not end and is killed"
            kill -KILL "$(cat "$state/keeper")" 2>/dev/null
            flock -w "$end_within_s" "$lock"
        }
    fi
    clean_up_all
    exec {lock}<&-
}

# A signal that comes here is handed to the command. That has a process group of its own, so that a
# Ctrl-C at the terminal does not reach it a second time. It is told when this process is killed.
child='' caught=''
forward() { # SIGNAL
    caught=$1
    [ -z "$child$keeper" ] || kill -s "$1" "${child:-$keeper}" 2>/dev/null
}

end_by_signal() {
    case $caught in
    INT) exit 130 ;;
    HUP) exit 129 ;;
    TERM) exit 143 ;;
    esac
}

run_command() {
    local status
    set -m
    setpriv --pdeathsig TERM "${command[@]}" {never}<&- &
    child=$!
    set +m
    wait "$child"
    status=$?
    while [ -n "$caught" ] && kill -0 "$child" 2>/dev/null; do
        wait "$child"
        status=$?
    done
    child=
    return "$status"
}

run() {
    local status
    owner=$$
    trap 'forward INT' INT
    trap 'forward TERM' TERM
    trap 'forward HUP' HUP
    start
    status=$?
    if [ "$status" -eq 0 ]; then
        [ -n "$caught" ] || run_command
        status=$?
        if [ ! -d "$state" ] || [ -e "$state/ending" ]; then
            say "the storage came to an end before the command did"
            [ "$status" -ne 0 ] || status=$exit_failed
        elif [ -n "$count_file" ]; then
            count >"$count_file"
        fi
        end_keeper
    fi
    end_by_signal
    exit "$status"
}

case "${1-}" in
start | run | keep)
    read_options "${@:2}"
    require data mount latency_ms
    ;;
stop | count)
    read_options "${@:2}"
    require mount
    ;;
-h | --help)
    usage
    exit 0
    ;;
'') fail "$exit_wrong_usage" "say what to do: start, stop, count or run; see --help" ;;
*) fail "$exit_wrong_usage" "unknown command '$1': --help shows them all" ;;
esac

case $1 in
start) start ;;
stop) stop ;;
count)
    resolve_mount
    count
    ;;
run)
    [ ${#command[@]} -gt 0 ] || fail "$exit_wrong_usage" "run needs a command after --"
    run
    ;;
keep) keep ;;
esac
