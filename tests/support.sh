# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the shell tests share. A test is a function whose name begins with test_ and reads as a
# sentence. It runs in a shell of its own, in the root of the repository, with an empty folder $t
# for its files; `fail` and `skip` end it. A file of tests ends with `run_tests`.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
readonly home=$PWD
bench=$PWD/run_bench.sh

# What the `make` around the tests hands down is not for the one that run_bench.sh calls.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
export LC_ALL=C
umask 022

# In build and not in /tmp, which may be no disk. Other users must get in.
mkdir -p build && work=$(mktemp -d "$home/build/tests.XXXXXX") && chmod 755 "$work" || exit 1
readonly work t=$work/t out=$work/out
err=$work/err

# For tests that look at no picture: what stands in for gnuplot takes no time. gnuplot itself draws in
# the other tests.
without_drawing() {
    mkdir "$work/undrawn"
    cat >"$work/undrawn/gnuplot" <<'END'
#!/bin/sh
name=${3##*name=\'}
for format in svg png; do echo undrawn >"${name%\'}.$format"; done
END
    chmod +x "$work/undrawn/gnuplot"
    PATH=$work/undrawn:$PATH
}

# ---- Running the tests of a file -----------------------------------------------------------------

# Ends what a test has started and not waited for.
end_started() {
    local pid polls
    [ -f "$work/pid" ] || return 0
    pid=$(cat "$work/pid")
    rm -f "$work/pid"
    kill -TERM "$pid" 2>/dev/null
    for ((polls = 0; polls < 500; polls++)); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.01
    done
    kill -KILL "$pid"
}

clean_up() {
    end_started
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Runs the functions test_* of the file that was called, in its order. Returns 1 when one failed.
run_tests() {
    local -a names
    local name result passed=0 failed=0 skipped=0
    mapfile -t names < <(grep -o '^test_[a-z0-9_]*' "$0")
    for name in "${names[@]}"; do
        rm -rf "$t"
        mkdir "$t"
        : >"$out"
        : >"$err"
        ("$name") >"$work/log" 2>&1 </dev/null
        result=$?
        end_started
        name=${name#test_}
        case $result in
        0)
            passed=$((passed + 1))
            echo "ok - ${name//_/ }"
            ;;
        77)
            skipped=$((skipped + 1))
            echo "ok - ${name//_/ } # skipped: $(tail -n 1 "$work/log")"
            ;;
        *)
            failed=$((failed + 1))
            echo "not ok - ${name//_/ }"
            sed 's/^/    /' "$work/log"
            ;;
        esac
    done
    if [ "$skipped" -gt 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ]
}

# ---- Running a command ---------------------------------------------------------------------------

command=() # that was run last
status=    # what it exited with; its output is in $out and $err

fail() { # MESSAGE...
    printf '%s\n' "$*" "command: ${command[*]}" "status: $status"
    sed 's/^/stdout: /' "$out"
    sed 's/^/stderr: /' "$err"
    exit 1
}

skip() { # REASON...
    printf '%s\n' "$*"
    exit 77
}

run() { # COMMAND...
    command=("$@")
    "$@" >"$out" 2>"$err"
    status=$?
}

# Where run_small puts the data and the results. A test may say otherwise.
# shellcheck disable=SC2034 # The tests use them.
data=$t/data results=$t/results latest=$t/results/latest

# The folder of the last run, also of one that has not ended and that no link points to yet.
newest() {
    find "$results" -mindepth 1 -maxdepth 1 -type d -name '2*' 2>/dev/null | sort | tail -n 1
}

# The speed of the storage, which takes a while to measure, is not measured with files below 1 MiB;
# without a heartbeat there is no idle control and one picture of each cache state.
readonly small=(--runs 1 --files 2 --size 512KiB --heartbeat 0 --data "$data" --results "$results")

# Runs run_bench.sh with as little to do as that. What comes later has the last word.
run_small() { # MODE [OPTION...]
    run "$bench" "$1" "${small[@]}" "${@:2}"
}

# ---- Running a command in the background, to interrupt it ----------------------------------------

# A shell that was started in the background hands down signals that are ignored, and run_bench.sh
# could not catch them.
unignored=(env --default-signal="INT,TERM,HUP")
"${unignored[@]}" true 2>/dev/null || unignored=()
readonly unignored

pid= # of what was started; also that of its process group, as at a terminal

# Descriptor 9 is for `finish`: whatever the command starts has it open.
start() { # COMMAND...
    command=("$@")
    rm -f "$work/alive"
    mkfifo "$work/alive" || fail "mkfifo"
    exec 8<>"$work/alive"
    set -m
    "${unignored[@]}" "$@" >"$out" 2>"$err" 8>&- 9>"$work/alive" &
    pid=$!
    set +m
    echo "$pid" >"$work/pid"
    exec 7<"$work/alive" 8>&-
}

# Starts the command at a terminal that shows in $work/screen and whose keyboard is descriptor 6.
start_at_terminal() { # COMMAND...
    need_terminal
    rm -f "$work/keys" "$work/screen"
    mkfifo "$work/keys" || fail "mkfifo"
    exec 6<>"$work/keys"
    # Not every shell makes way for the last command by itself, and then a signal would be the shell's.
    TERM=xterm start script -qefc "exec $(printf '%q ' "$@")" "$work/screen" <&6
}

need_terminal() {
    script -qec true /dev/null >/dev/null 2>&1 </dev/null ||
        skip "no script (of util-linux), which makes a terminal"
}

# Polls until the command succeeds; fails when what was started ends before that.
await() { # COMMAND...
    local polls
    for ((polls = 0; polls < 5000; polls++)); do
        ! "$@" || return 0
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.01
    done
    fail "waited in vain for: $*"
}

# Waits for what was started, which must end together with all that it started itself.
finish() {
    read -r -t 60 -u 7 _
    [ $? -le 128 ] || fail "after a minute these still run: $(ps -f)"
    wait "$pid"
    status=$?
    rm -f "$work/pid"
}

# ---- What is expected ----------------------------------------------------------------------------

expect_status() { # STATUS...
    local expected
    for expected in "$@"; do
        [ "$status" -ne "$expected" ] || return 0
    done
    fail "expected the exit status $*"
}

# Expects lines that match an extended regular expression.
expect_lines() { # COUNT PATTERN FILE
    local found
    found=$(grep -acE -e "$2" "$3")
    [ "$found" -eq "$1" ] || fail "expected $1 lines of '$2', found $found in $3"
}

expect_line() { # PATTERN FILE
    grep -qaE -e "$1" "$2" || fail "expected a line of '$1' in $2"
}

expect_no_line() { # PATTERN FILE
    ! grep -qaE -e "$1" "$2" || fail "expected no line of '$1' in $2"
}

# Expects the exit status and a single line on stderr with all the words.
expect_error() { # STATUS WORDS...
    local words
    expect_status "$1"
    [ "$(wc -l <"$err")" -eq 1 ] || fail "expected one line on stderr"
    for words in "${@:2}"; do
        grep -qF -e "$words" "$err" || fail "expected '$words' in the line"
    done
}

expect_files() { # FILE...
    local file
    for file in "$@"; do
        [ -s "$file" ] || fail "expected $file, with something in it"
    done
}

# Expects that nothing matches, as in: expect_none "$t/data"/*.part
expect_none() { # FILE...
    local file
    for file in "$@"; do
        [ ! -e "$file" ] || fail "expected no $file"
    done
}

# Prints the methods of one kind of work: scan, copy or send.
methods_of() { # KIND
    "$home/build/scan_bench" --list | awk -v kind="$1" '/^[a-z]+-[a-z-]+ / {
        split($1, part, "-")
        if ((part[2] == "copy" || part[2] == "send" ? part[2] : "scan") == kind) print $1
    }'
}

# ---- Tables --------------------------------------------------------------------------------------

# Prints the fields of one column of a CSV file, or of the rows that have VALUE in column KEY.
column() { # NAME FILE [KEY VALUE]
    awk -F, -v name="$1" -v key="${3-}" -v value="${4-}" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        key == "" || $at[key] == value { print $at[name] }' "$2"
}

row_count() { # FILE
    sed 1d "$1" 2>/dev/null | wc -l
}

has_rows() { # COUNT
    [ "$(row_count "$(newest)/trials.csv")" -ge "$1" ]
}

# Expects that the file ends with a whole line and all lines have as many fields.
expect_whole_rows() { # FILE
    [ -z "$(tail -c 1 "$1")" ] || fail "the last row of $1 is cut: $(tail -n 1 "$1")"
    awk -F, 'NR == 1 { fields = NF } NF != fields { exit 1 }' "$1" || fail "a row of $1 is cut"
}

# Expects that many rows, all ok.
expect_ok_rows() { # COUNT FILE
    expect_whole_rows "$2"
    [ "$(row_count "$2")" -eq "$1" ] || fail "expected $1 rows, found $(row_count "$2")"
    [ "$(column status "$2" | sort -u)" = ok ] || fail "expected every row ok: $(cat "$2")"
}

# ---- Other users and systems ---------------------------------------------------------------------

unprivileged=() # what to put before a command so that permissions bind it

# Root, whom none binds, becomes nobody for such a command. That user may write into $t/own.
need_unprivileged() {
    mkdir -m 777 "$t/own"
    [ "$(id -u)" -eq 0 ] || return 0
    unprivileged=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    "${unprivileged[@]}" test -x "$bench" 2>/dev/null ||
        skip "this is root, whom no permission binds, and setpriv to nobody does not lead here"
}

# Runs the command with a disk mounted on DIR. What is there at the end is copied to DIR.left: the
# mount is the command's alone and goes with it, whatever ends it.
run_on_disk() { # TYPE OPTIONS SOURCE DIR COMMAND...
    local -a as=(unshare --mount)
    [ "$(id -u)" -eq 0 ] || as+=(--map-root-user)
    mkdir -p "$4"
    "${as[@]}" mount -t "$1" -o "$2" "$3" "$4" 2>/dev/null || skip "no mount of $1 is allowed here"
    # shellcheck disable=SC2016 # The inner shell expands it.
    run "${as[@]}" bash -c 'mount -t "$1" -o "$2" "$3" "$4" || exit 99
        "${@:5}"
        status=$?
        cp -R "$4" "$4.left"
        exit "$status"' bash "$@"
}

# ---- Emulated storage ----------------------------------------------------------------------------

# Skips where storage cannot be emulated, saying why.
need_emulation() {
    if ! make -s all >/dev/null || ! build/scan_bench generate --files 1 --size 4KiB --data "$t/probe"; then
        fail "no data can be made"
    fi
    run build/scan_bench serve --data "$t/probe" --mount "$t/probe-mount" --latency 1ms -- true
    [ "$status" -ne 3 ] || skip "storage cannot be emulated here: $(tail -n 1 "$err")"
    expect_status 0
}

# Prints the mounts and the processes of a test; those of nbdfuse have the folder nowhere in their
# words, but work in it.
print_served() {
    grep -F " $t/" /proc/mounts
    pgrep -af -- "$t/"
    find /proc -maxdepth 2 -name cwd -lname "$t/*" 2>/dev/null
}

# Expects that no mount and no process of the test is left, now or within a while: one that was killed
# cannot wait for the rest.
expect_nothing_left() {
    local polls
    for ((polls = 0; polls < 400; polls++)); do
        [ -n "$(print_served)" ] || return 0
        sleep 0.05
    done
    fail "left: $(print_served)"
}

# Makes the folder $t/bin with all commands of PATH but one.
hide_command() { # NAME
    local -a folders
    local folder
    IFS=: read -ra folders <<<"$PATH"
    mkdir "$t/bin"
    for folder in "${folders[@]}"; do
        ln -s "$folder"/* "$t/bin" 2>/dev/null
    done
    rm -f "$t/bin/$1"
}
