#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Builds the programs, makes the data, runs the trials, prints the table and the verdict, and draws
# the pictures. `./run_bench.sh --help` shows how to call it.
set -u

readonly exit_trial_failed=1 exit_wrong_usage=2 exit_missing=3
home=$(cd "$(dirname "$0")" && pwd) || exit "$exit_missing"
readonly home build="$home/build"

child= # the program that runs at the moment
caught= # the signal that asked to end

say() {
    printf 'scan_bench: %s\n' "$*" >&2
}

fail() { # STATUS MESSAGE...
    [ -z "$caught" ] || end_by_signal
    say "${@:2}"
    exit "$1"
}

end_by_signal() {
    say "interrupted; what is finished is kept"
    case $caught in
    INT) exit 130 ;;
    HUP) exit 129 ;;
    *) exit 143 ;;
    esac
}

need() { # COMMAND...
    local command
    for command in "$@"; do
        command -v "$command" >/dev/null ||
            fail "$exit_missing" "$command is missing: run ./setup.sh, which installs it"
    done
}

# A signal that comes here is handed to the program that runs at the moment. That has a process
# group of its own, so that a Ctrl-C at the terminal does not reach it a second time.
forward() { # SIGNAL
    caught=$1
    [ -z "$child" ] || kill -s "$1" "$child" 2>/dev/null
}
trap 'forward INT' INT
trap 'forward TERM' TERM
trap 'forward HUP' HUP

# Waits without a program, which would disturb what is measured: nothing is ever written to this pipe.
exec 9<> <(:)
nap() { # SECONDS
    if [ "${BASH_VERSINFO[0]}" -ge 4 ]; then
        read -r -t "$1" -u 9 || true
    else
        sleep "$1"
    fi
}

run() { # COMMAND...
    [ -z "$caught" ] || end_by_signal
    set -m
    "$@" &
    child=$!
    set +m
    local status
    # Naps and not one long wait: bash may miss a signal that comes just before it waits, and would
    # then only heed it when the program ends.
    local naps=0 seconds=0.02
    while kill -0 "$child" 2>/dev/null; do
        nap "$seconds"
        [ "$naps" -lt 20 ] || seconds=0.25
        naps=$((naps + 1))
    done
    wait "$child"
    status=$?
    child=
    return "$status"
}

build_programs() {
    need make cc pkg-config
    pkg-config --exists libuv || fail "$exit_missing" "libuv is missing: run ./setup.sh, which installs it"
    run make -s -C "$home" all >&2 || fail "$exit_missing" "the programs could not be built; see above"
}

# Draws one picture of the results in the folder $1: into a folder of its own first, so that a
# picture that is there is whole.
draw() { # DIR PICTURE VARIABLES
    local dir=$1 picture=$2 variables=$3 drawn=.pictures status
    mkdir -p "$dir/$drawn" || return 1
    # The folder is gnuplot's current one, so that its name need not be put into quotes.
    # -d and no GNUTERM: nothing of the reader's own settings; no standard input: as a background job
    # gnuplot 6 would be stopped for looking at the terminal, and never go on.
    LC_ALL=C.UTF-8 run bash -c 'cd "$1" && unset GNUTERM && exec gnuplot -d -e "$2" "$3" </dev/null' \
        bash "$dir" \
        "dir='.'; out='$drawn'; $variables" "$home/plots/$picture.gp" >&2
    status=$?
    [ "$status" -ne 0 ] || mv "$dir/$drawn"/* "$dir/"
    rm -rf "${dir:?}/$drawn"
    return "$status"
}

# The same; a script that finds nothing to draw, such as beats of a very short scan, says so and ends
# with 4.
draw_or_pass() { # DIR PICTURE VARIABLES
    draw "$@" || [ $? -eq 4 ] || fail "$exit_trial_failed" "drawing $2 in $1 failed; see above"
}

draw_all() { # DIR
    local dir=$1 cache picture pictures=times more_than_six
    # Old results, and those of --heartbeat 0, know nothing of the loop.
    [ ! -f "$dir/loop_delay.csv" ] || pictures="times delay loop timeline"
    for cache in cold warm; do
        # Without an ok trial there is nothing to draw.
        grep -q "^[^,]*,$cache,[1-9]" "$dir/summary.csv" || continue
        for picture in $pictures; do
            draw_or_pass "$dir" "$picture" "cache='$cache'"
        done
    done
    # All methods in one picture, where there are more than the six.
    more_than_six=$(cut -d , -f 1 "$dir/summary.csv" | grep -cE '^[a-z]+-[a-z]+-')
    [ "$more_than_six" -eq 0 ] || [ ! -f "$dir/loop_delay.csv" ] || draw_or_pass "$dir" remedies ""
}

# The same of a range of latencies: one results folder for each in the folder $1.
show_range() { # DIR DIR...
    run "$build/summarize" --latencies "$@" >"$1/storage.txt" ||
        fail "$exit_trial_failed" "the latencies cannot be compared; see above"
    cat "$1/storage.txt"
    draw_or_pass "$1" storage ""
}

report() { # DIR
    local status
    run "$build/summarize" "$1"
    status=$?
    [ -z "$caught" ] || end_by_signal
    [ "$status" -eq 0 ] || exit "$status"
    draw_all "$1"
    printf '\npictures and data: %s\n' "$1"
}

plot() { # DIR...
    [ $# -gt 0 ] || fail "$exit_wrong_usage" "plot needs the results folders to draw, such as results/latest"
    need gnuplot
    build_programs
    local dir part parts
    for dir in "$@"; do
        if [ -f "$dir/storage.csv" ]; then
            parts=("$dir/native")
            while read -r part; do
                parts+=("$dir/$part")
            done < <(cd "$dir" && printf '%s\n' [1-9]*ms | sort -n)
            show_range "$dir" "${parts[@]}"
            printf '\npicture and data: %s\n' "$dir"
        else
            report "$dir"
        fi
    done
}

# Makes the folder "<results>/<UTC time>-<mode>", of which the name is put into `out`.
new_results() { # MODE
    local name again=
    name=$(date -u +%Y%m%dT%H%M%SZ)-$1
    mkdir -p "$results" || fail "$exit_missing" "the results folder $results cannot be made"
    until mkdir "$results/$name$again" 2>/dev/null; do
        [ -e "$results/$name$again" ] ||
            fail "$exit_missing" "the results folder $results/$name cannot be made"
        again=$((${again:--1} - 1)) # name-2, name-3, ...
    done
    out=$results/$name$again
    ln -sfn "$name$again" "$results/latest"
}

compare() { # [--anyway] DIR DIR...
    local how=--compare results=results out
    if [ "${1-}" = --anyway ]; then
        how=--compare-anyway
        shift
    fi
    [ $# -ge 2 ] || fail "$exit_wrong_usage" "compare needs at least two results folders"
    need gnuplot
    build_programs
    # One of them may be the link latest, which is about to point elsewhere.
    local dir dirs=()
    for dir in "$@"; do
        dirs+=("$(CDPATH='' cd -P -- "$dir" 2>/dev/null && pwd -P || printf '%s\n' "$dir")")
    done
    new_results compare
    run "$build/summarize" "$how" "$out" "${dirs[@]}" || { local status=$?; rmdir "$out"; exit "$status"; }
    draw "$out" compare "" || fail "$exit_trial_failed" "drawing $out/compare failed; see above"
    printf '\npicture and data: %s\n' "$out"
}

# ---- Measuring ----------------------------------------------------------------------------------

# Looks for the options that matter here, as getopt_long_only reads them, abbreviated or not. All but
# --storage stay in `arguments`.
split_options() { # OPTIONS...
    local name value count
    data=data results=results storage=native size='' arguments=()
    while [ $# -gt 0 ]; do
        name=${1#-} name=${name#-} value=${2-} count=2
        case $1 in
        -*=*) value=${name#*=} name=${name%%=*} count=1 ;;
        -*) ;;
        *) name= ;;
        esac
        case $name in
        d | da | dat | data | re | res* | sto* | si | siz | size)
            [ $# -ge "$count" ] || fail "$exit_wrong_usage" "$1 needs a value"
            ;;
        *) count=1 ;;
        esac
        case $name in
        d*) data=$value ;;
        re*) results=$value ;;
        si*) size=$value ;;
        sto*) storage=$value ;;
        esac
        [[ $name == sto* ]] || arguments+=("${@:1:count}")
        shift "$count"
    done
}

# Puts the latency of the storage in whole milliseconds into `latency`, or "native".
read_storage() { # STORAGE
    case $1 in
    native) latency=native ;;
    network) latency=1 ;;
    disk) latency=8 ;;
    object) latency=30 ;;
    *)
        [[ $1 =~ ^([1-9][0-9]{0,3})ms$ ]] || fail "$exit_wrong_usage" "--storage $1: give native," \
            "network (1 ms), disk (8 ms), object (30 ms), or whole milliseconds such as 5ms"
        latency=${BASH_REMATCH[1]}
        ;;
    esac
}

# The size of each file that keeps a run on storage of a latency within a few minutes, in MiB.
emulated_size() { # LATENCY
    local mib=64
    while [ $((mib * $1)) -gt 64 ] && [ "$mib" -gt 1 ]; do
        mib=$((mib / 2))
    done
    echo "$mib"
}

# Makes the data and runs the trials, on native storage or on storage of a latency in milliseconds,
# and puts the results folder into `dir`. Returns how scan_bench ended; ends itself when there is no
# such folder, or after an interrupt.
measure_on() { # LATENCY OPTIONS...
    local latency=$1 output status
    shift
    output=$(mktemp) || fail "$exit_missing" "no temporary file can be made"
    if [ "$latency" = native ]; then
        run "$build/generate" "$@" || { status=$?; rm -f "$output"; exit "$status"; }
        run "$build/scan_bench" "$@" >"$output"
        status=$?
    else
        need setpriv
        mkdir -p "$data" || { rm -f "$output"; fail "$exit_missing" "see above"; }
        run "$build/generate" "$@" --data "$data/emulated" ||
            { status=$?; rm -f "$output"; exit "$status"; }
        # Should this shell be killed, the storage is told to end, and ends what runs on it.
        run setpriv --pdeathsig TERM "$home/data-gen/storage.sh" run --data "$data/emulated" \
            --mount "$data/emulated-mount" --latency "${latency}ms" --count "$output.counts" -- \
            "$build/scan_bench" "$@" --data "$data/emulated-mount" >"$output"
        status=$?
    fi
    dir=$(cat "$output")
    [ ! -s "$output.counts" ] || [ ! -d "$dir" ] ||
        grep -E '^storage_(requests|failed_requests|read_bytes),' "$output.counts" >>"$dir/machine.csv"
    rm -f "$output" "$output.counts"
    [ -d "$dir" ] || { [ -z "$dir" ] || printf '%s\n' "$dir"; exit "$status"; }
    if [ "$status" -ge 128 ]; then
        say "./run_bench.sh plot $dir shows what is finished"
        exit "$status"
    fi
    return "$status"
}

bench() { # MODE OPTIONS...
    local dir latency status
    split_options "$@"
    read_storage "$storage"
    build_programs
    case " $* " in
    *" --list "* | *" --help "*) ;;
    *) need gnuplot ;;
    esac
    if [ "$latency" != native ] && [ -z "$size" ]; then
        size=$(emulated_size "$latency")MiB
        say "emulated storage of $latency ms: files of $size, so that a run takes minutes;" \
            "--size says otherwise"
        arguments+=(--size "$size")
    fi
    measure_on "$latency" ${arguments[@]+"${arguments[@]}"}
    status=$?
    report "$dir"
    exit "$status"
}

# Runs trials for one of several experiments, under a name in the folder `out`.
measure_part() { # NAME LATENCY OPTIONS...
    local name=$1 dir
    measure_on "${@:2}" --results "$out" || failed=yes
    rm -f "$out/latest"
    if ! mv "$dir" "$out/$name" || ! run "$build/summarize" "$out/$name" >"$out/$name/summary.txt"; then
        fail "$exit_trial_failed" "$out/$name cannot be summed up; see above"
    fi
}

end_parts() {
    printf '\npictures and data: %s\n' "$out"
    [ -z "$failed" ] || fail "$exit_trial_failed" "some trials failed; their rows say so"
    exit 0
}

# ---- The range of latencies ---------------------------------------------------------------------

# Cold trials on native storage and on that of each latency, in the folder `out`; then their tables
# and the picture.
measure_range() { # LATENCIES OPTIONS...
    local latency parts=("$out/native")
    mkdir -p "$data" || fail "$exit_missing" "see above"
    measure_part native native cold "${@:2}" --data "$data/emulated"
    for latency in $1; do
        measure_part "${latency}ms" "$latency" cold "${@:2}"
        parts+=("$out/${latency}ms")
    done
    show_range "$out" "${parts[@]}"
}

readonly the_six=async-read,async-mmap,threads-read,threads-mmap,single-read,single-mmap

storage_mode() { # OPTIONS...
    local out failed=
    split_options "$@"
    [ "$storage" = native ] ||
        fail "$exit_wrong_usage" "storage goes through a range of latencies: leave out --storage"
    need gnuplot setpriv
    build_programs
    new_results storage
    measure_range "1 2 5 10 20" --runs 3 --size 1MiB --methods "$the_six,async-mmap-random" \
        ${arguments[@]+"${arguments[@]}"}
    end_parts
}

# ---- The open questions -------------------------------------------------------------------------

# Prints what the file holds, and adds it to questions.md: sentences as they are, all else as a table.
add_answer() { # FILE PICTURE
    cat "$1"
    {
        awk '/^- / { if (table) print "```"; table = 0; print; next }
             !table && NF { print "```"; table = 1 }
             table { print }
             END { if (table) print "```" }' "$1"
        printf '\n![%s](%s)\n' "${2%.png}" "$2"
    } >>"$out/questions.md"
}

# Begins questions.md with what machine the answers are from, as its first part tells.
name_machine() { # DIR
    {
        printf '# The open questions, answered on one machine\n\n'
        printf 'By ./run_bench.sh questions, %s.\n' "$(awk '
            { key = $0; sub(/,.*/, "", key); sub(/^[^,]*,/, ""); gsub(/"/, ""); value[key] = $0 }
            END { printf "%s: %s, %s CPUs, %s %s, %s, %s", value["time_utc"], value["cpu_model"],
                      value["cpu_count"], value["os"], value["kernel"], value["file_system"],
                      value["virtualization"] }' "$1/machine.csv")"
    } >"$out/questions.md"
}

ask() { # TITLE
    printf '\n==== %s\n' "$1"
    printf '\n## %s\n\n' "$1" >>"$out/questions.md"
}

# One results folder, all methods of which are compared with each other.
answer() { # QUESTION
    run "$build/summarize" --question "$1" "$out/$1" >"$out/$1/answer.txt" ||
        fail "$exit_trial_failed" "$out/$1 gives no answer; see above"
    draw_all "$out/$1"
    add_answer "$out/$1/answer.txt" "$1/remedies.png"
}

# Two results folders that are compared with each other, of one machine or of two.
answer_between() { # QUESTION FIRST SECOND
    local both=$out/$1-compared
    if ! mkdir "$both" || ! run "$build/summarize" --compare "$both" "$2" "$3" >"$both/answer.txt" ||
        ! run "$build/summarize" --question "$1" "$2" "$3" >>"$both/answer.txt"; then
        fail "$exit_trial_failed" "$2 and $3 give no answer; see above"
    fi
    draw_or_pass "$both" compare ""
    add_answer "$both/answer.txt" "$1-compared/compare.png"
}

questions() { # OPTIONS...
    local out failed='' range reference=$home/plots/reference
    split_options "$@"
    if [ "$storage" != native ] || [ -n "$size" ]; then
        fail "$exit_wrong_usage" "questions sets its own storages and sizes"
    fi
    need gnuplot setpriv
    build_programs
    new_results questions
    local options=(${arguments[@]+"${arguments[@]}"}) two=(--files 2 --data "$data/two")

    [ "$PWD" != "$home" ] || reference=plots/reference
    measure_part platforms native both --runs 5 "${options[@]}"
    name_machine "$out/platforms"
    ask "Other platforms: how does this machine differ from the article's?"
    answer_between platforms "$reference" "$out/platforms"

    ask "Type of disk: what does the latency of the storage do?"
    range=$out
    out=$out/disk
    mkdir "$out"
    measure_range "1 5 20" --runs 3 --size 1MiB \
        --methods async-read,async-mmap,threads-mmap,single-mmap "${options[@]}" >/dev/null
    out=$range
    add_answer "$out/disk/storage.txt" disk/storage.png

    ask "CPU prefetch: do prefetch instructions ahead of the touch help?"
    measure_part prefetch native both --runs 10 --methods async-mmap,async-mmap-prefetch \
        "${options[@]}"
    answer prefetch

    ask "Madvise: what do its options do?"
    measure_part madvise native cold --runs 5 --methods "async-mmap,async-mmap-sequential,$(
    )async-mmap-random,async-mmap-willneed,async-mmap-populate" "${options[@]}" "${two[@]}"
    answer madvise

    ask "Readahead: does the system call free the loop?"
    measure_part readahead native cold --runs 10 \
        --methods async-mmap,async-mmap-willneed,async-mmap-readahead "${options[@]}"
    answer readahead

    ask "Yielding: does the kernel overlap the reads of tasks that take turns?"
    measure_part yield 5 cold --runs 3 --size 8MiB \
        --methods async-read,async-mmap,single-mmap,async-mmap-yield "${options[@]}"
    answer yield

    ask "Warm is not one state: does it matter how the cache was filled?"
    measure_part fill-read native warm --runs 5 --methods async-mmap,single-read,single-mmap \
        "${options[@]}" "${two[@]}"
    measure_part fill-pages native warm --runs 5 --methods async-mmap,single-read,single-mmap \
        --prime pages "${options[@]}" "${two[@]}"
    answer_between fill "$out/fill-read" "$out/fill-pages"

    end_parts
}

case "${1-}" in
plot) plot "${@:2}" ;;
compare) compare "${@:2}" ;;
storage) storage_mode "${@:2}" ;;
questions) questions "${@:2}" ;;
*) bench "$@" ;;
esac
