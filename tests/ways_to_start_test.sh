#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The ways to start it: by links, from other folders, by other users, from a checkout that cannot be
# written, by another shell.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

readonly one=("${small[@]}" --methods single-read)

expect_the_usual() {
    expect_status 0
    expect_ok_rows 1 "$latest/trials.csv"
    expect_files "$latest"/times-cold.{svg,png}
    rm -rf "$results"
}

test_by_a_link_from_anywhere() {
    mkdir -p "$t/home/bin" "$t/elsewhere"
    ln -s "$bench" "$t/home/bin/bench"
    ln -s ../home/bin/bench "$t/elsewhere/again"
    ln -s "$home" "$t/checkout"
    cd "$t/elsewhere" || fail "cd"
    run "$t/home/bin/bench" cold "${one[@]}"
    expect_the_usual
    run ./again cold "${one[@]}"
    expect_the_usual
    run env PATH="$t/home/bin:$PATH" bench cold "${one[@]}"
    expect_the_usual
    run "$t/checkout/run_bench.sh" cold "${one[@]}"
    expect_the_usual
    run env CDPATH=.:.. ../checkout/run_bench.sh cold "${one[@]}"
    expect_the_usual
}

test_by_a_name_relative_to_the_folder() {
    cd "$home/tests" || fail "cd"
    run ../run_bench.sh cold "${one[@]}"
    expect_the_usual
    cd "$home/.." || fail "cd"
    run "$(basename "$home")/run_bench.sh" cold "${one[@]}"
    expect_the_usual
}

test_by_another_shell() {
    local shell
    for shell in sh bash dash ksh zsh; do
        command -v "$shell" >/dev/null || continue
        run "$shell" "$bench" cold "${one[@]}"
        expect_the_usual
        run "$shell" -c "$bench cold $(printf '%q ' "${one[@]}")"
        expect_the_usual
    done
}

# A checkout that cannot be written but is built needs no compiler either.
# shellcheck disable=SC2016 # The inner shell expands it.
test_from_a_checkout_that_cannot_be_written() {
    local -a as=(unshare --mount)
    [ "$(id -u)" -eq 0 ] || as+=(--map-root-user)
    local elsewhere
    elsewhere=$(mktemp -d "$home/../scan_bench.XXXXXX") || skip "no folder beside the checkout"
    run "${as[@]}" sh -c 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99
        cd "$2" && shift 2 && exec "$@"' sh "$home" "$elsewhere" \
        "$bench" cold --runs 1 --files 2 --size 512KiB --heartbeat 0 --methods single-read
    [ "$status" -ne 99 ] || { rm -rf "$elsewhere"; skip "no mount is allowed here"; }
    results=$elsewhere/results latest=$elsewhere/results/latest
    (expect_the_usual)
    status=$?
    rm -rf "$elsewhere"
    [ "$status" -eq 0 ] || exit 1
}

# Names that begin with a dash or hold what a shell or gnuplot would take.
# shellcheck disable=SC2016 # They are meant as they stand.
test_folders_of_odd_names() {
    local name
    cd "$t" || fail "cd"
    for name in '-x' 'a b' "it's" '"q"' 'a,b;c' '$HOME' '`id`' 'a\b' 'ä€' $'new\nline' '%s%n' '#a' '*'; do
        mkdir "./$name"
        run "$bench" cold --runs 1 --files 1 --size 8KiB --heartbeat 0 --methods single-read \
            --data "$name/data" --results "$name/results"
        results=$t/$name/results latest=$t/$name/results/latest
        [ "$status" -eq 0 ] || fail "in $name"
        expect_ok_rows 1 "$latest/trials.csv"
        expect_files "$latest"/times-cold.{svg,png}
    done
}

run_tests
