// SPDX-License-Identifier: MIT
/* Which pictures there are of made-up results, and what their CSV files hold. */
#include "report/picture.h"

#include "methods/method.h"
#include "report/sheet.h"

#include "made_results.h"

static char *csv; /* that was read last */

static void read_csv(const char *dir, const char *name)
{
    size_t length;
    free(csv);
    csv = file_read(dir, name, &length);
}

static void assert_has(const char *line)
{
    if (strstr(csv, line) == NULL)
        fail_msg("no '%s' in\n%s", line, csv);
}

static size_t lines_with(const char *part)
{
    size_t count = 0;
    for (const char *at = csv; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

/* Every line of a picture's CSV has as many fields as the header, texts with commas too. */
static void assert_whole(const char *dir, const struct picture *picture)
{
    char name[64];
    snprintf(name, sizeof name, "%s.csv", picture->csv);
    read_csv(dir, name);
    assert_memory_equal(csv, "text,what,panel,method,", strlen("text,what,panel,method,"));
    size_t header = 0;
    size_t fields = 1;
    bool quoted = false;
    for (const char *next = csv; *next != '\0'; next++) {
        quoted = quoted != (*next == '"');
        fields += *next == ',' && !quoted;
        if (*next != '\n')
            continue;
        assert_false(quoted);
        header = header == 0 ? fields : header;
        assert_int_equal(fields, header);
        fields = 1;
    }
    assert_null(strstr(csv, "nan"));
    assert_null(strstr(csv, "inf"));
}

static void assert_names(const struct pictures *pictures, const char *expected)
{
    char names[256] = "";
    for (size_t i = 0; i < pictures->count; i++)
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s ",
                 pictures->list[i].name);
    assert_string_equal(names, expected);
}

static void there_is_a_picture_of_all_that_was_measured(void **state)
{
    static const struct {
        const char *methods[3]; /* the last one without an ok trial */
        bool cold;
        bool warm;
        int beats; /* -1: no file */
        const char *names;
        size_t missing;
    } cases[] = {
        {{"async-mmap"}, true, false, -1, "times-cold ", 0},
        {{"async-mmap"}, true, true, -1, "times-cold times-warm ", 0},
        {{"async-mmap"}, false, true, 5, "times-warm delay-warm loop-warm timeline-warm ", 0},
        {{"async-mmap"}, true, false, 0, "times-cold loop-cold ", 2}, /* scans too short */
        {{"threads-mmap"}, true, false, 5, "times-cold delay-cold loop-cold ", 1},
        {{"async-mmap", "async-mmap-random"},
         true,
         false,
         5,
         "times-cold delay-cold loop-cold timeline-cold remedies ",
         0},
        {{"async-mmap-random"}, true, false, -1, "times-cold ", 0},
        {{NULL, NULL, "async-mmap"}, true, true, 5, "", 0},
        {{"single-read", NULL, "async-mmap"},
         true,
         false,
         5,
         "times-cold delay-cold loop-cold ",
         1},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct pictures pictures;
        struct error error;
        for (size_t k = 0; k < 3; k++) {
            const size_t before = made.trials.count;
            if (cases[i].methods[k] == NULL)
                continue;
            if (cases[i].cold)
                add_method(&made, cases[i].methods[k], "cold", 0.5, 0.5, 0.4);
            if (cases[i].warm)
                add_method(&made, cases[i].methods[k], "warm", 0.1, 0.5, 0.4);
            for (size_t row = before; row < made.trials.count; row++) {
                made.rows[row].loop_delay_p99_s = 0.01;
                if (k == 2)
                    snprintf(made.rows[row].status, TRIAL_TEXT, STATUS_ERROR);
            }
        }
        struct comparison_result result = result_made(&made, *state, NULL, 0);
        if (cases[i].beats >= 0)
            beats_write(*state, &made, cases[i].beats);
        assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
        assert_names(&pictures, cases[i].names);
        assert_int_equal(pictures.missing_count, cases[i].missing);
        for (size_t k = 0; k < pictures.count; k++)
            assert_whole(*state, &pictures.list[k]);
        summary_free(&result.summary);
        char *beats = files_join(*state, "loop_delay.csv");
        unlink(beats);
        free(beats);
    }
}

static void a_missing_picture_is_no_file_and_has_a_reason(void **state)
{
    struct made made = {.trials.count = 0};
    struct pictures pictures;
    struct error error;
    add_method(&made, "single-read", "cold", 0.5, 0.5, 0.4);
    struct comparison_result result = result_made(&made, *state, NULL, 0);
    beats_write(*state, &made, 2);
    assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
    assert_int_equal(pictures.missing_count, 1);
    assert_string_equal(pictures.missing[0],
                        "no picture timeline-cold: no trial of an async-* method had a beat");
    assert_false(file_exists(*state, "timeline-cold.csv"));
    assert_false(file_exists(*state, "timeline-cold.csv.part"));
    summary_free(&result.summary);
}

static void what_cannot_be_read_or_written_is_an_error(void **state)
{
    struct made made = {.trials.count = 0};
    struct pictures pictures;
    struct error error;
    add_method(&made, "single-read", "cold", 0.5, 0.5, 0.4);
    struct comparison_result result = result_made(&made, *state, NULL, 0);
    char *nowhere = files_join(*state, "nowhere");
    assert_int_equal(pictures_of_result(&pictures, &result, nowhere, &error), -ENOENT);
    free(nowhere);
    file_write(*state, "loop_delay.csv", "nonsense\n", 9);
    assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), -EINVAL);
    summary_free(&result.summary);
}

static void times_show_each_trial_each_median_and_the_limit_of_the_device(void **state)
{
    static const struct {
        const char *speed;
        const char *limit; /* NULL: nothing is said of it */
        bool is_drawn;
    } cases[] = {
        {"16777216", "\"device limit 0.500 s\",note-centred", true},
        {"1000000", "\"device limit 8.39 s is off the scale\",note", false},
        {"", NULL, false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct machine_fact fact = {"device_read_bandwidth_bytes_per_s", (char *)cases[i].speed};
        struct pictures pictures;
        struct error error;
        add_method(&made, "async-read", "cold", 0.5, 0.5, 0.4);
        add_method(&made, "single-mmap", "cold", 1, 0.5, 0.4);
        add(&made, "single-mmap", "cold", 8, NAN);
        snprintf(made.rows[made.trials.count - 1].status, TRIAL_TEXT, STATUS_NOT_COLD);
        for (size_t k = 0; k < made.trials.count; k++)
            made.rows[k].bytes = 8 << 20;
        struct comparison_result result = result_made(&made, *state, &fact, 1);
        assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
        read_csv(*state, "times-cold.csv");
        assert_has(
            "\n\"Time to scan 8 files of 1 MiB, cold cache, 14 trials (1 left out)\",title,");
        assert_has("\n\"1.00 s\",median,1,single-mmap,1.003,2.12,");
        assert_int_equal(lines_with(",trial,1,async-read,"), REPEATS);
        assert_int_equal(lines_with(",trial,1,single-mmap,"), REPEATS);
        assert_has("\n\"async-read\",row-name,");
        assert_int_equal(lines_with("\n,limit,"), cases[i].is_drawn);
        if (cases[i].limit != NULL)
            assert_has(cases[i].limit);
        else
            assert_int_equal(lines_with("device limit"), 0);
        summary_free(&result.summary);
    }
}

/* Variants of a scan may take after their base, but the base of a copy or a send has no such name.
 */
static void every_method_of_copies_and_sends_has_a_look(void **state)
{
    size_t length;
    char *style = file_read("plots", "style.gp", &length);
    (void)state;
    for (size_t i = 0; methods[i] != NULL; i++) {
        char look[64];
        snprintf(look, sizeof look, "%s 0x", methods[i]->name);
        if (methods[i]->kind != NULL && strstr(style, look) == NULL)
            fail_msg("%s has no look in plots/style.gp", methods[i]->name);
    }
    free(style);
}

/* Their methods have the work in their names, and their ways to the bytes only in a column. */
static void copies_and_sends_are_called_so(void **state)
{
    static const struct {
        const char *work;
        const char *method;
        const char *title;
        const char *plane;
        const char *limits;
        const char *timeline;
        const char *end;
    } cases[] = {
        {"copy", "async-copy-offload",
         "\n\"Time to copy 1 file of 1 MiB, cold cache, 7 trials\",title,",
         "\n\"Loop delay against the time to copy 1 file of 1 MiB\",title,",
         "p99 delay under 5 ms, at most 1.15 times the fastest median cold, 1.15 times warm.",
         "\n\"Loop delay during one copy of 1 file of 1 MiB, cold cache\",title,",
         "; a line marks the end of the copy\",subtitle,"},
        {"send", "async-send-offload",
         "\n\"Time to send 1 file of 1 MiB, cold cache, 7 trials\",title,",
         "\n\"Loop delay against the time to send 1 file of 1 MiB\",title,",
         "p99 delay under 5 ms, at most 1.11 times the fastest median cold, 1.11 times warm.",
         "\n\"Loop delay during one send of 1 file of 1 MiB, cold cache\",title,",
         "\n\"seconds since the start of the send\","},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct pictures pictures;
        struct error error;
        add_method(&made, cases[i].method, "cold", 0.5, 0.5, 0.4);
        for (size_t k = 0; k < made.trials.count; k++) {
            snprintf(made.rows[k].work, TRIAL_TEXT, "%s", cases[i].work);
            snprintf(made.rows[k].io, TRIAL_TEXT, "sendfile");
            made.rows[k].files = 1;
            made.rows[k].loop_delay_p99_s = 0.01;
        }
        struct comparison_result result = result_made(&made, *state, NULL, 0);
        beats_write(*state, &made, 5);
        assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
        assert_names(&pictures, "times-cold delay-cold loop-cold timeline-cold remedies ");
        read_csv(*state, "times-cold.csv");
        assert_has(cases[i].title);
        assert_has("\n\"sendfile\",name,1,");
        assert_int_equal(lines_with("\n\"sendfile\",trial,1,async-"), REPEATS);
        read_csv(*state, "remedies.csv");
        assert_has(cases[i].plane);
        assert_has(cases[i].limits);
        read_csv(*state, "timeline-cold.csv");
        assert_has(cases[i].timeline);
        assert_has(cases[i].end);
        assert_int_equal(pictures_of_comparison(&pictures, &result, 1, *state, &error), 0);
        read_csv(*state, "compare-drawn.csv");
        assert_int_equal(lines_with("scan"), 0);
        summary_free(&result.summary);
    }
}

/* Of seven trials with a time of 0.5 s, 0.1 % more each, the fourth has the median time. */
static void the_curves_are_those_of_the_beats(void **state)
{
    struct made made = {.trials.count = 0};
    struct pictures pictures;
    struct error error;
    add_method(&made, "async-mmap", "cold", 0.5, 0.5, 0.4);
    struct comparison_result result = result_made(&made, *state, NULL, 0);
    beats_write(*state, &made, 10);
    assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
    read_csv(*state, "delay-cold.csv");
    assert_int_equal(lines_with("\n,curve,1,idle,"), 10);
    assert_has("\n,curve,1,idle,0,0.03,");
    assert_has("\n,curve,1,idle,1,0.03,"); /* the longest of ten */
    assert_has("\n,curve,1,async-mmap,0,50,");
    assert_has("\n,curve,1,async-mmap,1.8451,503,"); /* of seventy */
    assert_has("\n\"idle control\",name,");
    assert_has("\n\"50 %\",x-tick,1,,0.30103,");
    assert_has("\n\"10 ms\",y-tick,1,,,10,");
    read_csv(*state, "timeline-cold.csv");
    assert_int_equal(lines_with("\n,curve,"), 10);
    assert_has("\n,curve,1,async-mmap,0.05015,501.5,");
    assert_has("\n,curve,1,async-mmap,0.5015,50.15,");
    assert_has("\n\"0.501 s\",name,1,");
    read_csv(*state, "loop-cold.csv");
    assert_has("\n\"25 %\",polling,1,async-mmap,0,1,25,");
    assert_has("\n\"25 %\",cpu,1,async-mmap,25,1,50,");
    assert_has("\n\"50 %\",stalled,1,async-mmap,50,1,100,");
    summary_free(&result.summary);
}

/* Where the mark of a series stands. */
static double mark_x_px(const char *line)
{
    const char *mark = strstr(csv, line);
    assert_non_null(mark);
    return strtod(mark + strlen(line), NULL);
}

/* Also without beats, and of the methods that are shown only. */
static void delays_of_clients_stand_beside_the_beats(void **state)
{
    static const struct {
        int beats; /* -1: no file */
        int requests;
        const char *names;
        size_t of_beats;
        size_t of_clients;
    } cases[] = {
        {-1, 4, "times-cold clients-cold ", 0, 8},
        {10, 0, "times-cold delay-cold loop-cold timeline-cold clients-cold remedies ", 20, 0},
        {10, 4, "times-cold delay-cold loop-cold timeline-cold clients-cold remedies ", 20, 8},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct pictures pictures;
        struct error error;
        add_method(&made, "async-mmap", "cold", 0.5, 0.5, 0.4);
        add_method(&made, "async-mmap-yield", "cold", 0.5, 0.5, 0.4);
        add_method(&made, "async-mmap-hybrid", "cold", 0.5, 0.5, 0.4);
        add_method(&made, "threads-read", "cold", 0.5, 0.5, 0.4);
        for (size_t k = 0; k < made.trials.count; k++)
            made.rows[k].loop_delay_p99_s = 0.01;
        struct comparison_result result = result_made(&made, *state, NULL, 0);
        if (cases[i].beats >= 0)
            beats_write(*state, &made, cases[i].beats);
        delays_write(*state, BEATS_OF_CLIENTS, &made, cases[i].requests);
        assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
        assert_names(&pictures, cases[i].names);
        for (size_t k = 0; k < pictures.count; k++)
            assert_whole(*state, &pictures.list[k]);
        read_csv(*state, "clients-cold.csv");
        assert_int_equal(lines_with(",curve,1,beats,") + lines_with(",curve,2,beats,"),
                         cases[i].of_beats);
        assert_int_equal(lines_with(",curve,1,clients,") + lines_with(",curve,2,clients,"),
                         cases[i].of_clients);
        assert_has("\n\"async-mmap\",heading,1,");
        assert_has("\n\"async-mmap-hybrid\",heading,2,");
        assert_int_equal(lines_with(",heading,"), 2);
        assert_int_equal(lines_with(",mark,1,beats,"), cases[i].beats >= 0);
        if (cases[i].beats >= 0) /* with room for the name between them */
            assert_true(mark_x_px(",mark,1,clients,,,") - mark_x_px(",mark,1,beats,,,") > 100);
        if (cases[i].of_clients > 0) { /* of the trial with the median time, in ms */
            assert_has("\n,curve,1,clients,0.125375,501.5,");
            assert_has("\n,curve,2,clients,0.5015,125.375,");
        }
        summary_free(&result.summary);
    }
}

static void of_a_trial_with_more_beats_than_were_kept_none_is_drawn(void **state)
{
    struct made made = {.trials.count = 0};
    struct pictures pictures;
    struct error error;
    add_method(&made, "async-mmap", "cold", 0.5, 0.5, 0.4);
    add_method(&made, "async-read", "cold", 0.5, 0.5, 0.4);
    for (int i = 0; i < REPEATS; i++)
        made.rows[i].loop_delay_max_s = NAN;
    struct comparison_result result = result_made(&made, *state, NULL, 0);
    beats_write(*state, &made, 10);
    assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
    read_csv(*state, "delay-cold.csv");
    assert_true(lines_with(",curve,1,async-read,") > 0);
    assert_int_equal(lines_with(",curve,1,async-mmap,"), 0);
    summary_free(&result.summary);
}

static void the_idle_control_has_a_bar(void **state)
{
    struct machine_fact facts[] = {{"idle_elapsed_s", "0.2"},
                                   {"idle_loop_poll_s", "0.19"},
                                   {"idle_loop_cpu_s", "0.01"},
                                   {"idle_loop_stalled_s", "0"}};
    struct made made = {.trials.count = 0};
    struct pictures pictures;
    struct error error;
    add_method(&made, "async-mmap", "cold", 0.5, 0.5, 0.4);
    struct comparison_result result = result_made(&made, *state, facts, LENGTH(facts));
    beats_write(*state, &made, 2);
    assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
    read_csv(*state, "loop-cold.csv");
    assert_has("\n\"95 %\",polling,1,idle control,0,2.4,95,");
    assert_has("\n,stalled,1,idle control,100,2.4,100,"); /* no room for a value */
    assert_int_equal(lines_with("\n,rule,1,"), 1);
    summary_free(&result.summary);
}

static void what_cannot_be_told_apart_has_a_colour_of_its_own(void **state)
{
    struct machine_fact facts[] = {
        {"idle_elapsed_s", "0.2"},        {"idle_loop_cpu_s", "0.02"},
        {"idle_loop_poll_low_s", "0.1"},  {"idle_loop_poll_high_s", "0.18"},
        {"idle_loop_stalled_low_s", "0"}, {"idle_loop_stalled_high_s", "0.08"}};
    struct made made = {.trials.count = 0};
    struct pictures pictures;
    struct error error;
    add_method(&made, "async-mmap", "cold", 0.5, 0.5, 0.4);
    for (size_t i = 0; i < made.trials.count; i++)
        made.rows[i].loop_queued_s = 0.1 * made.rows[i].elapsed_s;
    struct comparison_result result = result_made(&made, *state, facts, LENGTH(facts));
    beats_write(*state, &made, 2);
    assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
    read_csv(*state, "loop-cold.csv");
    assert_has("\n\"10 %\",queued,1,async-mmap,50,1,60,");
    assert_int_equal(lines_with(",untold,1,async-mmap,"), 0);
    assert_has("\n\"50 %\",polling,1,idle control,0,2.4,50,");
    assert_has("\n\"40 %\",untold,1,idle control,60,2.4,100,");
    assert_has("\n\"cannot be told apart\",name,1,");
    summary_free(&result.summary);
}

/* The last numbers of the line that begins so: its place in pixels. */
static void read_px(const char *begin, double px[4])
{
    const char *line = strstr(csv, begin);
    assert_non_null(line);
    const char *end = strchr(line + 1, '\n');
    int commas = 0;
    while (commas < 4)
        commas += *--end == ',';
    assert_int_equal(sscanf(end, ",%lf,%lf,%lf,%lf", &px[0], &px[1], &px[2], &px[3]), 4);
}

static void remedies_are_points_of_which_covered_ones_are_larger(void **state)
{
    struct made made = {.trials.count = 0};
    struct pictures pictures;
    struct error error;
    add_method(&made, "async-mmap", "cold", 0.5, 0.5, 0.4);
    add_method(&made, "async-mmap-random", "cold", 0.5, 0.5, 0.4);
    add_method(&made, "async-read-uring", "cold", 20, 0.5, 0.4);
    for (size_t i = 0; i < made.trials.count; i++)
        made.rows[i].loop_delay_p99_s = i < (size_t)2 * REPEATS ? 0.4 : 0;
    add_method(&made, "async-mmap", "warm", 0.01, 0.5, 0.005); /* too few beats for a p99 */
    add_method(&made, "single-read", "cold", 0.1, 0.5, 0.005);
    struct comparison_result result = result_made(&made, *state, NULL, 0);
    beats_write(*state, &made, 2);
    assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
    read_csv(*state, "remedies.csv");
    assert_has("\n,point,1,async-mmap,0.5015,400,");
    assert_has(",1.15,,,,\n,point,1,async-mmap-random,");
    assert_has("\n,point,1,async-read-uring,20.06,0.001,"); /* drawn as a microsecond */
    assert_has("\n\"xy\",from,1,,"); /* times with a factor of forty are on a log scale */
    assert_has(
        "\n\"The delay is that of beats on the loop. Bars are 95 % intervals of the median.\"");
    assert_has("at most 1.1 times the fastest median cold, 1.5 times warm. *: recommended, by");
    assert_has("\n\"cold cache, 28 trials\",heading,1,");
    double corner[4]; /* by the fastest, though it has no point: within the panel all the same */
    read_px("\n,corner,1,", corner);
    assert_true(corner[2] > corner[0]);
    assert_has(
        "\n\"Not shown, as no p99 delay is known: 1 method cold, 1 method warm.\",subtitle,");
    assert_int_equal(lines_with(",heading,2,"), 0);
    summary_free(&result.summary);
}

static void the_corner_and_the_stars_are_those_of_the_recommendation(void **state)
{
    struct made made = {.trials.count = 0};
    struct pictures pictures;
    struct error error;
    add_method(&made, "async-mmap", "cold", 1, 0.5, 0.4);
    add_method(&made, "async-mmap", "warm", 1, 0.5, 0.4);
    add_method(&made, "async-read-uring", "cold", 1.05, 0.5, 0.001);
    add_method(&made, "async-read-uring", "warm", 1.4, 0.5, 0.001);
    add_method(&made, "single-mmap", "cold", 2, 0.5, 0.4);
    add_method(&made, "single-mmap", "warm", 2, 0.5, 0.4);
    for (size_t i = 0; i < made.trials.count; i++) {
        made.rows[i].loop_delay_p99_s = made.rows[i].loop_delay_max_s > 0.01 ? 0.4 : 0.0001;
        made.rows[i].client_p99_s = 0.001;
    }
    struct comparison_result result = result_made(&made, *state, NULL, 0);
    beats_write(*state, &made, 2);
    assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
    read_csv(*state, "remedies.csv");
    for (int panel = 1; panel <= 2; panel++) {
        char line[64];
        double corner[4];
        double tick[4];
        snprintf(line, sizeof line, "\n\"async-read-uring *\",name,%d,", panel);
        assert_has(line);
        snprintf(line, sizeof line, "\n\"async-mmap\",name,%d,", panel);
        assert_has(line);
        snprintf(line, sizeof line, ",point,%d,async-read-uring,%s,1,", panel,
                 panel == 1 ? "1.05315" : "1.4042"); /* of its clients */
        assert_has(line);
        /* From 0 at the left edge; the fastest takes 1.003 s. */
        snprintf(line, sizeof line, "\n,corner,%d,", panel);
        read_px(line, corner);
        snprintf(line, sizeof line, "\n\"1\",x-tick,%d,", panel);
        const char *at = strstr(csv, line);
        assert_non_null(at);
        assert_int_equal(sscanf(at + strlen(line), ",1,,,,,%lf", &tick[0]), 1);
        assert_true(fabs((corner[2] - corner[0]) / (tick[0] - corner[0]) -
                         (panel == 1 ? 1.1 : 1.5) * 1.003) < 0.001);
    }
    summary_free(&result.summary);
}

static void a_range_of_latencies_has_curves_and_the_model(void **state)
{
    static const char *const latencies[] = {"0.0001", "0.001", "0.01"};
    struct made made[3];
    struct machine_fact facts[3][2];
    struct comparison_result results[3];
    struct pictures pictures;
    struct error error;
    for (size_t i = 0; i < 3; i++) {
        made[i].trials = (struct trials){.count = 0};
        add_method(&made[i], "single-mmap", "cold", 0.1 * (double)(i + 1), 0, 0);
        for (size_t k = 0; k < made[i].trials.count; k++)
            made[i].rows[k].voluntary_switches = 16;
        facts[i][0] = (struct machine_fact){"storage", i == 0 ? "native" : "emulated"};
        facts[i][1] = (struct machine_fact){i == 0 ? "device_read_latency_s" : "storage_latency_s",
                                            (char *)latencies[i]};
        results[i] = result_made(&made[i], *state, facts[i], 2);
    }
    assert_int_equal(pictures_of_range(&pictures, results, 3, *state, &error), 0);
    assert_names(&pictures, "storage ");
    assert_string_equal(pictures.list[0].csv, "storage-drawn");
    assert_whole(*state, &pictures.list[0]);
    assert_has(
        "\n\"Dotted: model, latency times waits, one after the other: 16 of single-mmap.\",");
    assert_has("\n,curve,1,single-mmap,0.0001,100.3,");
    assert_has("\n,curve,1,single-mmap,0.01,300.9,");
    assert_has("\n\"native, 0.1 ms\",x-tick,1,,0.0001,");
    assert_int_equal(lines_with("\n,model,1,single-mmap,"), 1);
    /* Without a latency there is no place on the axis. */
    facts[0][1].value = "";
    assert_int_equal(pictures_of_range(&pictures, results, 1, *state, &error), 0);
    assert_int_equal(pictures.count, 0);
    assert_int_equal(pictures.missing_count, 1);
    for (size_t i = 0; i < 3; i++)
        summary_free(&results[i].summary);
}

static void a_comparison_shows_each_result_in_a_lane(void **state)
{
    char long_name[200];
    struct made made[2] = {{.trials.count = 0}, {.trials.count = 0}};
    struct pictures pictures;
    struct error error;
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    add_method(&made[0], "single-read", "cold", 1, 0, 0);
    add_method(&made[1], "single-read", "cold", 2, 0, 0);
    add_method(&made[1], "async-read", "cold", 3, 0, 0);
    struct comparison_result results[] = {result_made(&made[0], "a, \"b\" \\ c", NULL, 0),
                                          result_made(&made[1], long_name, NULL, 0)};
    assert_int_equal(pictures_of_comparison(&pictures, results, 2, *state, &error), 0);
    assert_names(&pictures, "compare ");
    assert_string_equal(pictures.list[0].csv, "compare-drawn");
    assert_whole(*state, &pictures.list[0]);
    assert_has("\n\"a, 'b' \\\\ c\",name,");
    assert_has("xx…xx");
    assert_has("\n,median,1,single-read,1.003,0.829545,");
    assert_has("\n,median,1,single-read,2.006,1.17045,");
    assert_has("\n,median,1,async-read,3.009,2.17045,");
    summary_free(&results[0].summary);
    summary_free(&results[1].summary);
}

/* One method that takes far longer than another puts all panels on a logarithmic axis. */
static void a_comparison_is_logarithmic_if_any_panel_is_wide(void **state)
{
    static const struct {
        double cold_s;
        double warm_s;
        bool is_log; /* beside 1 s in both */
    } cases[] = {{19, 2, false}, {21, 2, true}, {2, 21, true}, {21, 21, true}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct made made = {.trials.count = 0};
        struct pictures pictures;
        struct error error;
        add_method(&made, "single-read", "cold", 1, 0, 0);
        add_method(&made, "single-read", "warm", 1, 0, 0);
        add_method(&made, "async-read", "cold", cases[i].cold_s, 0, 0);
        add_method(&made, "async-read", "warm", cases[i].warm_s, 0, 0);
        struct comparison_result result = result_made(&made, "only", NULL, 0);
        assert_int_equal(pictures_of_comparison(&pictures, &result, 1, *state, &error), 0);
        read_csv(*state, "compare-drawn.csv");
        for (int panel = 1; panel <= 2; panel++) {
            char zero[32];
            snprintf(zero, sizeof zero, ",x-tick,%d,,0,", panel);
            assert_int_equal(strstr(csv, zero) == NULL, cases[i].is_log);
        }
        summary_free(&result.summary);
    }
}

static void texts_are_harmless_to_gnuplot_and_stay_texts(void **state)
{
    static const struct {
        const char *text;
        const char *field;
    } cases[] = {
        {"a, b", "\"a, b\""},
        {"say \"x\"", "\"say 'x'\""},
        {"a\\nb", "\"a\\\\nb\""},
        {"two\nlines\tand \001", "\"two lines and  \""},
        {"\xc3\xa4 \xff \xc3", "\"\xc3\xa4 ? ?\""},
        {",x", "\" ,x\""},
        {"", ""},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sheet sheet;
        struct error error;
        char line[128];
        assert_int_equal(sheet_open(&sheet, *state, "s", "x_s,y", &error), 0);
        sheet_text(&sheet, "name", 1, cases[i].text, 2, 3);
        assert_int_equal(sheet_close(&sheet, 0, &error), 0);
        read_csv(*state, "s.csv");
        snprintf(line, sizeof line, "\n%s,name,1,,,,2,3,,\n", cases[i].field);
        assert_has(line);
    }
}

/* Very small and very large times, one trial, and every figure the same. */
static void extreme_results_have_whole_pictures(void **state)
{
    static const double times_s[] = {1e-9, 1e-4, 1, 1e7, 0};
    for (size_t i = 0; i < LENGTH(times_s); i++) {
        struct made made = {.trials.count = 0};
        struct pictures pictures;
        struct error error;
        struct trial *trial = add(&made, "async-mmap-random", "cold", 0, times_s[i]);
        trial->loop_delay_p99_s = times_s[i];
        trial->loop_poll_s = 0;
        trial->loop_cpu_s = times_s[i];
        trial->loop_stalled_s = 0;
        struct comparison_result result = result_made(&made, *state, NULL, 0);
        beats_write(*state, &made, 1);
        assert_int_equal(pictures_of_result(&pictures, &result, *state, &error), 0);
        assert_true(pictures.count >= 3);
        for (size_t k = 0; k < pictures.count; k++)
            assert_whole(*state, &pictures.list[k]);
        if (i == 1) { /* a single beat is where it is, though it is also the shortest */
            read_csv(*state, "delay-cold.csv");
            assert_has("\n,curve,1,async-mmap-random,0,0.1,");
        }
        summary_free(&result.summary);
    }
}

static int forget_csv(void **state)
{
    (void)state;
    free(csv);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(there_is_a_picture_of_all_that_was_measured),
        FOLDER_TEST(a_missing_picture_is_no_file_and_has_a_reason),
        FOLDER_TEST(what_cannot_be_read_or_written_is_an_error),
        FOLDER_TEST(times_show_each_trial_each_median_and_the_limit_of_the_device),
        cmocka_unit_test(every_method_of_copies_and_sends_has_a_look),
        FOLDER_TEST(copies_and_sends_are_called_so),
        FOLDER_TEST(the_curves_are_those_of_the_beats),
        FOLDER_TEST(delays_of_clients_stand_beside_the_beats),
        FOLDER_TEST(of_a_trial_with_more_beats_than_were_kept_none_is_drawn),
        FOLDER_TEST(the_idle_control_has_a_bar),
        FOLDER_TEST(what_cannot_be_told_apart_has_a_colour_of_its_own),
        FOLDER_TEST(remedies_are_points_of_which_covered_ones_are_larger),
        FOLDER_TEST(the_corner_and_the_stars_are_those_of_the_recommendation),
        FOLDER_TEST(a_range_of_latencies_has_curves_and_the_model),
        FOLDER_TEST(a_comparison_shows_each_result_in_a_lane),
        FOLDER_TEST(a_comparison_is_logarithmic_if_any_panel_is_wide),
        FOLDER_TEST(texts_are_harmless_to_gnuplot_and_stay_texts),
        FOLDER_TEST(extreme_results_have_whole_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, forget_csv);
}
