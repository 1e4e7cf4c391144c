#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The command line as a person uses it: what a run writes and says, how its order repeats, drawing
# again, and what becomes of the data from one run to the next.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

readonly six=(async-mmap async-read single-mmap single-read threads-mmap threads-read)

# ---- A run ---------------------------------------------------------------------------------------

# Expects what a run of the six leaves and prints for one cache state.
expect_picture_and_table() { # CACHE
    local method
    expect_files "$latest/times-$1.svg" "$latest/times-$1.png"
    expect_line "^$1 page cache.*2 files of 512 KiB, one byte in 512" "$out"
    for method in "${six[@]}"; do
        expect_line "^$method +[1-9][0-9]* +[0-9]+\.[0-9]+ .*[0-9]\.[0-9]+" "$out"
        expect_line "^$method,$1,[1-9]" "$latest/summary.csv"
    done
}

expect_run() { # RUNS CACHE...
    local cache rows=$latest/trials.csv
    expect_status 0
    expect_ok_rows $(($1 * 6 * ($# - 1))) "$rows"
    for cache in "${@:2}"; do
        [ "$(column method "$rows" cache "$cache" | sort | uniq -c | awk '{ print $2, $1 }')" = \
            "$(printf "%s $1\n" "${six[@]}")" ] ||
            fail "expected each of the six $1 times: $(cat "$rows")"
        expect_picture_and_table "$cache"
    done
    expect_line '^method .*median' "$out"
    expect_line ' \(s\) ' "$out"
    expect_line '^- ' "$out"
    [ "$(column sum "$rows" | sort -u | wc -l)" -eq 1 ] || fail "the sums differ: $(cat "$rows")"
    expect_files "$latest/machine.csv"
    expect_none "$results"/*/*.part "$results"/*/.pictures* "$results"/latest.*
}

test_a_cold_run_measures_the_six_with_nothing_in_the_cache() {
    run_small cold --heartbeat 1
    expect_run 1 cold
    column resident_before "$latest/trials.csv" | awk '$1 == "" || $1 > 0.001 { exit 1 }' ||
        fail "pages were in the cache: $(cat "$latest/trials.csv")"
    expect_none "$latest"/times-warm.*
}

test_a_warm_run_measures_the_six_with_all_of_the_data_in_the_cache() {
    run_small warm --heartbeat 1
    expect_run 1 warm
    column resident_before "$latest/trials.csv" | awk '$1 == "" || $1 < 0.999 { exit 1 }' ||
        fail "pages were not in the cache: $(cat "$latest/trials.csv")"
    expect_none "$latest"/times-cold.*
}

test_both_interleaves_the_cache_states_and_shows_each_on_its_own() {
    run_small both --heartbeat 1 --runs 2
    expect_run 2 cold warm
    # In each repeat, the twelve are in an order of their own.
    [ "$(column repeat "$latest/trials.csv" | uniq | tr '\n' ' ')" = '0 1 ' ] ||
        fail "the repeats are mixed: $(cat "$latest/trials.csv")"
}

test_remedies_runs_every_method_that_can_run_here() {
    run_small remedies warm --heartbeat 0.02
    expect_status 0
    # A line says of each other method why it is left out.
    [ "$(column method "$latest/trials.csv" | sort -u | wc -l)" -eq \
        $(($(methods_of scan | wc -l) - $(grep -c 'is left out: ' "$err"))) ] ||
        fail "not every method was run: $(cat "$err")"
    expect_no_line '^[^,]*,[^,]*,[^,]*,scan,cold,' "$latest/trials.csv"
    expect_line '^async-mmap-yield,async,mmap,scan,warm,0,[0-9]+,ok,' "$latest/trials.csv"
    expect_line '^async-mmap-yield .* 100\.0$' "$out"
}

test_a_warm_cache_can_be_filled_page_by_page() {
    run_small both --prime pages --methods single-mmap
    expect_status 0
    [ "$(column prime "$latest/trials.csv" cache warm)" = pages ] || fail "expected prime pages"
    [ -z "$(column prime "$latest/trials.csv" cache cold)" ] || fail "expected no prime when cold"
}

test_the_link_latest_points_to_the_last_run() {
    run_small cold
    expect_status 0
    [ "$results/$(readlink "$latest")" -ef "$(tail -n 1 "$out" | sed 's/.*: //')" ] ||
        fail "latest points to $(readlink "$latest")"
    run_small warm
    expect_status 0
    expect_line "^[^,]*,[^,]*,[^,]*,scan,warm," "$latest/trials.csv"
    [ "$(find "$results" -name trials.csv | wc -l)" -eq 2 ] || fail "the first run is gone"
}

test_the_settings_of_a_run_are_in_its_rows_and_about_the_machine() {
    local name value
    run_small cold --stride 4096 --chunk 1MiB --pool 3 --seed 11 --methods single-read,async-read
    expect_status 0
    expect_ok_rows 2 "$latest/trials.csv"
    while read -r name value; do
        [ "$(column "$name" "$latest/trials.csv" | sort -u)" = "$value" ] ||
            fail "expected $name $value: $(cat "$latest/trials.csv")"
    done <<'END'
files 2
file_bytes 524288
stride_bytes 4096
chunk_bytes 1048576
pool_threads 3
bytes 1048576
END
    expect_line '^seed,11$' "$latest/machine.csv"
    expect_line '^command_line,.* cold .*--stride 4096 --chunk 1MiB' "$latest/machine.csv"
    for name in os kernel architecture cpu_count memory_bytes libuv_version file_system; do
        expect_line "^$name,." "$latest/machine.csv"
    done
}

test_without_a_terminal_each_trial_leaves_one_plain_line() {
    run_small cold
    expect_lines 6 '^trial [1-6] of 6: [a-z]+-[a-z]+ cold: [0-9]+\.[0-9]{3} s$' "$err"
    expect_lines 1 "^scan_bench: .*$results/.*--seed [0-9]+ repeats this order" "$err"
    [ "$(wc -l <"$err")" -eq 7 ] || fail "expected seven lines on stderr"
    expect_no_line $'[\033\r]' "$err"
    expect_no_line $'[\033\r]' "$out"
}

test_at_a_terminal_one_line_says_what_is_being_done() {
    local trial=$'\r\033\\[Ktrial 6 of 6: [a-z]+-[a-z]+ warm'
    need_terminal
    TERM=xterm run script -qec "$(printf '%q ' "$bench" warm "${small[@]}" --heartbeat 1)" /dev/null
    expect_status 0
    expect_line "$trial: evicting \\(about [0-9]+ s left\\)" "$out"
    expect_line "$trial: priming" "$out"
    expect_line "$trial: scanning" "$out"
    # The last of them is removed before the table comes.
    expect_line $'trial 6 of 6: .*\r\033\\[K\r*$' "$out"
    expect_no_line '^trial ' "$out"
}

# ---- The order of the trials ---------------------------------------------------------------------

methods_in_order() {
    column method "$latest/trials.csv" | tr '\n' ' '
}

test_a_seed_gives_an_order_that_repeats() {
    local first
    run_small cold --seed 7
    expect_status 0
    first=$(methods_in_order)
    [ "$(column order "$latest/trials.csv" | tr '\n' ' ')" = '0 1 2 3 4 5 ' ] ||
        fail "the rows do not come in order: $(cat "$latest/trials.csv")"
    run_small cold --seed 7
    [ "$(methods_in_order)" = "$first" ] || fail "seed 7 gave $first and $(methods_in_order)"
    run_small cold --seed 8
    [ "$(methods_in_order)" != "$first" ] || fail "seeds 7 and 8 both gave $first"
}

test_the_seed_that_was_drawn_is_printed_and_repeats_the_order() {
    local seed first
    run_small cold
    expect_status 0
    seed=$(sed -n 's/.*--seed \([0-9]*\) .*/\1/p' "$err")
    first=$(methods_in_order)
    expect_line "^seed,$seed\$" "$latest/machine.csv"
    run_small cold --seed "$seed"
    [ "$(methods_in_order)" = "$first" ] || fail "seed $seed gave $first and $(methods_in_order)"
}

# ---- Going on until the figures are sure ----------------------------------------------------------

# Expects that the plan is what was done, in whole repeats of so many trials, and says how many.
expect_whole_repeats() { # TRIALS
    local rows
    rows=$(row_count "$latest/trials.csv")
    expect_ok_rows "$rows" "$latest/trials.csv"
    [ "$((rows % $1))" -eq 0 ] || fail "expected whole repeats of $1 trials, found $rows rows"
    [ "$(for name in order repeat method cache; do column "$name" "$latest/plan.csv"; done)" = \
        "$(for name in order repeat method cache; do column "$name" "$latest/trials.csv"; done)" ] ||
        fail "the plan is not what was done: $(cat "$latest/plan.csv")"
    repeats=$((rows / $1))
}

# No two times are alike to a thousandth, so that nothing but the time ends it.
test_a_run_with_a_precision_goes_on_in_whole_repeats_until_the_time_is_over() {
    local repeats
    run_small both --methods single-read,single-mmap --runs 2 --precision 0.1% --at-most 2s
    expect_status 0
    expect_whole_repeats 4
    [ "$repeats" -gt 2 ] || fail "expected more repeats than --runs, found $repeats"
    expect_line "^- The time of 2s is over after $repeats repeats: 4 of the intervals are" "$out"
    expect_line '^precision_end,time$' "$latest/machine.csv"
    expect_line '^interval_level,0\.96$' "$latest/machine.csv"
    expect_line "^trial $((4 * repeats)): .*, repeat $repeats: " "$err"
    run "$bench" plot "$latest"
    expect_line "^- The time of 2s is over after $repeats repeats: " "$out"
}

# It looks after 4 repeats, and each time half as many later.
test_a_run_with_a_precision_ends_when_it_is_reached() {
    local repeats look=4
    run_small warm --size 4MiB --methods single-read --runs 4 --precision 50% --at-most 1h
    expect_status 0
    expect_whole_repeats 1
    while [ "$look" -lt "$repeats" ]; do
        look=$((look + look / 2))
    done
    [ "$look" -eq "$repeats" ] || fail "expected an end after $look repeats, not $repeats"
    expect_line "^- All intervals lie within 50 % of their medians after $repeats repeats\.$" "$out"
    expect_line '^precision_end,reached$' "$latest/machine.csv"
    expect_line '^scan_bench: after 4 repeats 1 of 1 intervals are not within 50 % of the median' "$err"
    expect_no_line 'is over' "$out"
}

test_however_short_the_time_the_runs_asked_for_are_made() {
    run_small cold --methods single-read --size 8MiB --runs 3 --precision 1% --at-most 1s \
        --stride 1
    expect_status 0
    [ "$(row_count "$latest/trials.csv")" -ge 3 ] || fail "expected three trials at least"
}

# ---- Drawing again -------------------------------------------------------------------------------

test_plot_draws_and_prints_finished_results_again() {
    local first
    run_small both --heartbeat 0.1
    expect_status 0
    first=$(sed '$ d' "$out")
    rm "$latest"/*.{svg,png} "$latest/summary.csv"
    run "$bench" plot "$latest"
    expect_status 0
    [ "$(sed '$ d' "$out")" = "$first" ] || fail "expected the same table and words: $first"
    expect_files "$latest/summary.csv" "$latest"/times-{cold,warm}.{svg,png}
    [ ! -s "$err" ] || fail "expected nothing on stderr"
}

test_plot_draws_several_folders() {
    mkdir "$t/one" "$t/two"
    head -n 20 plots/reference/trials.csv | tee "$t/one/trials.csv" >"$t/two/trials.csv"
    run "$bench" plot "$t/one" "$t/two"
    expect_status 0
    expect_files "$t"/{one,two}/times-cold.{svg,png}
    expect_lines 2 '^pictures and data: ' "$out"
}

test_plot_sums_up_the_reference() {
    cp -R plots/reference "$t/reference"
    rm -f "$t"/reference/times-* "$t/reference/summary.csv"
    run "$bench" plot "$t/reference"
    expect_status 0
    # The medians, and how they stand to the fastest.
    expect_line '^async-mmap +200 +2\.696[67] .* 4\.29( |$)' "$out"
    expect_line '^threads-mmap +200 +0\.0534 .* 1\.00( |$)' "$out"
    expect_line '^async-mmap,cold,200,.*,2\.69665,' "$t/reference/summary.csv"
    expect_files "$t"/reference/times-{cold,warm}.{svg,png}
}

test_plot_of_a_missing_folder_says_so() {
    run "$bench" plot "$t/nowhere"
    expect_error 3 "$t/nowhere/trials.csv" "No such file"
    expect_none "$t/nowhere"
}

test_plot_of_a_folder_without_results_says_so() {
    mkdir "$t/empty"
    run "$bench" plot "$t/empty"
    expect_error 3 "$t/empty/trials.csv" "No such file"
    expect_none "$t/empty"/* "$t/empty/.pictures"
}

test_plot_of_a_half_written_row_names_its_line() {
    mkdir "$t/cut"
    head -n 5 plots/reference/trials.csv >"$t/cut/trials.csv"
    printf 'async-mmap,async,mm' >>"$t/cut/trials.csv"
    run "$bench" plot "$t/cut"
    expect_error 3 "$t/cut/trials.csv: line 6"
    expect_none "$t"/cut/times-* "$t/cut/.pictures" "$t/cut/summary.csv"
}

# ---- What needs no run ---------------------------------------------------------------------------

test_list_shows_every_method() {
    local method
    cd "$t" || fail "cd"
    run "$bench" --list
    expect_status 0
    for method in "${six[@]}" single-copy-read; do
        expect_line "^$method  +[a-z]" "$out"
    done
    expect_line '^Methods of scans; the first 6 are those that run by default:$' "$out"
    expect_line '^Methods of copies; ' "$out"
    [ ! -s "$err" ] || fail "expected nothing on stderr"
    expect_none "$t"/*
}

test_help_shows_every_option() {
    local option
    cd "$t" || fail "cd"
    run "$bench" --help
    expect_status 0
    for option in runs precision at-most files size stride chunk methods pool heartbeat clients prime storage seed data results list; do
        expect_line "^ +--$option " "$out"
    done
    expect_line '^usage: ./run_bench.sh cold' "$out"
    expect_line '^exit status: 0 ' "$out"
    [ ! -s "$err" ] || fail "expected nothing on stderr"
    expect_none "$t"/*
}

# ---- Places --------------------------------------------------------------------------------------

test_it_runs_from_any_folder_and_keeps_data_and_results_there() {
    cd "$t" || fail "cd"
    run "$bench" cold --runs 1 --files 2 --size 512KiB --heartbeat 0
    expect_run 1 cold
    expect_files "$t/data/scan-0001.bin" "$t/data/manifest.csv"
    run ../../../run_bench.sh plot results/latest
    expect_status 0
}

test_names_of_folders_may_hold_spaces_and_quotes() {
    local place="$t/it's \"a place\""
    run_small both --data "$place data" --results "$place results"
    expect_status 0
    expect_ok_rows 12 "$place results/latest/trials.csv"
    expect_files "$place results/latest"/times-{cold,warm}.{svg,png}
    expect_line '^command_line,".*it.s ""a place"" results"$' "$place results/latest/machine.csv"
    run "$bench" plot "$place results/latest"
    expect_status 0
}

test_a_user_who_may_not_write_into_the_repository_can_run_it() {
    [ "$(id -u)" -eq 0 ] || skip "the repository belongs to who runs the tests"
    need_unprivileged
    run "${unprivileged[@]}" "$bench" cold "${small[@]}" --data "$t/own/data" \
        --results "$t/own/results"
    expect_status 0
    expect_ok_rows 6 "$t/own/results/latest/trials.csv"
}

# ---- The data from one run to the next -----------------------------------------------------------

# Files below a page are too small for the storage to be measured at all.
make_data() {
    run_small cold --methods single-read --size 3000B "$@"
    expect_status 0
}

# What tells whether a file was made anew.
identity() { # FILE...
    ls -i "$@"
    find "$@" -newer "$t/made"
}

test_data_that_is_right_is_used_as_it_is() {
    local before
    make_data
    touch "$t/made"
    before=$(identity "$data"/*)
    make_data
    [ "$(identity "$data"/*)" = "$before" ] || fail "expected the same files: $before"
}

# Damages the second file by the command, runs, and expects the data as it was.
expect_repair() { # COMMAND...
    make_data
    cp -R "$data" "$t/right"
    touch "$t/made"
    identity "$data/scan-0000.bin" >"$t/before"
    "$@" || fail "could not damage the data: $*"
    make_data
    diff -r -x manifest.csv "$data" "$t/right" || fail "the data was not made anew"
    identity "$data/scan-0000.bin" | cmp - "$t/before" || fail "the good file was made anew as well"
    expect_ok_rows 1 "$latest/trials.csv"
    expect_none "$data"/*.part
}

test_a_truncated_file_is_made_anew() {
    expect_repair dd if=/dev/null of="$data/scan-0001.bin" bs=1 seek=1500
}

test_an_extended_file_is_made_anew() {
    expect_repair dd if=/dev/zero of="$data/scan-0001.bin" bs=1 count=1 seek=3000 conv=notrunc
}

test_a_removed_file_is_made_anew() {
    expect_repair rm "$data/scan-0001.bin"
}

# Flips nothing that the size or the time of change would tell.
change_quietly() {
    dd if=/dev/zero of="$data/scan-0001.bin" bs=1 count=64 seek=1024 conv=notrunc &&
        touch -r "$t/right/scan-0001.bin" "$data/scan-0001.bin"
}

test_a_file_with_other_content_is_made_anew() {
    expect_repair change_quietly
}

test_a_file_set_without_its_manifest_is_checked_and_kept() {
    local before
    make_data
    touch "$t/made"
    before=$(identity "$data"/*.bin)
    rm "$data/manifest.csv"
    make_data
    [ "$(identity "$data"/*.bin)" = "$before" ] || fail "expected the same files: $before"
    echo nonsense >"$data/manifest.csv"
    make_data
    [ "$(identity "$data"/*.bin)" = "$before" ] || fail "expected the same files: $before"
}

test_another_file_set_replaces_the_one_that_is_there() {
    make_data --files 3
    echo mine >"$data/notes.txt"
    : >"$data/scan-0002.bin.part"
    touch "$t/made"
    make_data --files 1
    [ -z "$(identity "$data/scan-0000.bin" | sed 1d)" ] || fail "the first file was made anew"
    expect_none "$data"/scan-000[12].bin "$data"/*.part
    make_data --files 2 --size 6000B
    [ "$(wc -c <"$data/scan-0001.bin")" -eq 6000 ] || fail "expected files of 6000 bytes"
    expect_ok_rows 1 "$latest/trials.csv"
    expect_files "$data/notes.txt"
}

run_tests
