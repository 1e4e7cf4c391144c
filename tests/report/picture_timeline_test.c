// SPDX-License-Identifier: MIT
/* What the pictures of delays over the time are made of: timeline and clients. A panel reaches from
 * 82 to 772 px, of which 70 at least are left for the time at the end of the longest trial. */
#include "given.h"

#define COLUMNS "text,what,panel,method,time_s,delay_ms,x_px,y_px,to_x_px,to_y_px\n"

static struct given given;

/* The longest trial takes 6.2 s, so that a second has 100 px; a step is a six hundredth of it. The
 * panels show 0.01 to 100 ms, with 19 px for each factor of ten. */
static void each_method_on_the_loop_has_a_panel(void **state)
{
    struct beat rows[] = {
        {BEAT_IDLE, 1, 7},                                        /* no trial */
        {0, 1, 0.009},                                            /* not the median */
        {1, 1, 0.005},     {1, 1.001, 0.1}, {1, 1.002, 0.000001}, /* in one step: the ends of it */
        {1, 3, 0.05},      {2, 1, 0.009},   {3, 1, 9},            /* not on the loop */
        {4, 2, 0.001},     {6, 2, 9},                             /* warm */
    };
    const struct beats beats = {LENGTH(rows), rows};
    given_begin(&given);
    give_fact(&given, "cpu_model", "A CPU");
    give(&given, "async-read", "cold", 1);
    give_trial(&given, 6.2);
    give_trial(&given, 7);
    given.rows[0].median_s.value = 6.2;
    give(&given, "threads-read", "cold", 30);
    give(&given, "async-mmap", "cold", 3.1);
    give(&given, "async-read-direct", "cold", 1); /* no beat */
    give(&given, "async-read", "warm", 1);
    const struct picture_source source = {
        .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
    assert_drawn(*state, &picture_timeline, &source,
                 COLUMNS
                 ",picture,1,,,,0,0,800,362\n"
                 "'Loop delay during one scan of 8 files of 1 MiB, cold cache',title,1,,,,20,28\n"
                 "'A CPU',subtitle,1,,,,20,54\n"
                 "'Beats in the trial with the median time of its method; a line marks the end of "
                 "the scan',subtitle,1,,,,20,70\n"
                 "'y',from,1,,0,0.01,82,194\n"
                 ",to,1,,6.9,100,772,118\n"
                 ",x-tick,1,,0,,82,194\n"
                 ",x-tick,1,,1,,182,194\n"
                 ",x-tick,1,,2,,282,194\n"
                 ",x-tick,1,,3,,382,194\n"
                 ",x-tick,1,,4,,482,194\n"
                 ",x-tick,1,,5,,582,194\n"
                 ",x-tick,1,,6,,682,194\n"
                 ",grid,1,,,,82,194,772,194\n"
                 "'0.01 ms',y-tick,1,,,0.01,82,194\n"
                 ",grid,1,,,,82,175,772,175\n"
                 ",grid,1,,,,82,156,772,156\n"
                 "'1 ms',y-tick,1,,,1,82,156\n"
                 ",grid,1,,,,82,137,772,137\n"
                 ",grid,1,,,,82,118,772,118\n"
                 "'100 ms',y-tick,1,,,100,82,118\n"
                 "'async-read',heading,1,,,,82,106\n"
                 ",end,1,,,,702,194,702,118\n"
                 "'6.20 s',name,1,,,,708,127.5\n"
                 "'y',from,2,,0,0.01,82,300\n"
                 ",to,2,,6.9,100,772,224\n"
                 "'0',x-tick,2,,0,,82,300\n"
                 "'1',x-tick,2,,1,,182,300\n"
                 "'2',x-tick,2,,2,,282,300\n"
                 "'3',x-tick,2,,3,,382,300\n"
                 "'4',x-tick,2,,4,,482,300\n"
                 "'5',x-tick,2,,5,,582,300\n"
                 "'6',x-tick,2,,6,,682,300\n"
                 ",grid,2,,,,82,300,772,300\n"
                 "'0.01 ms',y-tick,2,,,0.01,82,300\n"
                 ",grid,2,,,,82,281,772,281\n"
                 ",grid,2,,,,82,262,772,262\n"
                 "'1 ms',y-tick,2,,,1,82,262\n"
                 ",grid,2,,,,82,243,772,243\n"
                 ",grid,2,,,,82,224,772,224\n"
                 "'100 ms',y-tick,2,,,100,82,224\n"
                 "'async-mmap',heading,2,,,,82,212\n"
                 ",end,2,,,,392,300,392,224\n"
                 "'3.10 s',name,2,,,,398,233.5\n"
                 "'seconds since the start of the scan',note-centred,2,,,,427,341\n"
                 ",curve,1,async-read,1.001,100\n"
                 ",curve,1,async-read,1.002,0.01\n"
                 ",curve,1,async-read,3,50\n"
                 ",curve,2,async-mmap,2,1\n");
}

/* The lines for the heading, 6 px, and 30 for the name of each panel. */
static void clients_lie_over_the_beats(void **state)
{
    struct beat rows[] = {{0, 1, 0.005}, {1, 2, 0.1}};
    struct beat client_rows[] = {{0, 1.5, 0.006}, {2, 1, 0.2}};
    const struct beats beats = {LENGTH(rows), rows};
    const struct beats clients = {LENGTH(client_rows), client_rows};
    given_begin(&given);
    give(&given, "async-read", "cold", 6.2)->work = "copy";
    give(&given, "async-read-uring", "cold", 6.2)->work = "copy"; /* not one of those shown */
    give(&given, "async-copy-offload", "cold", 6.2)->work = "copy";
    const struct picture_source source = {.results = &given.result,
                                          .count = 1,
                                          .beats = &beats,
                                          .clients = &clients,
                                          .cache = "cold"};
    assert_drawn(*state, &picture_clients, &source,
                 COLUMNS ",picture,1,,,,0,0,800,382\n"
                         "'Delay of beats and of clients during one copy of 8 files of 1 MiB, cold "
                         "cache',title,1,,,,20,28\n"
                         "'Each by the time it fell due, in the trial with the median time of its "
                         "method; a line marks the end of the copy',subtitle,1,,,,20,54\n"
                         "'y',from,1,,0,0.01,82,195\n"
                         ",to,1,,6.9,1000,772,100\n"
                         ",x-tick,1,,0,,82,195\n"
                         ",x-tick,1,,1,,182,195\n"
                         ",x-tick,1,,2,,282,195\n"
                         ",x-tick,1,,3,,382,195\n"
                         ",x-tick,1,,4,,482,195\n"
                         ",x-tick,1,,5,,582,195\n"
                         ",x-tick,1,,6,,682,195\n"
                         ",grid,1,,,,82,195,772,195\n"
                         "'0.01 ms',y-tick,1,,,0.01,82,195\n"
                         ",grid,1,,,,82,176,772,176\n"
                         ",grid,1,,,,82,157,772,157\n"
                         "'1 ms',y-tick,1,,,1,82,157\n"
                         ",grid,1,,,,82,138,772,138\n"
                         ",grid,1,,,,82,119,772,119\n"
                         "'100 ms',y-tick,1,,,100,82,119\n"
                         ",grid,1,,,,82,100,772,100\n"
                         "'async-read',heading,1,,,,82,88\n"
                         ",end,1,,,,702,195,702,100\n"
                         "'6.20 s',name,1,,,,708,109.5\n"
                         "'y',from,2,,0,0.01,82,320\n"
                         ",to,2,,6.9,1000,772,225\n"
                         "'0',x-tick,2,,0,,82,320\n"
                         "'1',x-tick,2,,1,,182,320\n"
                         "'2',x-tick,2,,2,,282,320\n"
                         "'3',x-tick,2,,3,,382,320\n"
                         "'4',x-tick,2,,4,,482,320\n"
                         "'5',x-tick,2,,5,,582,320\n"
                         "'6',x-tick,2,,6,,682,320\n"
                         ",grid,2,,,,82,320,772,320\n"
                         "'0.01 ms',y-tick,2,,,0.01,82,320\n"
                         ",grid,2,,,,82,301,772,301\n"
                         ",grid,2,,,,82,282,772,282\n"
                         "'1 ms',y-tick,2,,,1,82,282\n"
                         ",grid,2,,,,82,263,772,263\n"
                         ",grid,2,,,,82,244,772,244\n"
                         "'100 ms',y-tick,2,,,100,82,244\n"
                         ",grid,2,,,,82,225,772,225\n"
                         "'async-copy-offload',heading,2,,,,82,213\n"
                         ",end,2,,,,702,320,702,225\n"
                         "'6.20 s',name,2,,,,708,234.5\n"
                         "'requests of clients',note,1,,,,620,88\n"
                         ",mark,1,clients,,,610,88\n"
                         "'beats on the loop',note,1,,,,450,88\n"
                         ",mark,1,beats,,,440,88\n"
                         "'seconds since the start of the copy',note-centred,2,,,,427,361\n"
                         ",curve,1,beats,1,5\n"
                         ",curve,1,clients,1.5,6\n"
                         ",curve,2,clients,1,200\n");
}

/* Without beats their name has no place, either. */
static void clients_alone_are_a_picture(void **state)
{
    struct beat client_rows[] = {{0, 1.5, 0.0006}};
    const struct beats clients = {LENGTH(client_rows), client_rows};
    given_begin(&given);
    give(&given, "async-mmap", "warm", 6.2)->work = "send";
    const struct picture_source source = {
        .results = &given.result, .count = 1, .clients = &clients, .cache = "warm"};
    assert_rows(*state, &picture_clients, &source,
                ROWS("picture", "title", "subtitle", "from", "to", "y-tick", "grid", "mark", "note",
                     "curve"),
                ",picture,1,,,,0,0,800,200\n"
                "'Delay of beats and of clients during one send of 8 files of 1 MiB, warm "
                "cache',title,1,,,,20,28\n"
                "'Each by the time it fell due, in the trial with the median time of its method; a "
                "line marks the end of the send',subtitle,1,,,,20,54\n"
                "'y',from,1,,0,0.01,82,138\n"
                ",to,1,,6.9,1,772,100\n"
                ",grid,1,,,,82,138,772,138\n"
                "'0.01 ms',y-tick,1,,,0.01,82,138\n"
                ",grid,1,,,,82,119,772,119\n"
                ",grid,1,,,,82,100,772,100\n"
                "'1 ms',y-tick,1,,,1,82,100\n"
                "'requests of clients',note,1,,,,620,88\n"
                ",mark,1,clients,,,610,88\n"
                "'seconds since the start of the send',note-centred,1,,,,427,179\n"
                ",curve,1,clients,1.5,0.6\n");
}

static void the_axes_fit_what_is_shown(void **state)
{
    static const struct {
        double elapsed_s;
        double delay_s;
        const char *rows;
    } cases[] = {
        {62, 0.0005,
         ",picture,1,,,,0,0,800,200\n"
         "'y',from,1,,0,0.01,82,138\n"
         ",to,1,,69,1,772,100\n"
         ",end,1,,,,702,138,702,100\n"
         "'62.0 s',name,1,,,,708,109.5\n"
         ",curve,1,async-mmap,0,0.5\n"},
        {62, 0.0011,
         ",picture,1,,,,0,0,800,219\n"
         "'y',from,1,,0,0.01,82,157\n"
         ",to,1,,69,10,772,100\n"
         ",end,1,,,,702,157,702,100\n"
         "'62.0 s',name,1,,,,708,109.5\n"
         ",curve,1,async-mmap,0,1.1\n"},
        {0.0000123, 0.001,
         ",picture,1,,,,0,0,800,200\n"
         "'y',from,1,,0,0.01,82,138\n"
         ",to,1,,1.4098e-05,1,772,100\n"
         ",end,1,,,,684,138,684,100\n"
         "'0.0000123 s',name,1,,,,690,109.5\n"
         ",curve,1,async-mmap,0,1\n"},
        {0, 0.001,
         ",picture,1,,,,0,0,800,200\n"
         "'y',from,1,,0,0.01,82,138\n"
         ",to,1,,1.1129,1,772,100\n"
         ",end,1,,,,82,138,82,100\n"
         "'0 s',name,1,,,,88,109.5\n"
         ",curve,1,async-mmap,0,1\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct beat rows[] = {{0, 0, cases[i].delay_s}};
        const struct beats beats = {LENGTH(rows), rows};
        given_begin(&given);
        give(&given, "async-mmap", "cold", cases[i].elapsed_s);
        const struct picture_source source = {
            .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
        assert_rows(*state, &picture_timeline, &source,
                    ROWS("picture", "from", "to", "end", "name", "curve"), cases[i].rows);
    }
}

/* Both keep the smallest and the largest of each step of a six hundredth of the longest time, even
 * when that is of a method without a beat. */
static void steps_are_those_of_the_longest_median(void **state)
{
    struct beat rows[] = {{0, 0.5, 0.001}, {0, 0.9, 0.002}, {0, 0.95, 0.003}, {0, 1.1, 0.004}};
    const struct beats beats = {LENGTH(rows), rows};
    given_begin(&given);
    give(&given, "async-mmap", "cold", 6);
    give(&given, "async-read", "cold", 600); /* no beat */
    give(&given, "single-read", "cold", 60000);
    const struct picture_source source = {
        .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
    assert_rows(*state, &picture_timeline, &source, ROWS("curve", "heading"),
                "'async-mmap',heading,1,,,,82,88\n"
                ",curve,1,async-mmap,0.5,1\n"
                ",curve,1,async-mmap,0.95,3\n"
                ",curve,1,async-mmap,1.1,4\n");
}

static void only_some_methods_have_a_panel_of_clients(void **state)
{
    static const struct {
        const char *method;
        bool is_shown;
    } cases[] = {
        {"async-read", true},        {"async-mmap", true},          {"async-mmap-hybrid", true},
        {"async-copy-read", true},   {"async-copy-mmap", true},     {"async-copy-offload", true},
        {"async-send-read", true},   {"async-send-sendfile", true}, {"async-send-offload", true},
        {"async-send-uring", false}, {"single-read", false},        {"async-mmap-random", false},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct beat rows[] = {{0, 0.5, 0.001}};
        const struct beats beats = {LENGTH(rows), rows};
        given_begin(&given);
        give(&given, cases[i].method, "cold", 1);
        const struct picture_source source = {
            .results = &given.result, .count = 1, .clients = &beats, .cache = "cold"};
        if (cases[i].is_shown)
            assert_rows(*state, &picture_clients, &source, ROWS("curve"),
                        ",curve,1,clients,0.5,1\n");
        else
            assert_missing(*state, &picture_clients, &source,
                           "no method that it shows had a request of a client");
    }
}

static void without_a_beat_there_is_no_picture(void **state)
{
    struct beat rows[] = {{BEAT_IDLE, 0.5, 0.001}, {1, 0.5, 0.001}, {2, 0.5, 0.001}};
    const struct beats beats = {LENGTH(rows), rows};
    given_begin(&given);
    give(&given, "async-read", "cold", 1);
    last_trial(&given)->order = -1; /* unknown, and no idle control */
    give(&given, "single-read", "cold", 1);
    give(&given, "async-mmap", "cold", 1)->count = 0; /* no ok trial */
    const struct picture_source source = {
        .results = &given.result, .count = 1, .beats = &beats, .cache = "cold"};
    assert_missing(*state, &picture_timeline, &source, "no trial of an async-* method had a beat");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(each_method_on_the_loop_has_a_panel),
        FOLDER_TEST(clients_lie_over_the_beats),
        FOLDER_TEST(clients_alone_are_a_picture),
        FOLDER_TEST(the_axes_fit_what_is_shown),
        FOLDER_TEST(steps_are_those_of_the_longest_median),
        FOLDER_TEST(only_some_methods_have_a_panel_of_clients),
        FOLDER_TEST(without_a_beat_there_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
