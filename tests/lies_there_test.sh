#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What lies there already: files of somebody else, links and folders in the place of ours, results of
# older versions, and results that can only be read.
# shellcheck source=tests/support.sh
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

readonly one=("${small[@]}" --methods single-read)

test_files_of_somebody_else_in_the_data_folder_stay() {
    local name
    for name in scan-0000.bin scan-0001.bin scan-0001.bin.part manifest.csv; do
        mkdir "$data"
        echo precious >"$data/$name"
        run_small cold --methods single-read
        expect_error 3 "$data/$name was not made here" "give --data another folder"
        [ "$(cat "$data/$name")" = precious ] || fail "$name is gone"
        expect_none "$results"
        rm -r "$data"
    done
    mkdir "$data"
    echo precious | tee "$data/scan-0003.bin" >"$data/notes.txt"
    run_small cold --methods single-read
    expect_status 0
    [ "$(cat "$data/scan-0003.bin" "$data/notes.txt" | uniq)" = precious ] || fail "a file is gone"
    rm -r "$data"
    mkdir -p "$data/scan-0000.bin/folder"
    run_small cold --methods single-read
    expect_error 3 "$data/scan-0000.bin was not made here"
    [ -d "$data/scan-0000.bin/folder" ] || fail "the folder is gone"
}

# Whatever has the name latest, the run goes on and says what became of it.
test_anything_in_the_place_of_latest_stays() {
    local what
    for what in folder file; do
        mkdir "$results"
        if [ "$what" = folder ]; then mkdir "$latest"; else echo precious >"$latest"; fi
        run_small cold --methods single-read
        expect_status 0
        expect_lines 1 'latest is no link of ours and is left as it is' "$err"
        expect_files "$results"/2*/trials.csv
        [ ! -L "$latest" ] || fail "latest is a link now"
        rm -r "$results"
    done
    mkdir "$results"
    ln -s nowhere "$latest"
    run_small cold --methods single-read
    expect_status 0
    expect_files "$latest/trials.csv"
    expect_none "$results"/latest.*
}

test_the_results_folder_may_be_a_link() {
    mkdir "$t/elsewhere"
    ln -s elsewhere "$results"
    run_small cold --methods single-read
    expect_status 0
    expect_files "$t/elsewhere/latest/trials.csv"
}

# compare and plot make no new latest, and compare may read it.
test_latest_is_the_last_run_that_measured() {
    local measured
    run_small cold --methods single-read
    measured=$(readlink "$latest")
    run "$bench" compare --anyway plots/reference "$latest" --results "$results"
    expect_status 0
    [ "$(readlink "$latest")" = "$measured" ] || fail "latest points to $(readlink "$latest")"
    run "$bench" plot "$latest" --results "$results"
    expect_status 0
    [ "$(readlink "$latest")" = "$measured" ] || fail "latest points to $(readlink "$latest")"
    run "$bench" cold "${one[@]}" --data /nowhere/data
    expect_status 3
    [ "$(readlink "$latest")" = "$measured" ] || fail "latest points to $(readlink "$latest")"
}

# Columns and files that older versions did not have are unknown; those of newer ones are passed over.
test_results_of_other_versions_can_be_shown() {
    run "$bench" plot plots/reference --results "$results"
    expect_status 0
    expect_files "$results"/*-plot/times-cold.png
    mkdir "$t/old"
    printf 'method,cache,elapsed_s\nasync-mmap,cold,1.5\nasync-mmap,cold,1.6\n' >"$t/old/trials.csv"
    run "$bench" plot "$t/old"
    expect_status 0
    expect_line '^async-mmap +2 +1\.55' "$out"
    expect_files "$t"/old/times-cold.{svg,png}
    mkdir "$t/new"
    printf 'future,method,cache,elapsed_s,status\nx,warp-read,cold,1.5,ok\n' >"$t/new/trials.csv"
    run "$bench" plot "$t/new"
    expect_status 0
    expect_line '^warp-read +1 +1\.5' "$out"
}

test_results_that_can_only_be_read_are_shown_elsewhere() {
    need_unprivileged
    run_small cold --heartbeat 1
    expect_status 0
    rm "$latest"/*.png "$latest"/*.svg
    chmod -R a+rX,a-w "$results"
    cd "$t/own" || fail "cd"
    run "${unprivileged[@]}" "$bench" plot "$latest"
    chmod -R u+w "$results"
    expect_status 0
    expect_line '^async-mmap ' "$out"
    expect_line "cannot be written: the pictures go to results/.*-plot" "$err"
    expect_files "$t"/own/results/*-plot/times-cold.{svg,png}
    expect_none "$latest"/*.png
}

# Only its own folder tells that a question was asked of emulated storage, too.
test_an_answer_from_emulated_storage_stands_beside_the_native_one() {
    local part
    run_small cold --methods async-mmap,async-mmap-prefetch --runs 6
    expect_status 0
    mkdir -p "$t/questions/disk"
    for part in platforms disk/native prefetch; do
        cp -RL "$latest" "$t/questions/$part"
    done
    run "$bench" plot "$t/questions"
    expect_lines 1 '^- cold, async-mmap-prefetch ' "$out"
    expect_no_line 'n emulated storage' "$out"
    cp -RL "$latest" "$t/questions/prefetch-5ms"
    rm "$t"/questions/prefetch-5ms/*.{svg,png}
    printf 'storage,emulated\nstorage_latency_s,0.005\n' >>"$t/questions/prefetch-5ms/machine.csv"
    run "$bench" plot "$t/questions"
    expect_lines 1 '^This storage does not tell all of it. On emulated storage of 5 ms:$' "$out"
    expect_lines 1 '^cold page cache, on emulated storage of 5 ms: ' "$out"
    expect_lines 2 '^- cold, async-mmap-prefetch ' "$out"
    expect_files "$t/questions/prefetch-5ms/times-cold.png"
}

# An interrupted experiment can be shown as far as it went.
test_half_an_experiment_can_be_shown() {
    run_small cold --methods async-mmap,single-mmap --heartbeat 1
    mkdir "$t/half"
    cp -RL "$latest" "$t/half/native"
    run "$bench" plot "$t/half"
    expect_status 0
    expect_line '^median time \(s\) +native$' "$out"
}

run_tests
