#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Every command line in the code blocks of the README, run as it stands there but for sizes and numbers
# of runs, which are made small. All of them are to end with 0.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# The lines of the blocks that begin with ```sh, without their comments, in the order of the README.
# shellcheck disable=SC2016 # The backquotes are those of the blocks.
command_lines() {
    sed -n '/^```sh$/,/^```$/p' "$home/README.md" | sed -n 's/^\(\.\/[^#]*[^# ]\) *\(#.*\)\{0,1\}$/\1/p'
}

# What is added to a line to make it small.
smaller() { # COMMAND LINE
    case $1 in
    *' questions'* | *' storage' | *' storage '[!0-9]*) echo '--runs 1 --files 2 --size 64KiB' ;;
    *' cold'* | *' warm'* | *' both'* | *' copy'*) echo '--runs 1 --files 2 --size 512KiB' ;;
    *' generate'*) echo '--files 2 --size 64KiB' ;;
    esac
}

test_the_readme_names_every_option() {
    local option
    run "$bench" --help
    while read -r option; do
        expect_line "^\\| .*\`$option( |\`)" "$home/README.md"
    done < <(sed -n 's/^  \(--[a-z-]*\) .*/\1/p' "$out" | grep -vxE -- '--(list|help)')
}

test_every_command_line_of_the_readme_does_what_it_says() {
    local line count=0
    ln -s "$home/run_bench.sh" "$home/setup.sh" "$home/plots" "$t/" || fail "ln"
    cd "$t" || fail "cd"
    while read -r line; do
        case $line in
        *--storage* | *' storage'* | *' questions'*) [ -z "$no_storage" ] || continue ;;
        esac
        # shellcheck disable=SC2046 # It is several words.
        run bash -c "$line $(smaller "$line")"
        [ "$status" -eq 0 ] || fail "$line"
        count=$((count + 1))
    done < <(command_lines)
    [ "$count" -ge 10 ] || fail "only $count command lines were found"
    expect_files results/latest/questions.md results/*-cold/times-cold.png results/*-compare/compare.svg
}

# Where storage cannot be emulated, what needs it ends with 3 and says why.
run "$bench" cold --storage 1ms --runs 1 --files 1 --size 4KiB --methods single-read \
    --data "$work/data" --results "$work/results"
no_storage=
[ "$status" -ne 3 ] || no_storage=$(tail -n 1 "$err")
[ -z "$no_storage" ] || echo "not run here, as storage cannot be emulated: $no_storage"

run_tests
