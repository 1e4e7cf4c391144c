// SPDX-License-Identifier: MIT
/* What the picture of storage of several latencies is made of. Where the names are n characters
 * wide, the panels reach from 82 to 710 - 8 n px; the lowest latency stands 26 px within them, the
 * highest 14 px; the lowest value stands 12 px above their lower end, the highest as far below the
 * upper one. */
#include "given.h"

#include "record/machine_facts.h"

#define COLUMNS                                                                                    \
    "text,what,panel,method,latency_s,value_ms,low_ms,high_ms,size,line_width,x_px,y_px,to_x_px,"  \
    "to_y_px\n"

enum { RESULTS = 36 };
static struct given given[RESULTS];
static struct comparison_result results[RESULTS];

/* The storage of a result. */
static void begin(size_t i, const char *storage, const char *latency_s)
{
    given_begin(&given[i]);
    give_fact(&given[i], "storage", storage);
    give_fact(&given[i],
              strcmp(storage, "native") == 0 ? "device_read_latency_s" : "storage_latency_s",
              latency_s);
}

static struct picture_source all_of(size_t count)
{
    for (size_t i = 0; i < count; i++)
        results[i] = given[i].result;
    return (struct picture_source){.results = results, .count = count};
}

static void add(size_t i, const char *method, double median_s, double p99_s, int64_t waits)
{
    give(&given[i], method, "cold", median_s)->loop_delay_p99_s = p99_s;
    last_trial(&given[i])->voluntary_switches = waits;
}

/* Names of 11 characters: the panels end at 622, and the latencies have 250 px for each factor of
 * ten. 20 to 2000 ms (the model's, 20 waits of 0.1 s) and 0.1 to 10 ms: 113 px for each. */
static void times_and_delays_grow_with_the_latency(void **state)
{
    begin(0, "emulated", "0.1");
    add(0, "single-mmap", 1, NAN, 20);
    given[0].rows[0].median_s.low = 0.9;
    given[0].rows[0].median_s.high = 1.2;
    add(0, "async-read", 1, 0.01, 500);
    begin(1, "native", "0.001");
    give_fact(&given[1], "cpu_model", "A CPU");
    give(&given[1], "single-mmap", "warm", 0.0001)->loop_delay_p99_s = 5; /* not of a cold one */
    add(1, "async-read", 0.04, 0.0001, 9000);
    given[1].rows[1].median_s.low = 0.02;
    given[1].rows[1].median_s.high = 0.05;
    add(1, "single-mmap", 0.1, NAN, 9000); /* the model is not of the native one */
    begin(2, "emulated", "0.01");
    add(2, "single-mmap", 0.2, NAN, 7);
    add(2, "async-read", 0.0003, 0.7, 500);
    given[2].rows[1].count = 0; /* no ok trial */
    const struct picture_source source = all_of(3);
    assert_drawn(*state, &picture_storage, &source,
                 COLUMNS
                 ",picture,1,,,,,,,,0,0,800,764\n"
                 "'Scan time and loop delay by the latency of the storage',title,1,,,,,,,,20,28\n"
                 "'A CPU',subtitle,1,,,,,,,,20,54\n"
                 "'Cold cache, 8 files of 1 MiB. All storage but the native one is emulated. Bars "
                 "are 95 % intervals.',subtitle,1,,,,,,,,20,70\n"
                 "'Dotted: model, latency times waits, one after the other: 20 of "
                 "single-mmap.',subtitle,1,,,,,,,,20,86\n"
                 "'latency of one request, log scale',note-centred,2,,,,,,,,352,743\n"
                 "'xy',from,1,,0.000787046,15.6616,,,,,82,390\n"
                 ",to,1,,0.113763,2554.02,,,,,622,140\n"
                 "'median time to scan',heading,1,,,,,,,,20,120\n"
                 ",x-tick,1,,0.001,,,,,,108,390\n"
                 ",x-tick,1,,0.01,,,,,,358,390\n"
                 ",x-tick,1,,0.1,,,,,,608,390\n"
                 "'100 ms',y-tick,1,,,100,,,,,82,299.016\n"
                 "'1 s',y-tick,1,,,1000,,,,,82,186.016\n"
                 ",leader,1,single-mmap,,,,,,,608,186.016,622,186.016\n"
                 ",leader,1,single-mmap,,,,,,,622,186.016,666,177.016\n"
                 ",mark,1,single-mmap,,,,,,,674,177.016\n"
                 "'single-mmap',name,1,,,,,,,,684,177.016\n"
                 ",leader,1,async-read,,,,,,,608,186.016,622,186.016\n"
                 ",leader,1,async-read,,,,,,,622,186.016,666,195.016\n"
                 ",mark,1,async-read,,,,,,,674,195.016\n"
                 "'async-read',name,1,,,,,,,,684,195.016\n"
                 "'xy',from,2,,0.000787046,0.0783079,,,,,82,702\n"
                 ",to,2,,0.113763,12.7701,,,,,622,452\n"
                 "'p99 loop delay',heading,2,,,,,,,,20,432\n"
                 "'native, 1 ms',x-tick,2,,0.001,,,,,,108,702\n"
                 "'10 ms',x-tick,2,,0.01,,,,,,358,702\n"
                 "'100 ms',x-tick,2,,0.1,,,,,,608,702\n"
                 "'0.1 ms',y-tick,2,,,0.1,,,,,82,690\n"
                 "'1 ms',y-tick,2,,,1,,,,,82,577\n"
                 "'10 ms',y-tick,2,,,10,,,,,82,464\n"
                 ",leader,2,async-read,,,,,,,608,464,622,464\n"
                 ",leader,2,async-read,,,,,,,622,464,666,464\n"
                 ",mark,2,async-read,,,,,,,674,464\n"
                 "'async-read',name,2,,,,,,,,684,464\n"
                 ",model,1,single-mmap,,,,,,,367,260.932,599,156.068\n"
                 ",curve,1,single-mmap,0.001,100,100,100,0.8,2\n"
                 ",curve,1,single-mmap,0.01,200,200,200,0.8,2\n"
                 ",curve,1,single-mmap,0.1,1000,900,1200,1.15,2\n"
                 ",curve,1,async-read,0.001,40,20,50,0.8,2\n"
                 ",curve,1,async-read,0.01,,,,1,2\n"
                 ",curve,1,async-read,0.1,1000,1000,1000,0.8,2\n"
                 ",curve,2,single-mmap,0.001,,,,1,2\n"
                 ",curve,2,single-mmap,0.01,,,,1,2\n"
                 ",curve,2,single-mmap,0.1,,,,1,2\n"
                 ",curve,2,async-read,0.001,0.1,0.1,0.1,0.8,2\n"
                 ",curve,2,async-read,0.01,,,,1,2\n"
                 ",curve,2,async-read,0.1,10,10,10,0.8,2\n");
}

/* A single latency stands in the middle of the 500 px, a single value in the middle of the 250 px
 * and of a factor of ten, for which there are 226. */
static void one_result_has_its_points_in_the_middle(void **state)
{
    begin(0, "native", "0.001");
    add(0, "single-mmap", 0.1, NAN, 20);
    const struct picture_source source = all_of(1);
    assert_drawn(*state, &picture_storage, &source,
                 COLUMNS
                 ",picture,1,,,,,,,,0,0,800,416\n"
                 "'Scan time and loop delay by the latency of the storage',title,1,,,,,,,,20,28\n"
                 "'Cold cache, 8 files of 1 MiB. The storage is the native one. Bars are 95 % "
                 "intervals.',subtitle,1,,,,,,,,20,54\n"
                 "'latency of one request, log scale',note-centred,1,,,,,,,,352,395\n"
                 "'xy',from,1,,0.000465225,27.9835,,,,,82,354\n"
                 ",to,1,,0.00207916,357.353,,,,,622,104\n"
                 "'median time to scan',heading,1,,,,,,,,20,84\n"
                 "'native, 1 ms',x-tick,1,,0.001,,,,,,358,354\n"
                 "'50 ms',y-tick,1,,,50,,,,,82,297.033\n"
                 "'100 ms',y-tick,1,,,100,,,,,82,229\n"
                 "'200 ms',y-tick,1,,,200,,,,,82,160.967\n"
                 ",leader,1,single-mmap,,,,,,,358,229,622,229\n"
                 ",leader,1,single-mmap,,,,,,,622,229,666,229\n"
                 ",mark,1,single-mmap,,,,,,,674,229\n"
                 "'single-mmap',name,1,,,,,,,,684,229\n"
                 ",curve,1,single-mmap,0.001,100,100,100,0.8,2\n");
}

/* Without a time there is no panel of times, no bar and no model. */
static void delays_alone_have_a_panel(void **state)
{
    begin(0, "emulated", "0.001");
    add(0, "single-mmap", NAN, 1e-9, 20); /* drawn as a microsecond */
    begin(1, "emulated", "0.1");
    add(1, "single-mmap", NAN, 0.001, 20);
    const struct picture_source source = all_of(2);
    assert_drawn(*state, &picture_storage, &source,
                 COLUMNS
                 ",picture,1,,,,,,,,0,0,800,416\n"
                 "'Scan time and loop delay by the latency of the storage',title,1,,,,,,,,20,28\n"
                 "'Cold cache. The storage is emulated.',subtitle,1,,,,,,,,20,54\n"
                 "'latency of one request, log scale',note-centred,1,,,,,,,,352,395\n"
                 "'xy',from,1,,0.000787046,0.00069296,,,,,82,354\n"
                 ",to,1,,0.113763,1.44309,,,,,622,104\n"
                 "'p99 loop delay',heading,1,,,,,,,,20,84\n"
                 "'1 ms',x-tick,1,,0.001,,,,,,108,354\n"
                 "'100 ms',x-tick,1,,0.1,,,,,,608,354\n"
                 "'0.001 ms',y-tick,1,,,0.001,,,,,82,342\n"
                 "'0.01 ms',y-tick,1,,,0.01,,,,,82,266.667\n"
                 "'0.1 ms',y-tick,1,,,0.1,,,,,82,191.333\n"
                 "'1 ms',y-tick,1,,,1,,,,,82,116\n"
                 ",leader,1,single-mmap,,,,,,,608,116,622,116\n"
                 ",leader,1,single-mmap,,,,,,,622,116,666,116\n"
                 ",mark,1,single-mmap,,,,,,,674,116\n"
                 "'single-mmap',name,1,,,,,,,,684,116\n"
                 ",curve,1,single-mmap,0.001,0.001,0.001,0.001,0.8,2\n"
                 ",curve,1,single-mmap,0.1,1,1,1,0.8,2\n");
}

/* Of five that are on top of each other everywhere, two that meet in one of three places, and two
 * that meet in two. */
static void what_is_covered_is_larger(void **state)
{
    static const char *const covered[] = {"a", "b", "c", "d", "e"};
    static const double parting[][3] = {{8, 9, 16}, {8, 11, 22}, {60, 70, 80}, {60, 70, 90}};
    static const char *const latencies[] = {"0.001", "0.01", "0.1"};
    static const char *const names[] = {"f", "g", "h", "i"};
    for (size_t i = 0; i < 3; i++) {
        begin(i, "emulated", latencies[i]);
        for (size_t k = 0; k < LENGTH(covered); k++)
            add(i, covered[k], 1, NAN, 0);
        for (size_t k = 0; k < LENGTH(parting); k++)
            add(i, names[k], parting[k][i], NAN, 0);
    }
    const struct picture_source source = all_of(3);
    assert_rows(*state, &picture_storage, &source, ROWS("curve"),
                ",curve,1,a,0.001,1000,1000,1000,1.85,8\n"
                ",curve,1,a,0.01,1000,1000,1000,1.85,8\n"
                ",curve,1,a,0.1,1000,1000,1000,1.85,8\n"
                ",curve,1,b,0.001,1000,1000,1000,1.85,8\n"
                ",curve,1,b,0.01,1000,1000,1000,1.85,8\n"
                ",curve,1,b,0.1,1000,1000,1000,1.85,8\n"
                ",curve,1,c,0.001,1000,1000,1000,1.5,6\n"
                ",curve,1,c,0.01,1000,1000,1000,1.5,6\n"
                ",curve,1,c,0.1,1000,1000,1000,1.5,6\n"
                ",curve,1,d,0.001,1000,1000,1000,1.15,4\n"
                ",curve,1,d,0.01,1000,1000,1000,1.15,4\n"
                ",curve,1,d,0.1,1000,1000,1000,1.15,4\n"
                ",curve,1,e,0.001,1000,1000,1000,0.8,2\n"
                ",curve,1,e,0.01,1000,1000,1000,0.8,2\n"
                ",curve,1,e,0.1,1000,1000,1000,0.8,2\n"
                ",curve,1,f,0.001,8000,8000,8000,1.15,2\n"
                ",curve,1,f,0.01,9000,9000,9000,0.8,2\n"
                ",curve,1,f,0.1,16000,16000,16000,0.8,2\n"
                ",curve,1,g,0.001,8000,8000,8000,0.8,2\n"
                ",curve,1,g,0.01,11000,11000,11000,0.8,2\n"
                ",curve,1,g,0.1,22000,22000,22000,0.8,2\n"
                ",curve,1,h,0.001,60000,60000,60000,1.15,4\n"
                ",curve,1,h,0.01,70000,70000,70000,1.15,4\n"
                ",curve,1,h,0.1,80000,80000,80000,0.8,4\n"
                ",curve,1,i,0.001,60000,60000,60000,0.8,2\n"
                ",curve,1,i,0.01,70000,70000,70000,0.8,2\n"
                ",curve,1,i,0.1,90000,90000,90000,0.8,2\n");
}

/* A line from 9 px after one emulated latency to 9 px before the next. */
static void the_models_are_those_of_the_highest_emulated_latency(void **state)
{
    static const struct {
        struct {
            const char *storage;
            const char *latency_s;
            int64_t waits;        /* of single-mmap; -1: unknown */
            int64_t random_waits; /* of async-mmap-random */
        } results[4];
        const char *rows;
    } cases[] = {
        /* The native one, which is the highest, has no part in it. */
        {{{"emulated", "0.01", 10, -1}, {"native", "1", 30, 30}, {"emulated", "0.1", 20, -1}},
         "'Cold cache, 8 files of 1 MiB. All storage but the native one is emulated. Bars are 95 % "
         "intervals.',subtitle,1,,,,,,,,20,54\n"
         "'Dotted: model, latency times waits, one after the other: 20 of "
         "single-mmap.',subtitle,1,,,,,,,,20,70\n"
         "'xy',from,1,,0.00767283,176.983,,,,,82,372\n"
         ",to,1,,1.15331,2260.1,,,,,574,122\n"
         ",model,1,single-mmap,,,,,,,117,351,325,143\n"},
        /* Where no waits are known at the highest, they are those of the highest that knows. */
        {{{"emulated", "0.1", -1, 0}, {"emulated", "0.01", 50, -1}, {"emulated", "0.001", 40, 9}},
         "'Cold cache. The storage is emulated. Bars are 95 % intervals.',subtitle,1,,,,,,,,20,54\n"
         "'Dotted: model, latency times waits, one after the other: 50 of single-mmap, 9 of "
         "async-mmap-random.',subtitle,1,,,,,,,,20,70\n"
         "'xy',from,1,,0.000767283,6.43435,,,,,82,372\n"
         ",to,1,,0.115331,6993.71,,,,,574,122\n"
         ",model,1,single-mmap,,,,,,,117,295.4,325,219.619\n"
         ",model,1,single-mmap,,,,,,,343,213.061,551,137.279\n"
         ",model,1,async-mmap-random,,,,,,,117,356.721,325,280.939\n"
         ",model,1,async-mmap-random,,,,,,,343,274.381,551,198.6\n"},
        /* Both, the second below all points. */
        {{{"emulated", "0.001", 1, 1}, {"emulated", "0.1", 10, 20}},
         "'Cold cache. The storage is emulated. Bars are 95 % intervals.',subtitle,1,,,,,,,,20,54\n"
         "'Dotted: model, latency times waits, one after the other: 10 of single-mmap, 20 of "
         "async-mmap-random.',subtitle,1,,,,,,,,20,70\n"
         "'xy',from,1,,0.000767283,7.54782,,,,,82,372\n"
         ",to,1,,0.115331,2649.77,,,,,574,122\n"
         ",model,1,single-mmap,,,,,,,117,356.089,551,167.478\n"
         ",model,1,async-mmap-random,,,,,,,117,326.522,551,137.911\n"},
        /* Between two at least. */
        {{{"emulated", "0.01", 10, 10}, {"native", "0.1", 10, 10}},
         "'Cold cache, 8 files of 1 MiB. All storage but the native one is emulated. Bars are 95 % "
         "intervals.',subtitle,1,,,,,,,,20,54\n"
         "'xy',from,1,,0.00875947,279.835,,,,,82,354\n"
         ",to,1,,0.107392,3573.53,,,,,574,104\n"},
        /* Between points that are too close there is no room for it. */
        {{{"emulated", "0.001", 10, -1},
          {"emulated", "0.00105", 10, -1},
          {"native", "0.1", 10, -1},
          {"emulated", "0.01", 10, -1}},
         "'Cold cache, 8 files of 1 MiB. All storage but the native one is emulated. Bars are 95 % "
         "intervals.',subtitle,1,,,,,,,,20,54\n"
         "'Dotted: model, latency times waits, one after the other: 10 of "
         "single-mmap.',subtitle,1,,,,,,,,20,70\n"
         "'xy',from,1,,0.000767283,7.83079,,,,,82,372\n"
         ",to,1,,0.115331,1277.01,,,,,574,122\n"
         ",model,1,single-mmap,,,,,,,121.789,353.106,325,251.5\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        size_t count = 0;
        for (; count < 4 && cases[i].results[count].storage != NULL; count++) {
            begin(count, cases[i].results[count].storage, cases[i].results[count].latency_s);
            add(count, "single-mmap", 1, NAN, cases[i].results[count].waits);
            add(count, "async-mmap-random", 1, NAN, cases[i].results[count].random_waits);
        }
        const struct picture_source source = all_of(count);
        assert_rows(*state, &picture_storage, &source, ROWS("subtitle", "model", "from", "to"),
                    cases[i].rows);
    }
}

/* 250 px for each factor of ten, 8 for each character. */
static void latencies_that_are_close_share_a_label(void **state)
{
    static const struct {
        struct {
            const char *storage;
            const char *latency_s;
        } results[6];
        double p99_s;
        const char *rows;
    } cases[] = {
        /* 1.3 and 1.4 ms are 28 and 37 px from 1 ms, 1.6 ms is 51 and 10 ms far away. */
        {{{"emulated", "0.001"},
          {"emulated", "0.0013"},
          {"emulated", "0.0014"},
          {"emulated", "0.0016"},
          {"native", "0.01"},
          {"emulated", "0.1"}},
         0.01,
         ",picture,1,,,,,,,,0,0,800,728\n"
         "'latency of one request, log scale',note-centred,2,,,,,,,,352,707\n"
         ",x-tick,1,,0.001,,,,,,108,354\n"
         ",x-tick,1,,0.0013,,,,,,136.486,354\n"
         ",x-tick,1,,0.0014,,,,,,144.532,354\n"
         ",x-tick,1,,0.0016,,,,,,159.03,354\n"
         ",x-tick,1,,0.01,,,,,,358,354\n"
         ",x-tick,1,,0.1,,,,,,608,354\n"
         "'1 ms',x-tick,2,,0.001,,,,,,108,666\n"
         ",x-tick,2,,0.0013,,,,,,136.486,666\n"
         ",x-tick,2,,0.0014,,,,,,144.532,666\n"
         "'1.6 ms',x-tick,2,,0.0016,,,,,,159.03,666\n"
         "'native, 10 ms',x-tick,2,,0.01,,,,,,358,666\n"
         "'100 ms',x-tick,2,,0.1,,,,,,608,666\n"},
        /* Of the native ones, 2.1 ms is 80 px from 1 ms, but 30 from 1.6 ms, and 5 ms is 115 and
         * 124 px from the nearest. */
        {{{"native", "0.0021"},
          {"emulated", "0.001"},
          {"emulated", "0.0016"},
          {"native", "0.005"},
          {"emulated", "0.016"},
          {"emulated", "0.1"}},
         0.01,
         ",picture,1,,,,,,,,0,0,800,745\n"
         "'latency of one request, log scale',note-centred,2,,,,,,,,352,724\n"
         ",x-tick,1,,0.001,,,,,,108,354\n"
         ",x-tick,1,,0.0016,,,,,,159.03,354\n"
         ",x-tick,1,,0.0021,,,,,,188.555,354\n"
         ",x-tick,1,,0.005,,,,,,282.743,354\n"
         ",x-tick,1,,0.016,,,,,,409.03,354\n"
         ",x-tick,1,,0.1,,,,,,608,354\n"
         "'1 ms',x-tick,2,,0.001,,,,,,108,666\n"
         "'1.6 ms',x-tick,2,,0.0016,,,,,,159.03,666\n"
         ",x-tick,2,,0.0021,,,,,,188.555,666\n"
         "'native, 2.1 ms',name-centred,2,,,,,,,,188.555,702\n"
         "'native, 5 ms',x-tick,2,,0.005,,,,,,282.743,666\n"
         "'16 ms',x-tick,2,,0.016,,,,,,409.03,666\n"
         "'100 ms',x-tick,2,,0.1,,,,,,608,666\n"},
        {{{"emulated", "0.001"}, {"native", "0.001001"}, {"emulated", "0.1"}},
         NAN,
         ",picture,1,,,,,,,,0,0,800,433\n"
         "'latency of one request, log scale',note-centred,1,,,,,,,,352,412\n"
         "'1 ms',x-tick,1,,0.001,,,,,,108,354\n"
         ",x-tick,1,,0.001001,,,,,,108.109,354\n"
         "'native, 1 ms',name-centred,1,,,,,,,,108.109,390\n"
         "'100 ms',x-tick,1,,0.1,,,,,,608,354\n"},
        {{{"emulated", "0.001"},
          {"native", "0.001001"},
          {"native", "0.00101"},
          {"native", "0.005"},
          {"emulated", "0.1"}},
         NAN,
         ",picture,1,,,,,,,,0,0,800,433\n"
         "'latency of one request, log scale',note-centred,1,,,,,,,,352,412\n"
         "'1 ms',x-tick,1,,0.001,,,,,,108,354\n"
         ",x-tick,1,,0.001001,,,,,,108.109,354\n"
         "'native, 1 ms',name-centred,1,,,,,,,,108.109,390\n"
         ",x-tick,1,,0.00101,,,,,,109.08,354\n"
         "'native, 5 ms',x-tick,1,,0.005,,,,,,282.743,354\n"
         "'100 ms',x-tick,1,,0.1,,,,,,608,354\n"},
        {{{"native", "0.001"}, {"native", "0.00101"}, {"native", "0.1"}},
         NAN,
         ",picture,1,,,,,,,,0,0,800,416\n"
         "'latency of one request, log scale',note-centred,1,,,,,,,,352,395\n"
         "'native, 1 ms',x-tick,1,,0.001,,,,,,108,354\n"
         ",x-tick,1,,0.00101,,,,,,109.08,354\n"
         "'native, 100 ms',x-tick,1,,0.1,,,,,,608,354\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        size_t count = 0;
        for (; count < 6 && cases[i].results[count].storage != NULL; count++) {
            begin(count, cases[i].results[count].storage, cases[i].results[count].latency_s);
            add(count, "single-mmap", 1, cases[i].p99_s, -1);
        }
        const struct picture_source source = all_of(count);
        assert_rows(*state, &picture_storage, &source,
                    ROWS("picture", "note-centred", "x-tick", "name-centred"), cases[i].rows);
    }
}

/* The axis has 32 places, for the results that came first. */
static void what_has_no_place_is_left_out(void **state)
{
    static const struct {
        const char *latency_s; /* of the last result, which takes 9 s */
        double ms[32];         /* at the first places; 0: as all others */
    } cases[] = {
        {"0.0335", {0}}, {"0.0035", {0}},
        {"0.0005", {0}}, {"0.003", {[2] = 9000}}, /* takes the place of the one with that latency */
        {"0", {0}},      {"", {0}},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char expected[4096] = "";
        for (size_t k = 0; k < 32; k++) {
            char latency_s[16];
            snprintf(latency_s, sizeof latency_s, "%.3f", 0.001 * (double)(k + 1));
            begin(k, "emulated", latency_s);
            given[k].facts[1].value = strdup(latency_s);
            add(k, "single-read", 0.1, NAN, -1);
            const double ms = cases[i].ms[k] > 0 ? cases[i].ms[k] : 100;
            sprintf(expected + strlen(expected), ",curve,1,single-read,%g,%g,%g,%g,0.8,2\n",
                    0.001 * (double)(k + 1), ms, ms, ms);
        }
        begin(32, "emulated", cases[i].latency_s);
        add(32, "single-read", 9, NAN, -1);
        const struct picture_source source = all_of(33);
        assert_rows(*state, &picture_storage, &source, ROWS("curve"), expected);
        for (size_t k = 0; k < 32; k++)
            free(given[k].facts[1].value);
    }
}

static void results_of_one_latency_share_its_place(void **state)
{
    begin(0, "emulated", "0.01");
    add(0, "a", 1, NAN, -1);
    begin(1, "emulated", "0.1");
    add(1, "a", 2, NAN, -1);
    begin(2, "emulated", "0.01");
    add(2, "b", 3, NAN, -1);
    const struct picture_source source = all_of(3);
    assert_rows(*state, &picture_storage, &source, ROWS("curve"),
                ",curve,1,a,0.01,1000,1000,1000,0.8,2\n"
                ",curve,1,a,0.1,2000,2000,2000,0.8,2\n"
                ",curve,1,b,0.01,3000,3000,3000,0.8,2\n"
                ",curve,1,b,0.1,,,,1,2\n");
}

static void of_nothing_there_is_no_picture(void **state)
{
    static const struct {
        const char *latency_s;
        const char *cache;
        double median_s;
        double p99_s;
        size_t count;
    } cases[] = {
        {"", "cold", 1, 1, 1},          {"0", "cold", 1, 1, 1},     {"0.001", "warm", 1, 1, 1},
        {"0.001", "cold", NAN, NAN, 1}, {"0.001", "cold", 1, 1, 0},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        begin(0, "native", cases[i].latency_s);
        struct summary_row *row = give(&given[0], "single-read", cases[i].cache, cases[i].median_s);
        row->loop_delay_p99_s = cases[i].p99_s;
        row->count = cases[i].count;
        const struct picture_source source = all_of(1);
        assert_missing(*state, &picture_storage, &source,
                       "no cold result has both a known latency and a median");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(times_and_delays_grow_with_the_latency),
        FOLDER_TEST(one_result_has_its_points_in_the_middle),
        FOLDER_TEST(delays_alone_have_a_panel),
        FOLDER_TEST(what_is_covered_is_larger),
        FOLDER_TEST(the_models_are_those_of_the_highest_emulated_latency),
        FOLDER_TEST(latencies_that_are_close_share_a_label),
        FOLDER_TEST(what_has_no_place_is_left_out),
        FOLDER_TEST(results_of_one_latency_share_its_place),
        FOLDER_TEST(of_nothing_there_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
