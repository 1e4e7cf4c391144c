#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The readahead of a device, which `questions` sets where it may, is put back in every ending.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

readonly scan_bench=$home/build/scan_bench image=$t/image disk=$t/disk

# Ends `questions` by the signal as soon as a level is set on the disk it runs on, then starts again
# on the same data; prints what the readahead was at each point, in KiB.
# shellcheck disable=SC2016 # The inner shell expands it.
readonly ended_on_its_way='
    signal=$1 scan_bench=$2 disk=$3
    setting=/sys/class/bdi/$(mountpoint -d "$disk")/read_ahead_kb
    [ -w "$setting" ] || exit 77
    echo 512 >"$setting" || exit 77
    env --default-signal=INT,TERM "$scan_bench" questions --runs 1 --files 2 --size 64KiB \
        --data "$disk/data" --results "$disk/results" >/dev/null 2>"$disk/log" &
    for ((i = 0; i < 3000; i++)); do
        [ "$(cat "$setting")" = 512 ] || break
        kill -0 $! 2>/dev/null || break
        sleep 0.02
    done
    echo "set $(cat "$setting")"
    kill -"$signal" $!
    wait $!
    echo "ended $? $(cat "$setting") $(ls -A "$disk/data" | grep -c "^.readahead$")"
    "$scan_bench" generate --files 2 --size 64KiB --data "$disk/data"
    echo "again $(cat "$setting") $(ls -A "$disk/data" | grep -c "^.readahead$")"'

end_by() { # SIGNAL
    [ "$(id -u)" -eq 0 ] || skip "this is not root, who alone may set a readahead"
    PATH=$PATH:/usr/sbin:/sbin
    command -v mkfs.ext4 >/dev/null || skip "no mkfs.ext4 here"
    need_emulation
    truncate -s 128M "$image"
    mkfs.ext4 -q "$image" 2>/dev/null || skip "mkfs.ext4 makes no image here"
    run_on_disk ext4 loop "$image" "$disk" bash -c "$ended_on_its_way" bash "$1" "$scan_bench" "$disk"
    [ "$status" -ne 77 ] || skip "no read_ahead_kb of a loop device may be written here"
    expect_status 0
    expect_line '^set 0$' "$out"
}

test_the_next_start_puts_back_what_a_killed_run_has_left() {
    end_by KILL
    expect_line '^ended 137 [0-9]+ 1$' "$out"
    expect_line 'a run that was killed .* put back to 512 KiB' "$err"
    expect_line '^again 512 0$' "$out"
}

test_an_interrupt_puts_it_back() {
    end_by INT
    expect_line '^ended 130 512 0$' "$out"
    expect_no_line 'killed' "$err"
}

test_a_request_to_end_puts_it_back() {
    end_by TERM
    expect_line '^ended 143 512 0$' "$out"
    expect_no_line 'killed' "$err"
}

run_tests
