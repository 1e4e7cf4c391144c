#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Runs the commands that the README begins with, word for word, on a bare Debian of the suite that
# is named: first at a terminal, where a person answers, then where there is none. The Debian comes
# from the mirror that this system's apt uses, lies in build/, and is removed in the end. Needs
# root; where it cannot be built it says why, and ends with 0.
set -u

readonly usage="Usage: tests/debian.sh SUITE, such as bookworm or trixie"
readonly build_limit_s=600 pass_limit_s=900

say() {
    printf 'tests/debian.sh: %s\n' "$*" >&2
}

fail() {
    say "$suite: $*"
    exit 1
}

skip() {
    say "SKIPPED: $suite was not tried: $*"
    exit 0
}

# ---- Inside: in a mount and a process namespace of its own, which end together with it -----------

# Runs a program in the tree and ends as it did. This shell stays the first process of its namespace,
# which is handed the orphans; script, for one, waits for ever when it is handed one.
enter() { # TREE PROGRAM...
    local tree=$1
    mount --bind "$tree" "$tree" && # else the tree would see itself on no mount at all
        mount --bind "$tree/../archives" "$tree/var/cache/apt/archives" &&
        mount -t proc proc "$tree/proc" &&
        mount -t sysfs -o ro sysfs "$tree/sys" &&
        mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 devpts "$tree/dev/pts" &&
        mount -t tmpfs tmpfs "$tree/dev/shm" || exit 125
    chroot "$tree" env -i HOME=/root TERM=xterm \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${@:2}"
}

if [ "${1-}" = --enter ]; then
    enter "${@:2}"
    exit
fi

# ---- Outside -------------------------------------------------------------------------------------

running= # the process group that is in a namespace now

# Ends all that runs in the namespace. Its mounts end with it, and were never seen out here.
end_running() {
    [ -n "$running" ] || return 0
    kill -KILL -- "-$running"
    wait "$running"
    running=
}

# What was killed may take a moment to be gone, and to stop writing.
clean_up() {
    local tries
    end_running 2>/dev/null
    for ((tries = 0; tries < 50; tries++)); do
        rm -rf --one-file-system "$work" 2>/dev/null && return 0
        sleep 0.2
    done
    say "could not be removed: $work"
}

# Starts a command in namespaces of its own, from the standard input, to the standard output. In the
# namespace a signal that asks is not heard, hence KILL.
start() { # LIMIT_S COMMAND...
    timeout --signal=KILL "$1" unshare --mount --pid --fork --kill-child "${@:2}" <&0 &
    running=$!
}

# Waits for it, and returns its exit status: 137 when it took longer than its limit.
finish() {
    local status
    wait "$running"
    status=$?
    running=
    return "$status"
}

# ---- The bare tree -------------------------------------------------------------------------------

# What apt says of the sources of Debian's main packages: where they are, and which file names them.
apt_sources() {
    # shellcheck disable=SC2016 # apt expands it.
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)|$(SOURCESENTRY)' \
        'Created-By: Packages' 2>/dev/null | sed -n 's/^Debian|Debian|main|//p'
}

# Sets `mirror`, and `trusted` when apt is told not to look for a signature there.
find_mirror() {
    local source file
    source=$(apt_sources | head -n 1)
    if [ -z "$source" ]; then # nothing is known of sources that were never read
        apt-get update >/dev/null 2>&1
        source=$(apt_sources | head -n 1)
    fi
    mirror=${source%%|*}
    file=${source#*|}
    trusted=
    ! grep -qiE '\[.*trusted=yes|^trusted: *yes' "${file%:*}" 2>/dev/null || trusted=yes
    case $mirror in
    http://* | https://*) ;;
    *) skip "apt has no Debian mirror here that is reached by http" ;;
    esac
    /usr/lib/apt/apt-helper download-file "${mirror%/}/dists/$suite/InRelease" "$work/InRelease" \
        >/dev/null 2>"$work/log" || skip "apt's mirror does not answer for it: $(tail -n 1 "$work/log")"
}

# How to reach the mirror, for debootstrap in the environment and for apt in a tree.
hand_on_network() { # TREE
    local tree=$1
    cp -L /etc/resolv.conf /etc/hosts "$tree/etc/" 2>/dev/null
    cp -R /etc/apt/auth.conf /etc/apt/auth.conf.d "$tree/etc/apt/" 2>/dev/null
    apt-config dump | grep -E '^Acquire::(http|https|Check-|Retries|ForceIPv)' |
        grep -v -e Auto-Detect -e ProxyAutoDetect >"$tree/etc/apt/apt.conf.d/90mirror"
    case $mirror in
    https://*)
        mkdir -p "$tree/etc/ssl/certs"
        cp -L /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/"
        ;;
    esac
    [ -z "$trusted" ] || echo "deb [trusted=yes] $mirror $suite main" >"$tree/etc/apt/sources.list"
}

build_tree() { # TREE
    local tree=$1
    eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
    export http_proxy="${http_proxy-}" https_proxy="${https_proxy-}"
    start "$build_limit_s" debootstrap --variant=minbase ${trusted:+--no-check-gpg} \
        "$suite" "$tree" "$mirror" >"$work/log" 2>&1 </dev/null
    finish || { tail -n 5 "$work/log" >&2; fail "debootstrap ended with $?"; }
    hand_on_network "$tree"
    echo force-unsafe-io >"$tree/etc/dpkg/dpkg.cfg.d/unsafe-io" # it lives for minutes
    mkdir "$tree/root/scan_bench"
    git archive HEAD | tar x -C "$tree/root/scan_bench" || fail "git archive HEAD"
    # What one pass downloads need not be downloaded by the next.
    cp -a "$tree/var/cache/apt/archives" "$work/archives"
}

# ---- The two commands ----------------------------------------------------------------------------

# The first commands of the README, to be run in the tree. Of several, the first to fail ends all.
write_commands() { # FILE
    {
        echo 'set -e; cd /root/scan_bench'
        awk '/^```sh$/ { inside = 1; next } /^```$/ && inside { exit } inside' README.md
    } >"$1"
    if ! grep -q '^\./setup\.sh ' "$1" || ! grep -q '^\./run_bench\.sh cold ' "$1"; then
        fail "README.md does not begin with ./setup.sh and ./run_bench.sh cold any more"
    fi
}

# A person at a terminal reads the question, and answers it. What the screen shows is in the file.
run_at_terminal() { # TREE SCREEN
    local asked=no
    mkfifo "$work/keys"
    exec 6<>"$work/keys"
    start "$pass_limit_s" bash "$self" --enter "$1" \
        script -qefc 'sh /root/commands' /root/screen <&6 >"$2" 2>&1
    while kill -0 "$running" 2>/dev/null; do
        if [ "$asked" = no ] && grep -q 'run this now' "$2"; then
            asked=yes
            echo y >&6
        fi
        sleep 0.2
    done
    finish
    local status=$?
    exec 6>&-
    [ "$asked" = yes ] || say "setup.sh asked nothing, with a person at the terminal"
    [ "$asked" = yes ] || [ "$status" -ne 0 ] || status=1
    return "$status"
}

run_without_terminal() { # TREE OUTPUT
    start "$pass_limit_s" setsid --wait bash "$self" --enter "$1" \
        sh /root/commands </dev/null >"$2" 2>&1
    finish
}

# Prints what is wrong with the pictures of a results folder: there are some, both kinds, and whole.
check_pictures() { # DIR
    local picture
    for picture in "$1"/*.svg "$1"/*.png "$1/times-cold.svg" "$1/times-cold.png"; do
        [ -s "$picture" ] || echo "no picture $picture"
        case $picture in
        *.svg) tail -n 2 "$picture" | grep -q '</svg>' || echo "$picture is cut" ;;
        *.png) tail -c 8 "$picture" | grep -qa IEND || echo "$picture is cut" ;;
        esac
    done
}

# What is on the screen without what moves its cursor.
show_end() { # OUTPUT
    tail -n 25 "$1" | tr '\r' '\n' | sed -e 's/\x1b\[[0-9;?]*[A-Za-z]//g' -e '/^$/d' -e 's/^/    /' >&2
}

# One pass over a tree of its own. Counts itself.
pass() { # NAME RUN
    local tree=$work/tree output=$work/output status begin=$SECONDS wrong
    cp -a "$work/bare" "$tree"
    : >"$output"
    "$2" "$tree" "$output"
    status=$?
    wrong=$(check_pictures "$tree/root/scan_bench/results/latest")
    if [ "$status" -eq 137 ]; then
        wrong="it hangs: not at its end after $pass_limit_s s"
    elif [ "$status" -ne 0 ]; then
        wrong="exit status $status"
    fi
    if [ -z "$wrong" ]; then
        say "ok - $suite, $1, $((SECONDS - begin)) s"
        passed=$((passed + 1))
    else
        show_end "$output"
        say "not ok - $suite, $1, $((SECONDS - begin)) s: $wrong"
        failed=$((failed + 1))
    fi
    rm -rf --one-file-system "$tree"
}

# A folder for all this, on a disk: in memory no page is ever cold.
make_work() {
    local folder type
    mkdir -p build
    for folder in "$PWD/build" /var/tmp; do
        type=$(stat -f -c %T "$folder")
        case $type in tmpfs | ramfs) continue ;; esac
        work=$(mktemp -d "$folder/debian.XXXXXX") && chmod 755 "$work" && return 0
    done
    skip "neither build nor /var/tmp is on a disk that can be written"
}

[ $# -eq 1 ] || { echo "$usage" >&2; exit 2; }
readonly suite=$1
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
readonly self=$PWD/tests/debian.sh
[ "$(id -u)" -eq 0 ] || skip "only root can build it"
for tool in debootstrap unshare chroot apt-get git awk; do
    command -v "$tool" >/dev/null || skip "there is no $tool (./setup.sh --dev installs what there is)"
done
[ -e "/usr/share/debootstrap/scripts/$suite" ] || skip "debootstrap knows no such suite"
unshare --mount --pid --fork true 2>/dev/null || skip "namespaces are not allowed here"

passed=0 failed=0
make_work
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
find_mirror
begin=$SECONDS
build_tree "$work/bare"
write_commands "$work/bare/root/commands"
say "$suite was built in $((SECONDS - begin)) s"
pass "at a terminal" run_at_terminal
pass "without a terminal" run_without_terminal
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
