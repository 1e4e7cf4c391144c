// SPDX-License-Identifier: MIT
/* The real gnuplot draws every picture of made-up results. */
#include "report/draw.h"

#include "core/interrupt.h"
#include "core/process.h"
#include "platform/tie.h"

#include "made_results.h"

#include <dirent.h>

/* The tests run in the root of the repository. */
static const char plots[] = "plots";

static void need_gnuplot(void)
{
    if (process_is_found("gnuplot"))
        return;
    print_message("gnuplot is missing, no picture is drawn: run ./setup.sh, which installs it\n");
    skip();
}

static void assert_drawn(const char *dir, const struct picture *picture)
{
    static const char png[] = "\x89PNG\r\n\x1a\n";
    char name[64];
    size_t length;
    snprintf(name, sizeof name, "%s.svg", picture->name);
    char *text = file_read(dir, name, &length);
    assert_non_null(strstr(text, "<svg"));
    assert_non_null(strstr(text, "</svg>"));
    free(text);
    snprintf(name, sizeof name, "%s.png", picture->name);
    text = file_read(dir, name, &length);
    assert_true(length > 1000);
    assert_memory_equal(text, png, sizeof png - 1);
    assert_memory_equal(text + length - 8, "IEND", 4);
    free(text);
}

static void draw_all(const char *dir, const struct pictures *pictures)
{
    for (size_t i = 0; i < pictures->count; i++) {
        struct error error;
        if (draw_picture(plots, dir, &pictures->list[i], &error) != 0)
            fail_msg("%s: %s", pictures->list[i].name, error.text);
        assert_drawn(dir, &pictures->list[i]);
    }
}

static size_t entries(const char *dir)
{
    size_t count = 0;
    DIR *folder = opendir(dir);
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static void add_methods(struct made *made, const char *const *methods, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const size_t before = made->trials.count;
        add_method(made, methods[i], "cold", 0.1 * (double)(i + 1), 0.5, 0.4);
        for (size_t k = before; k < made->trials.count; k++)
            made->rows[k].loop_delay_p99_s = 0.001 * (double)(i + 1);
    }
}

/* A folder whose name has all that a script could stumble over, beside which nothing is left. */
static void every_picture_of_a_result_is_drawn(void **state)
{
    static const char *const methods[] = {"async-read", "async-mmap", "single-read",
                                          "async-mmap-random"};
    static const char *const names[] = {"plain", "it's \"a\" $HOME, `x` 100 % ä\nb"};
    need_gnuplot();
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct made made = {.trials.count = 0};
        struct machine_fact facts[] = {{"cpu_model", "A, \"B\" <&> \\n 100 %"},
                                       {"device_read_bandwidth_bytes_per_s", "1e9"}};
        struct pictures pictures;
        struct error error;
        char *dir = files_join(*state, names[i]);
        assert_int_equal(mkdir(dir, 0777), 0);
        add_methods(&made, methods, LENGTH(methods));
        for (size_t k = 0; k < made.trials.count; k++)
            made.rows[k].bytes = 8 << 20;
        struct comparison_result result = result_made(&made, dir, facts, LENGTH(facts));
        beats_write(dir, &made, 20);
        delays_write(dir, BEATS_OF_CLIENTS, &made, 20);
        assert_int_equal(pictures_of_result(&pictures, &result, dir, &error), 0);
        assert_int_equal(pictures.count, 6);
        draw_all(dir, &pictures);
        assert_int_equal(entries(dir), 2 + 2 + 3 * pictures.count); /* delays; CSV, SVG and PNG */
        size_t length;
        char *svg = file_read(dir, "times-cold.svg", &length);
        assert_non_null(strstr(svg, "A, 'B' &lt;&amp;> \\n 100 %"));
        assert_non_null(strstr(svg, "Time to scan 8 files of 1 MiB, cold cache, 28 trials"));
        free(svg);
        summary_free(&result.summary);
        free(dir);
    }
}

static void one_trial_and_no_measurement_are_drawn(void **state)
{
    static const double times_s[] = {1e-9, 1e7};
    need_gnuplot();
    for (size_t i = 0; i < LENGTH(times_s); i++) {
        struct made made = {.trials.count = 0};
        struct pictures pictures;
        struct error error;
        add(&made, "async-mmap-random", "cold", 0, times_s[i])->loop_delay_p99_s = times_s[i];
        snprintf(add(&made, "single-read", "cold", 0, NAN)->status, TRIAL_TEXT, STATUS_ERROR);
        struct comparison_result result = result_made(&made, *state, NULL, 0);
        made.trials.count = 1;
        beats_write(*state, &made, 1);
        assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
        draw_all(*state, &pictures);
        summary_free(&result.summary);
    }
}

static void a_range_and_a_comparison_are_drawn(void **state)
{
    static const char *const methods[] = {"single-mmap", "async-mmap-random", "async-read"};
    static const char *const latencies[] = {"0.0009", "0.001", "0.01"};
    struct made made[3] = {{.trials.count = 0}};
    struct machine_fact facts[3][2];
    struct comparison_result results[3];
    struct pictures pictures;
    struct error error;
    need_gnuplot();
    for (size_t i = 0; i < 3; i++) {
        add_methods(&made[i], methods, i == 1 ? 2 : 3);
        for (size_t k = 0; k < made[i].trials.count; k++)
            made[i].rows[k].voluntary_switches = 16;
        facts[i][0] = (struct machine_fact){"storage", i == 0 ? "native" : "emulated"};
        facts[i][1] = (struct machine_fact){i == 0 ? "device_read_latency_s" : "storage_latency_s",
                                            (char *)latencies[i]};
        results[i] = result_made(&made[i], "it's, a \"name\"", facts[i], 2);
    }
    assert_int_equal(pictures_of_range(&pictures, results, 3, *state, &error), 0);
    draw_all(*state, &pictures);
    assert_int_equal(pictures_of_range(&pictures, results, 1, *state, &error), 0);
    draw_all(*state, &pictures);
    assert_int_equal(pictures_of_comparison(&pictures, results, 3, *state, &error), 0);
    draw_all(*state, &pictures);
    for (size_t i = 0; i < 3; i++)
        summary_free(&results[i].summary);
}

/* GNUTERM names a terminal that no gnuplot has. */
static void the_readers_own_settings_change_nothing(void **state)
{
    struct made made = {.trials.count = 0};
    struct pictures pictures;
    struct error error;
    need_gnuplot();
    add_method(&made, "single-read", "cold", 1, 0, 0);
    struct comparison_result result = result_made(&made, *state, NULL, 0);
    assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
    file_write(*state, ".gnuplot", "exit status 7\n", 14);
    setenv("HOME", *state, 1);
    setenv("GNUTERM", "no-such-terminal", 1);
    draw_all(*state, &pictures);
    unsetenv("GNUTERM");
    summary_free(&result.summary);
}

/* The script is one that fails after it has drawn half. */
static void a_picture_that_fails_leaves_the_one_of_before(void **state)
{
    static const struct {
        const char *script;
        const char *said;
    } cases[] = {
        {"set terminal svg; set output name.'.svg'; plot x; exit status 1\n", "failed"},
        {"set terminal svg; set output name.'.svg'; plot x\n", "gnuplot drew no p.png"},
    };
    need_gnuplot();
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct picture picture = {.script = "p", .name = "p", .csv = "p"};
        struct error error;
        file_write(*state, "p.gp", cases[i].script, strlen(cases[i].script));
        file_write(*state, "style.gp", "", 0);
        file_write(*state, "p.csv", "x\n1\n", 4);
        file_write(*state, "p.svg", "before", 6);
        const size_t before = entries(*state);
        assert_int_equal(draw_picture(*state, *state, &picture, &error), -EIO);
        if (strstr(error.text, cases[i].said) == NULL)
            fail_msg("said: %s", error.text);
        assert_true(file_holds(*state, "p.svg", "before"));
        assert_int_equal(entries(*state), before);
    }
}

static void what_is_missing_is_named(void **state)
{
    const struct picture picture = {.script = "times", .name = "times-cold", .csv = "times-cold"};
    struct error error;
    assert_int_equal(draw_picture("no/plots", *state, &picture, &error), -ENOENT);
    assert_non_null(strstr(error.text, "no/plots"));
    assert_int_equal(draw_picture(plots, "no/results", &picture, &error), -ENOENT);
    assert_non_null(strstr(error.text, "no/results"));
    setenv("PATH", "/nowhere", 1); /* the last test */
    assert_int_equal(draw_picture(plots, *state, &picture, &error), -ENOENT);
    assert_non_null(strstr(error.text, "gnuplot is missing: run ./setup.sh"));
    assert_int_equal(entries(*state), 2);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(every_picture_of_a_result_is_drawn),
        FOLDER_TEST(one_trial_and_no_measurement_are_drawn),
        FOLDER_TEST(a_range_and_a_comparison_are_drawn),
        FOLDER_TEST(the_readers_own_settings_change_nothing),
        FOLDER_TEST(a_picture_that_fails_leaves_the_one_of_before),
        FOLDER_TEST(what_is_missing_is_named),
    };
    if (argc > 3 && strcmp(argv[1], PROCESS_TIED) == 0)
        return tie_and_become(&argv[2]);
    process_set_self(argv[0]);
    interrupt_catch();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
