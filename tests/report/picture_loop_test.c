// SPDX-License-Identifier: MIT
/* What the picture of the loop's time is made of. Where the names are n characters wide, the bars
 * begin at 32 + 8 n px and 740 - 8 n px are 100 %. A row is 30 px high, a bar 0.68 of it. */
#include "given.h"

#define COLUMNS "text,what,panel,method,from_percent,row,to_percent,x_px,y_px,to_x_px,to_y_px\n"

static struct given given;

static struct summary_row *add(const char *method, double poll, double cpu, double queued,
                               double stalled)
{
    struct summary_row *row = give(&given, method, "cold", 1);
    row->loop_poll_share = poll;
    row->loop_cpu_share = cpu;
    row->loop_queued_share = queued;
    row->loop_stalled_share = stalled;
    return row;
}

static struct picture_source source(void)
{
    return (struct picture_source){.results = &given.result, .count = 1, .cache = "cold"};
}

/* Names of 15 characters: 6.2 px for each percent. A value has 8 px for each character, and 6. */
static void each_method_has_a_bar_of_its_shares(void **state)
{
    given_begin(&given);
    give_fact(&given, "idle_elapsed_s", "2");
    give_fact(&given, "idle_loop_poll_s", "1.9");
    give_fact(&given, "idle_loop_cpu_s", "0.06");
    give_fact(&given, "idle_loop_queued_s", "0.02");
    give_fact(&given, "idle_loop_stalled_s", "0.012");
    add("async-copy-mmap", 0.5, 0.25, 0.05, 0.2);
    add("async-read", NAN, NAN, NAN, NAN);
    add("threads-read", 0.062, 0.048, NAN, 0.88); /* unknown queueing is no part of its own */
    give(&given, "async-read", "warm", 1)->loop_poll_share = 1;
    const struct picture_source all = source();
    assert_drawn(*state, &picture_loop, &all,
                 COLUMNS ",picture,1,,,,,0,0,800,274\n"
                         "'The loop thread's time, scan of 8 files of 1 MiB, cold cache, 3 "
                         "trials',title,1,,,,,20,28\n"
                         ",from,1,,0,4.9,,152,212\n"
                         ",to,1,,100,0.5,,772,80\n"
                         "'0 %',x-tick,1,,0,,,152,212\n"
                         "'20 %',x-tick,1,,20,,,276,212\n"
                         "'40 %',x-tick,1,,40,,,400,212\n"
                         "'60 %',x-tick,1,,60,,,524,212\n"
                         "'80 %',x-tick,1,,80,,,648,212\n"
                         "'100 %',x-tick,1,,100,,,772,212\n"
                         "'share of the elapsed time',note-centred,1,,,,,462,253\n"
                         ",polling,1,,,,,28,69,46,57\n"
                         "'polling',name,1,,,,,54,63\n"
                         ",cpu,1,,,,,125,69,143,57\n"
                         "'on a CPU',name,1,,,,,151,63\n"
                         ",queued,1,,,,,229,69,247,57\n"
                         "'queued',name,1,,,,,255,63\n"
                         ",stalled,1,,,,,319,69,337,57\n"
                         "'stalled',name,1,,,,,345,63\n"
                         "'async-copy-mmap',row-name,1,,,,,144,95\n"
                         "'50 %',polling,1,async-copy-mmap,0,1,50,152,105.2,462,84.8\n"
                         "'25 %',cpu,1,async-copy-mmap,50,1,75,462,105.2,617,84.8\n"
                         "'5 %',queued,1,async-copy-mmap,75,1,80,617,105.2,648,84.8\n"
                         "'20 %',stalled,1,async-copy-mmap,80,1,100,648,105.2,772,84.8\n"
                         "'async-read',row-name,1,,,,,144,125\n"
                         "'no measurement',note,1,,,,,160,125\n"
                         "'threads-read',row-name,1,,,,,144,155\n"
                         "'6 %',polling,1,threads-read,0,3,6.2,152,165.2,190.44,144.8\n"
                         ",cpu,1,threads-read,6.2,3,11,190.44,165.2,220.2,144.8\n"
                         ",queued,1,threads-read,11,3,11,220.2,165.2,220.2,144.8\n"
                         "'88 %',stalled,1,threads-read,11,3,99,220.2,165.2,765.8,144.8\n"
                         "'idle control',row-name,1,,,,,144,197\n"
                         "'95 %',polling,1,idle control,0,4.4,95,152,207.2,741,186.8\n"
                         ",cpu,1,idle control,95,4.4,98,741,207.2,759.6,186.8\n"
                         ",queued,1,idle control,98,4.4,99,759.6,207.2,765.8,186.8\n"
                         ",stalled,1,idle control,99,4.4,99.6,765.8,207.2,769.52,186.8\n"
                         ",rule,1,,,,,152,176,772,176\n");
}

/* The shares may add up to more, and then all are on one scale with it. Where only a range is known
 * the bar has its low end; what is left to 100 % cannot be told apart. */
static void what_is_not_known_is_the_rest(void **state)
{
    static const struct {
        double poll;
        double cpu;
        double queued;
        double stalled;
        struct summary_range poll_range;
        struct summary_range stalled_range;
        const char *rows;
    } cases[] = {
        {0.5,
         0.4,
         0.2,
         0.1,
         {NAN, NAN},
         {NAN, NAN},
         ",picture,1,,,,,0,0,800,172\n"
         ",from,1,,0,1.5,,152,110\n"
         ",to,1,,120,0.5,,772,80\n"
         "'0 %',x-tick,1,,0,,,152,110\n"
         "'20 %',x-tick,1,,20,,,255.333,110\n"
         "'40 %',x-tick,1,,40,,,358.667,110\n"
         "'60 %',x-tick,1,,60,,,462,110\n"
         "'80 %',x-tick,1,,80,,,565.333,110\n"
         "'100 %',x-tick,1,,100,,,668.667,110\n"
         "'120 %',x-tick,1,,120,,,772,110\n"
         ",polling,1,,,,,28,69,46,57\n"
         "'polling',name,1,,,,,54,63\n"
         ",cpu,1,,,,,125,69,143,57\n"
         "'on a CPU',name,1,,,,,151,63\n"
         ",queued,1,,,,,229,69,247,57\n"
         "'queued',name,1,,,,,255,63\n"
         ",stalled,1,,,,,319,69,337,57\n"
         "'stalled',name,1,,,,,345,63\n"
         "'50 %',polling,1,async-copy-mmap,0,1,50,152,105.2,410.333,84.8\n"
         "'40 %',cpu,1,async-copy-mmap,50,1,90,410.333,105.2,617,84.8\n"
         "'20 %',queued,1,async-copy-mmap,90,1,110,617,105.2,720.333,84.8\n"
         "'10 %',stalled,1,async-copy-mmap,110,1,120,720.333,105.2,772,84.8\n"},
        {NAN,
         0.3,
         0.1,
         0.2,
         {0.1, 0.4},
         {NAN, NAN},
         ",picture,1,,,,,0,0,800,172\n"
         ",from,1,,0,1.5,,152,110\n"
         ",to,1,,100,0.5,,772,80\n"
         "'0 %',x-tick,1,,0,,,152,110\n"
         "'20 %',x-tick,1,,20,,,276,110\n"
         "'40 %',x-tick,1,,40,,,400,110\n"
         "'60 %',x-tick,1,,60,,,524,110\n"
         "'80 %',x-tick,1,,80,,,648,110\n"
         "'100 %',x-tick,1,,100,,,772,110\n"
         ",polling,1,,,,,28,69,46,57\n"
         "'polling',name,1,,,,,54,63\n"
         ",cpu,1,,,,,125,69,143,57\n"
         "'on a CPU',name,1,,,,,151,63\n"
         ",queued,1,,,,,229,69,247,57\n"
         "'queued',name,1,,,,,255,63\n"
         ",stalled,1,,,,,319,69,337,57\n"
         "'stalled',name,1,,,,,345,63\n"
         ",untold,1,,,,,416,69,434,57\n"
         "'cannot be told apart',name,1,,,,,442,63\n"
         "'10 %',polling,1,async-copy-mmap,0,1,10,152,105.2,214,84.8\n"
         "'30 %',cpu,1,async-copy-mmap,10,1,40,214,105.2,400,84.8\n"
         "'10 %',queued,1,async-copy-mmap,40,1,50,400,105.2,462,84.8\n"
         "'20 %',stalled,1,async-copy-mmap,50,1,70,462,105.2,586,84.8\n"
         "'30 %',untold,1,async-copy-mmap,70,1,100,586,105.2,772,84.8\n"},
        {0.1,
         0.3,
         0,
         NAN,
         {NAN, NAN},
         {0.5, 0.6},
         ",picture,1,,,,,0,0,800,172\n"
         ",from,1,,0,1.5,,152,110\n"
         ",to,1,,100,0.5,,772,80\n"
         "'0 %',x-tick,1,,0,,,152,110\n"
         "'20 %',x-tick,1,,20,,,276,110\n"
         "'40 %',x-tick,1,,40,,,400,110\n"
         "'60 %',x-tick,1,,60,,,524,110\n"
         "'80 %',x-tick,1,,80,,,648,110\n"
         "'100 %',x-tick,1,,100,,,772,110\n"
         ",polling,1,,,,,28,69,46,57\n"
         "'polling',name,1,,,,,54,63\n"
         ",cpu,1,,,,,125,69,143,57\n"
         "'on a CPU',name,1,,,,,151,63\n"
         ",queued,1,,,,,229,69,247,57\n"
         "'queued',name,1,,,,,255,63\n"
         ",stalled,1,,,,,319,69,337,57\n"
         "'stalled',name,1,,,,,345,63\n"
         ",untold,1,,,,,416,69,434,57\n"
         "'cannot be told apart',name,1,,,,,442,63\n"
         "'10 %',polling,1,async-copy-mmap,0,1,10,152,105.2,214,84.8\n"
         "'30 %',cpu,1,async-copy-mmap,10,1,40,214,105.2,400,84.8\n"
         ",queued,1,async-copy-mmap,40,1,40,400,105.2,400,84.8\n"
         "'50 %',stalled,1,async-copy-mmap,40,1,90,400,105.2,710,84.8\n"
         "'10 %',untold,1,async-copy-mmap,90,1,100,710,105.2,772,84.8\n"},
        {NAN,
         0.3,
         NAN,
         NAN,
         {0.2, 0.4},
         {0.3, 0.5},
         ",picture,1,,,,,0,0,800,172\n"
         ",from,1,,0,1.5,,152,110\n"
         ",to,1,,100,0.5,,772,80\n"
         "'0 %',x-tick,1,,0,,,152,110\n"
         "'20 %',x-tick,1,,20,,,276,110\n"
         "'40 %',x-tick,1,,40,,,400,110\n"
         "'60 %',x-tick,1,,60,,,524,110\n"
         "'80 %',x-tick,1,,80,,,648,110\n"
         "'100 %',x-tick,1,,100,,,772,110\n"
         ",polling,1,,,,,28,69,46,57\n"
         "'polling',name,1,,,,,54,63\n"
         ",cpu,1,,,,,125,69,143,57\n"
         "'on a CPU',name,1,,,,,151,63\n"
         ",queued,1,,,,,229,69,247,57\n"
         "'queued',name,1,,,,,255,63\n"
         ",stalled,1,,,,,319,69,337,57\n"
         "'stalled',name,1,,,,,345,63\n"
         ",untold,1,,,,,416,69,434,57\n"
         "'cannot be told apart',name,1,,,,,442,63\n"
         "'20 %',polling,1,async-copy-mmap,0,1,20,152,105.2,276,84.8\n"
         "'30 %',cpu,1,async-copy-mmap,20,1,50,276,105.2,462,84.8\n"
         ",queued,1,async-copy-mmap,50,1,50,462,105.2,462,84.8\n"
         "'30 %',stalled,1,async-copy-mmap,50,1,80,462,105.2,648,84.8\n"
         "'20 %',untold,1,async-copy-mmap,80,1,100,648,105.2,772,84.8\n"},
        {NAN,
         0.5,
         0.3,
         NAN,
         {0.1, 0.2},
         {0.2, 0.3},
         ",picture,1,,,,,0,0,800,172\n"
         ",from,1,,0,1.5,,152,110\n"
         ",to,1,,110,0.5,,772,80\n"
         "'0 %',x-tick,1,,0,,,152,110\n"
         "'20 %',x-tick,1,,20,,,264.727,110\n"
         "'40 %',x-tick,1,,40,,,377.455,110\n"
         "'60 %',x-tick,1,,60,,,490.182,110\n"
         "'80 %',x-tick,1,,80,,,602.909,110\n"
         "'100 %',x-tick,1,,100,,,715.636,110\n"
         ",polling,1,,,,,28,69,46,57\n"
         "'polling',name,1,,,,,54,63\n"
         ",cpu,1,,,,,125,69,143,57\n"
         "'on a CPU',name,1,,,,,151,63\n"
         ",queued,1,,,,,229,69,247,57\n"
         "'queued',name,1,,,,,255,63\n"
         ",stalled,1,,,,,319,69,337,57\n"
         "'stalled',name,1,,,,,345,63\n"
         "'10 %',polling,1,async-copy-mmap,0,1,10,152,105.2,208.364,84.8\n"
         "'50 %',cpu,1,async-copy-mmap,10,1,60,208.364,105.2,490.182,84.8\n"
         "'30 %',queued,1,async-copy-mmap,60,1,90,490.182,105.2,659.273,84.8\n"
         "'20 %',stalled,1,async-copy-mmap,90,1,110,659.273,105.2,772,84.8\n"}, /* no rest below
                                                                                   nothing */
        {NAN,
         0.3,
         0.1,
         NAN,
         {0.1, 0.4},
         {0.5, 0.8},
         ",picture,1,,,,,0,0,800,172\n"
         ",from,1,,0,1.5,,152,110\n"
         ",to,1,,100,0.5,,772,80\n"
         "'0 %',x-tick,1,,0,,,152,110\n"
         "'20 %',x-tick,1,,20,,,276,110\n"
         "'40 %',x-tick,1,,40,,,400,110\n"
         "'60 %',x-tick,1,,60,,,524,110\n"
         "'80 %',x-tick,1,,80,,,648,110\n"
         "'100 %',x-tick,1,,100,,,772,110\n"
         ",polling,1,,,,,28,69,46,57\n"
         "'polling',name,1,,,,,54,63\n"
         ",cpu,1,,,,,125,69,143,57\n"
         "'on a CPU',name,1,,,,,151,63\n"
         ",queued,1,,,,,229,69,247,57\n"
         "'queued',name,1,,,,,255,63\n"
         ",stalled,1,,,,,319,69,337,57\n"
         "'stalled',name,1,,,,,345,63\n"
         "'10 %',polling,1,async-copy-mmap,0,1,10,152,105.2,214,84.8\n"
         "'30 %',cpu,1,async-copy-mmap,10,1,40,214,105.2,400,84.8\n"
         "'10 %',queued,1,async-copy-mmap,40,1,50,400,105.2,462,84.8\n"
         "'50 %',stalled,1,async-copy-mmap,50,1,100,462,105.2,772,84.8\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        given_begin(&given);
        struct summary_row *row =
            add("async-copy-mmap", cases[i].poll, cases[i].cpu, cases[i].queued, cases[i].stalled);
        row->loop_poll_range = cases[i].poll_range;
        row->loop_stalled_range = cases[i].stalled_range;
        const struct picture_source all = source();
        assert_rows(*state, &picture_loop, &all,
                    ROWS("picture", "from", "to", "x-tick", "polling", "cpu", "queued", "stalled",
                         "untold", "name", "rule"),
                    cases[i].rows);
    }
}

static void the_idle_control_has_what_is_known_of_it(void **state)
{
    static const struct {
        const char *facts[8][2];
        const char *rows;
    } cases[] = {
        {{{"idle_elapsed_s", "2"},
          {"idle_loop_cpu_s", "0.2"},
          {"idle_loop_poll_low_s", "1"},
          {"idle_loop_poll_high_s", "1.5"},
          {"idle_loop_stalled_low_s", "0.3"},
          {"idle_loop_stalled_high_s", "0.8"}},
         ",picture,1,,,,,0,0,800,232\n"
         "'The loop thread's time, send of 8 files of 1 MiB, cold cache, 1 "
         "trial',title,1,,,,,20,28\n"
         "'A CPU',subtitle,1,,,,,20,54\n"
         ",from,1,,0,2.9,,128,170\n"
         ",to,1,,100,0.5,,772,98\n"
         "'polling',name,1,,,,,54,81\n"
         "'on a CPU',name,1,,,,,151,81\n"
         "'queued',name,1,,,,,255,81\n"
         "'stalled',name,1,,,,,345,81\n"
         "'cannot be told apart',name,1,,,,,442,81\n"
         "'x',row-name,1,,,,,120,113\n"
         "'idle control',row-name,1,,,,,120,155\n"
         "'50 %',polling,1,idle control,0,2.4,50,128,165.2,450,144.8\n"
         "'10 %',cpu,1,idle control,50,2.4,60,450,165.2,514.4,144.8\n"
         ",queued,1,idle control,60,2.4,60,514.4,165.2,514.4,144.8\n"
         "'15 %',stalled,1,idle control,60,2.4,75,514.4,165.2,611,144.8\n"
         "'25 %',untold,1,idle control,75,2.4,100,611,165.2,772,144.8\n"
         ",rule,1,,,,,128,134,772,134\n"},
        {{{"idle_elapsed_s", "2"}, {"idle_loop_cpu_s", "0.2"}, {"idle_loop_poll_s", "1"}},
         ",picture,1,,,,,0,0,800,190\n"
         "'The loop thread's time, send of 8 files of 1 MiB, cold cache, 1 "
         "trial',title,1,,,,,20,28\n"
         "'A CPU',subtitle,1,,,,,20,54\n"
         ",from,1,,0,1.5,,40,128\n"
         ",to,1,,100,0.5,,772,98\n"
         "'polling',name,1,,,,,54,81\n"
         "'on a CPU',name,1,,,,,151,81\n"
         "'queued',name,1,,,,,255,81\n"
         "'stalled',name,1,,,,,345,81\n"
         "'x',row-name,1,,,,,32,113\n"},
        {{{"idle_loop_poll_s", "1"}, {"idle_loop_cpu_s", "0.2"}, {"idle_loop_stalled_s", "1"}},
         ",picture,1,,,,,0,0,800,190\n"
         "'The loop thread's time, send of 8 files of 1 MiB, cold cache, 1 "
         "trial',title,1,,,,,20,28\n"
         "'A CPU',subtitle,1,,,,,20,54\n"
         ",from,1,,0,1.5,,40,128\n"
         ",to,1,,100,0.5,,772,98\n"
         "'polling',name,1,,,,,54,81\n"
         "'on a CPU',name,1,,,,,151,81\n"
         "'queued',name,1,,,,,255,81\n"
         "'stalled',name,1,,,,,345,81\n"
         "'x',row-name,1,,,,,32,113\n"},
        {{{"idle_elapsed_s", "4"},
          {"idle_loop_poll_s", "1"},
          {"idle_loop_cpu_s", "1"},
          {"idle_loop_queued_s", "1"},
          {"idle_loop_stalled_s", "1"}},
         ",picture,1,,,,,0,0,800,232\n"
         "'The loop thread's time, send of 8 files of 1 MiB, cold cache, 1 "
         "trial',title,1,,,,,20,28\n"
         "'A CPU',subtitle,1,,,,,20,54\n"
         ",from,1,,0,2.9,,128,170\n"
         ",to,1,,100,0.5,,772,98\n"
         "'polling',name,1,,,,,54,81\n"
         "'on a CPU',name,1,,,,,151,81\n"
         "'queued',name,1,,,,,255,81\n"
         "'stalled',name,1,,,,,345,81\n"
         "'x',row-name,1,,,,,120,113\n"
         "'idle control',row-name,1,,,,,120,155\n"
         "'25 %',polling,1,idle control,0,2.4,25,128,165.2,289,144.8\n"
         "'25 %',cpu,1,idle control,25,2.4,50,289,165.2,450,144.8\n"
         "'25 %',queued,1,idle control,50,2.4,75,450,165.2,611,144.8\n"
         "'25 %',stalled,1,idle control,75,2.4,100,611,165.2,772,144.8\n"
         ",rule,1,,,,,128,134,772,134\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        given_begin(&given);
        give_fact(&given, "cpu_model", "A CPU");
        for (size_t k = 0; k < 8 && cases[i].facts[k][0] != NULL; k++)
            give_fact(&given, cases[i].facts[k][0], cases[i].facts[k][1]);
        add("x", 1, 0, 0, 0)->work = "send";
        const struct picture_source all = source();
        assert_rows(*state, &picture_loop, &all,
                    ROWS("picture", "title", "subtitle", "from", "to", "polling,1,idle",
                         "cpu,1,idle", "queued,1,idle", "stalled,1,idle", "untold,1,idle",
                         "row-name", "name", "rule"),
                    cases[i].rows);
    }
}

/* The idle control alone is none, either. */
static void without_figures_of_the_loop_there_is_no_picture(void **state)
{
    given_begin(&given);
    give_fact(&given, "idle_elapsed_s", "2");
    give_fact(&given, "idle_loop_poll_s", "1.9");
    give_fact(&given, "idle_loop_cpu_s", "0.06");
    give_fact(&given, "idle_loop_stalled_s", "0.012");
    add("async-read", 0.5, NAN, 0.5, 0);
    add("async-mmap", NAN, 0.5, 0.5, 0);
    const struct picture_source all = source();
    assert_missing(*state, &picture_loop, &all, "no method has figures of the loop");
    given_begin(&given);
    const struct picture_source none = source();
    assert_missing(*state, &picture_loop, &none, "no method has figures of the loop");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(each_method_has_a_bar_of_its_shares),
        FOLDER_TEST(what_is_not_known_is_the_rest),
        FOLDER_TEST(the_idle_control_has_what_is_known_of_it),
        FOLDER_TEST(without_figures_of_the_loop_there_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
