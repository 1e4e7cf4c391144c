#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs what building, running and drawing need, as far as it is missing; --help says how.
# It has to run where nothing is installed yet and with the bash 3.2 of macOS, so it uses no awk,
# no associative arrays and, because "set -u" trips over empty ones there, lists in plain strings.

set -u

# Every need, who has it (all or --dev, on every system or one), and the packages that bring it
# with each package manager, several joined by commas. A dash is no package: on macOS Apple's
# command line tools bring the compilers and make. Homebrew's llvm is not in PATH by itself.
readonly NEEDS='
need         for       apt               dnf                pacman     zypper          brew
C-compiler   all       gcc,libc6-dev     gcc,glibc-devel    gcc        gcc,glibc-devel -
make         all       make              make               make       make            -
pkg-config   all       pkg-config        pkgconf-pkg-config pkgconf    pkg-config      pkg-config
libuv        all       libuv1-dev        libuv-devel        libuv      libuv-devel     libuv
liburing     all:Linux liburing-dev      liburing-devel     liburing   liburing-devel  liburing
cmocka       all       libcmocka-dev     libcmocka-devel    cmocka     libcmocka-devel cmocka
gnuplot      all       gnuplot-nox       gnuplot            gnuplot    gnuplot         gnuplot
fonts        all:Linux fonts-dejavu-core dejavu-sans-fonts  ttf-dejavu dejavu-fonts    -
pgrep        all       procps            procps-ng          procps-ng  procps          -
nbdkit       all:Linux nbdkit            nbdkit             nbdkit     nbdkit          -
nbdfuse      all:Linux libnbd-bin        nbdfuse            libnbd     libnbd          -
fusermount3  all:Linux fuse3             fuse3              fuse3      fuse3           -
clang        dev       clang             clang              clang      clang           -
clang-format dev       clang-format      clang-tools-extra  clang      clang-tools     clang-format
clang-tidy   dev       clang-tidy        clang-tools-extra  clang      clang-tools     llvm
cppcheck     dev       cppcheck          cppcheck           cppcheck   cppcheck        cppcheck
shellcheck   dev       shellcheck        ShellCheck         shellcheck ShellCheck      shellcheck
valgrind     dev:Linux valgrind          valgrind           valgrind   valgrind        -
asan         dev       gcc               libasan,libubsan   gcc        gcc             -
tsan         dev       gcc               libtsan            gcc        gcc             -
'

system=$(uname -s)
assume_yes=no
dev=no
scratch=    # folder for the trial programs
missing=    # needs that are not met, separated by spaces
manager=    # the column of NEEDS in use
packages=   # what brings the missing needs
unpackaged= # those among them that $manager has no package for
refresh=    # command that makes the package lists current; empty when install does so itself
install=    # command that the packages are appended to
sudo=       # what stands before these two to run them as root

usage() {
    cat <<'EOF'
Usage: ./setup.sh [-y] [--dev]

Installs what building, running and drawing need, and only what is missing: a C compiler, make,
pkg-config, libuv, cmocka, gnuplot, a font, pgrep, and on Linux liburing and what emulates storage
(nbdkit, nbdfuse, fusermount3). Says nothing when all is there.
Uses apt, dnf, pacman, zypper or brew, and sudo where root is needed; asks a person at a terminal
before it installs, and without a terminal goes ahead where it may.

  -y, --yes   do not ask, install
  --dev       also what "make lint" and "make sanitize" need: clang, clang-format, clang-tidy,
              cppcheck, shellcheck, valgrind, and gcc's address and thread sanitizers (asan, tsan)
  -h, --help  print this text

Exit status: 0 all is there; 1 the package manager failed; 2 wrong usage; 3 something is missing
and was not installed (named, with the command that gets it).
EOF
}

say() {
    printf 'setup.sh: %s\n' "$*" >&2
}

parse_options() {
    while (($# > 0)); do
        case $1 in
            -y | --yes) assume_yes=yes ;;
            --dev) dev=yes ;;
            -h | --help)
                usage
                exit 0
                ;;
            *)
                say "unknown argument '$1' (./setup.sh --help lists the known ones)"
                exit 2
                ;;
        esac
        shift
    done
}

# On macOS cc, make and clang always exist, but without Apple's command line tools they are stubs
# that open a window when called. Nothing may pop up before anybody was asked.
is_stub() {
    [[ $system == Darwin && $(command -v "$1") == /usr/bin/* ]] &&
        ! xcode-select -p >/dev/null 2>&1
}

found() {
    command -v "$1" >/dev/null && ! is_stub "$1"
}

runs() {
    found "$1" && "$1" --version >/dev/null 2>&1
}

# A compiler without the headers of the C library, or without a linker, is of no use.
links_with() {
    found "$1" || return 1
    printf '#include <stdio.h>\nint main(void) { return puts("") < 0; }\n' |
        "$@" -std=c11 -x c -o "$scratch/program" - >/dev/null 2>&1
}

# Some packages of gnuplot are built without cairo, and the name of the package does not tell.
has_terminal() {
    found gnuplot && gnuplot -d -e "set terminal $1" >/dev/null 2>&1
}

picture_of() {
    gnuplot -d -e "set terminal pngcairo size 99,99; set title '$1'; unset tics; plot 0 notitle" \
        2>/dev/null | cksum
}

# Without a font every letter is drawn as the same empty box, so two letters make equal pictures.
# As long as there is no gnuplot to try, a list of fonts that is not empty has to do.
draws_text() {
    if has_terminal pngcairo; then
        [[ $(picture_of A) != "$(picture_of B)" ]]
    else
        found fc-list && [[ -n $(fc-list 2>/dev/null) ]]
    fi
}

# What counts is what works, not which package it is from: a tool built by hand is as good.
has() {
    case $1 in
        C-compiler) links_with cc ;;
        make) runs make && [[ $(make --version) == *'GNU Make'* ]] ;;
        libuv | liburing | cmocka) found pkg-config && pkg-config --exists "$1" ;;
        gnuplot) has_terminal pngcairo && has_terminal svg ;;
        fonts) draws_text ;;
        clang) links_with clang ;;
        asan) links_with cc -fsanitize=address,undefined ;;
        tsan) links_with cc -fsanitize=thread ;;
        *) runs "$1" ;;
    esac
}

# Takes the second column of NEEDS.
is_wanted() {
    [[ $1 == all* || ($1 == dev* && $dev == yes) ]] || return 1
    [[ $1 != *:* || ${1#*:} == "$system" ]]
}

# Standard input is the table here, and no tool may eat it.
find_missing() {
    local need who
    missing=
    while read -r need who _; do
        is_wanted "$who" || continue
        has "$need" </dev/null || missing="$missing${missing:+ }$need"
    done <<<"$NEEDS"
}

find_manager() {
    local tool
    for tool in apt-get dnf pacman zypper brew; do
        if found "$tool"; then
            manager=${tool%-get}
            return 0
        fi
    done
    return 1
}

choose_commands() {
    case $manager in
        apt)
            refresh='apt-get update'
            install='apt-get install -y --no-install-recommends'
            ;;
        dnf) install='dnf install -y --setopt=install_weak_deps=False' ;;
        pacman)
            # Newer lists beside older packages are a partial upgrade, which Arch does not
            # support, so they are fetched only where there are none at all.
            compgen -G '/var/lib/pacman/sync/*.db' >/dev/null || refresh='pacman -Sy'
            install='pacman -S --needed --noconfirm'
            ;;
        zypper) install='zypper --non-interactive install --no-recommends' ;;
        brew) install='brew install' ;;
    esac
}

add_packages() {
    local name
    for name in ${1//,/ }; do
        [[ " $packages " == *" $name "* ]] || packages="$packages${packages:+ }$name"
    done
}

choose_packages() {
    local need who apt dnf pacman zypper brew names
    while read -r need who apt dnf pacman zypper brew; do
        [[ -n $need && " $missing " == *" $need "* ]] || continue
        case $manager in
            apt) names=$apt ;;
            dnf) names=$dnf ;;
            pacman) names=$pacman ;;
            zypper) names=$zypper ;;
            brew) names=$brew ;;
        esac
        if [[ $names == - ]]; then
            unpackaged="$unpackaged${unpackaged:+ }$need"
        else
            add_packages "$names"
        fi
    done <<<"$NEEDS"
}

# Without a package manager, or without Apple's tools, on which brew rests, nothing can be begun.
require_manager() {
    if find_manager; then
        choose_commands
        choose_packages
        [[ -n $unpackaged ]] || return 0
    fi
    say "missing: $missing"
    if [[ $system == Darwin && -z $manager ]]; then
        say "get Homebrew from https://brew.sh, which brings Apple's tools too; then run this again"
    elif [[ $system == Darwin ]]; then
        say "for $unpackaged run: xcode-select --install; then run this again"
    elif [[ -z $manager ]]; then
        say "there is no apt, dnf, pacman, zypper or brew here to install that with"
    else
        say "$manager has no package for $unpackaged; install that by hand, then run this again"
    fi
    exit 3
}

# Homebrew wants to be run by the user who owns it, everything else by root.
needs_sudo() {
    [[ $manager != brew && $EUID -ne 0 ]]
}

is_person_there() {
    [[ -t 0 && -t 2 ]]
}

full_command() {
    local as_root=
    if needs_sudo && found sudo; then
        as_root='sudo '
    fi
    printf '%s' "${refresh:+$as_root$refresh && }$as_root$install $packages"
}

# Leaves, saying why nothing was installed and how to do it by hand.
refuse() {
    say "$1; to install by hand:"
    printf '    %s\n' "$(full_command)" >&2
    exit 3
}

get_consent() {
    local answer=
    say "missing: $missing"
    if needs_sudo && ! found sudo; then
        refuse "only root can install, and there is no sudo"
    fi
    [[ $assume_yes == no ]] || return 0
    is_person_there || return 0 # nobody can be asked, and who runs this without a terminal wants it
    printf '    %s\n' "$(full_command)" >&2
    # The end of the input is a no, too, but leaves the cursor behind the question.
    read -r -p 'setup.sh: run this now? [y/N] ' answer || echo >&2
    [[ $answer == [yY] || $answer == [yY][eE][sS] ]] || refuse "nothing was installed"
}

# Asks for the password here, once, so that a wrong one does not count as a failed installation.
get_rights() {
    needs_sudo || return 0
    sudo=sudo
    is_person_there || sudo='sudo -n'
    run true || refuse "only root can install, and sudo did not let us"
}

# The output of the package manager is a message, and nothing in the pipe to us is meant for it.
# sudo drops the environment, hence env.
run() {
    local words
    read -r -a words <<<"$sudo env DEBIAN_FRONTEND=noninteractive $1"
    "${words[@]}" </dev/null >&2
}

# One broken source of many makes the refresh fail, and the packages may come from another.
install_packages() {
    if [[ -n $refresh ]] && ! run "$refresh"; then
        say "failed: $refresh; going on with the package lists that are there"
    fi
    if ! run "$install $packages"; then
        say "failed: ${sudo:+sudo }$install $packages"
        exit 1
    fi
}

check_again() {
    find_missing
    [[ -n $missing ]] || return 0
    say "still missing after the installation: $missing"
    say "is there one in a folder that is not in PATH, or a broken one in front of it?"
    exit 3
}

# Dying of the signal itself, rather than exiting, tells a calling script to stop as well.
die_of() {
    rm -rf "$scratch"
    trap - EXIT "$1"
    kill -s "$1" $$
}

make_scratch() {
    trap 'rm -rf "$scratch"' EXIT
    trap 'die_of INT' INT
    trap 'die_of TERM' TERM
    scratch=$(mktemp -d) && return 0
    say "missing: a folder for temporary files; set TMPDIR to one that can be written"
    exit 3
}

main() {
    parse_options "$@"
    make_scratch
    find_missing
    [[ -n $missing ]] || exit 0
    require_manager
    get_consent
    get_rights
    install_packages
    check_again
}

main "$@"
