// SPDX-License-Identifier: MIT
/* What the picture of the remedies is made of. Where the names are n characters wide, the panels
 * reach from 82 to 710 - 8 n px. Of the delays, the shortest stands 48 px above their lower end,
 * the longest 12 px below the upper one; they are 230 px high at least. */
#include "given.h"

#define COLUMNS                                                                                    \
    "text,what,panel,method,median_s,delay_ms,median_low_s,median_high_s,size,x_px,y_px,to_x_px,"  \
    "to_y_px\n"

static struct given given;

static struct summary_row *add(const char *method, const char *cache, double median_s, double p99_s)
{
    struct summary_row *row = give(&given, method, cache, median_s);
    row->loop_delay_p99_s = p99_s;
    return row;
}

/* With the interval of its ratio to the fastest. */
static struct summary_row *add_compared(const char *method, const char *cache, double median_s,
                                        double p99_s, double high)
{
    struct summary_row *row = add(method, cache, median_s, p99_s);
    row->fastest_ratio = (struct ratio){.count = 7, .estimate = {1, 0.9, high}};
    return row;
}

static struct picture_source source(void)
{
    return (struct picture_source){.results = &given.result, .count = 1};
}

/* Names of 20 characters: the panels end at 550, of which the longest time takes 450 px. Delays of
 * 0.1 to 10 ms: 85 px for each factor of ten. */
static void every_method_is_a_point(void **state)
{
    given_begin(&given);
    add_compared("async-read", "cold", 1, 0.001, 1.05);
    add_compared("async-read-uring", "cold", 1, 0.001, 1.05);
    struct summary_row *slow = add("async-mmap-readahead", "cold", 4, 0.01);
    slow->median_s.low = 3;
    slow->median_s.high = 4.5;
    add_compared("async-read-uring", "warm", 0.3, 0.0001, 1.4);
    add("single-mmap", "warm", 3, NAN); /* has no point but room */
    const struct picture_source all = source();
    assert_drawn(*state, &picture_remedies, &all,
                 COLUMNS
                 ",picture,1,,,,,,,0,0,800,808\n"
                 "'Loop delay against the time to scan 8 files of 1 MiB',title,1,,,,,,,20,28\n"
                 "'The delay is that of beats on the loop. Bars are 95 % intervals of the "
                 "median.',subtitle,1,,,,,,,20,54\n"
                 "'Shaded: p99 delay under 2 ms, at most 1.1 times the fastest median cold, 1.5 "
                 "times warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,70\n"
                 "'Not shown, as no p99 delay is known: 1 method warm.',subtitle,1,,,,,,,20,86\n"
                 "'y',from,1,,0,0.0272455,,,,82,392\n"
                 ",to,1,,4.68,13.8413,,,,550,162\n"
                 "'0',x-tick,1,,0,,,,,82,392\n"
                 "'0.5',x-tick,1,,0.5,,,,,132,392\n"
                 "'1',x-tick,1,,1,,,,,182,392\n"
                 "'1.5',x-tick,1,,1.5,,,,,232,392\n"
                 "'2',x-tick,1,,2,,,,,282,392\n"
                 "'2.5',x-tick,1,,2.5,,,,,332,392\n"
                 "'3',x-tick,1,,3,,,,,382,392\n"
                 "'3.5',x-tick,1,,3.5,,,,,432,392\n"
                 "'4',x-tick,1,,4,,,,,482,392\n"
                 "'4.5',x-tick,1,,4.5,,,,,532,392\n"
                 "'0.1 ms',y-tick,1,,,0.1,,,,82,344\n"
                 "'1 ms',y-tick,1,,,1,,,,82,259\n"
                 "'10 ms',y-tick,1,,,10,,,,82,174\n"
                 "'median time in seconds',note-centred,1,,,,,,,316,433\n"
                 "'cold cache, 3 trials',heading,1,,,,,,,20,122\n"
                 "'p99 delay',note,1,,,,,,,20,144\n"
                 ",corner,1,,,,,,,82,392,192,233.412\n"
                 ",corner-paper,1,,,,,,,83,352,178,390\n"
                 "'fast, and the',subtitle,1,,,,,,,90,364\n"
                 "'loop is free',subtitle,1,,,,,,,90,379\n"
                 ",leader,1,async-mmap-readahead,,,,,,482,174,550,174\n"
                 ",leader,1,async-mmap-readahead,,,,,,550,174,594,174\n"
                 ",mark,1,async-mmap-readahead,,,,,,602,174\n"
                 "'async-mmap-readahead',name,1,,,,,,,612,174\n"
                 ",leader,1,async-read,,,,,,182,259,550,259\n"
                 ",leader,1,async-read,,,,,,550,259,594,250\n"
                 ",mark,1,async-read,,,,,,602,250\n"
                 "'async-read',name,1,,,,,,,612,250\n"
                 ",leader,1,async-read-uring,,,,,,182,259,550,259\n"
                 ",leader,1,async-read-uring,,,,,,550,259,594,268\n"
                 ",mark,1,async-read-uring,,,,,,602,268\n"
                 "'async-read-uring *',name,1,,,,,,,612,268\n"
                 "'y',from,2,,0,0.0272455,,,,82,746\n"
                 ",to,2,,3.12,13.8413,,,,550,516\n"
                 "'0',x-tick,2,,0,,,,,82,746\n"
                 "'0.5',x-tick,2,,0.5,,,,,157,746\n"
                 "'1',x-tick,2,,1,,,,,232,746\n"
                 "'1.5',x-tick,2,,1.5,,,,,307,746\n"
                 "'2',x-tick,2,,2,,,,,382,746\n"
                 "'2.5',x-tick,2,,2.5,,,,,457,746\n"
                 "'3',x-tick,2,,3,,,,,532,746\n"
                 "'0.1 ms',y-tick,2,,,0.1,,,,82,698\n"
                 "'1 ms',y-tick,2,,,1,,,,82,613\n"
                 "'10 ms',y-tick,2,,,10,,,,82,528\n"
                 "'median time in seconds',note-centred,2,,,,,,,316,787\n"
                 "'warm cache, 2 trials',heading,2,,,,,,,20,476\n"
                 "'p99 delay',note,2,,,,,,,20,498\n"
                 ",corner,2,,,,,,,82,746,149.5,587.412\n"
                 ",paper,2,,,,,,,150.5,706,245.5,744\n"
                 "'fast, and the',subtitle,2,,,,,,,157.5,718\n"
                 "'loop is free',subtitle,2,,,,,,,157.5,733\n"
                 ",leader,2,async-read-uring,,,,,,127,698,550,698\n"
                 ",leader,2,async-read-uring,,,,,,550,698,594,698\n"
                 ",mark,2,async-read-uring,,,,,,602,698\n"
                 "'async-read-uring *',name,2,,,,,,,612,698\n"
                 ",point,1,async-read,1,1,1,1,1.15\n"
                 ",point,1,async-read-uring,1,1,1,1,0.85\n"
                 ",point,1,async-mmap-readahead,4,10,3,4.5,0.85\n"
                 ",point,2,async-read-uring,0.3,0.1,0.3,0.3,0.85\n");
}

/* Of times with more than a factor of 20, by their intervals. */
static void wide_times_have_a_log_axis(void **state)
{
    static const struct {
        double fast_s;
        double low_s;
        double slow_s;
        double high_s;
        double p99_s;
        const char *rows;
    } cases[] = {
        {1, NAN, 20, NAN, 0.001,
         "'y',from,1,,0,0.521972,,,,82,374\n"
         ",to,1,,20.8,11.7649,,,,574,144\n"
         "'0',x-tick,1,,0,,,,,82,374\n"
         "'5',x-tick,1,,5,,,,,200.269,374\n"
         "'10',x-tick,1,,10,,,,,318.538,374\n"
         "'15',x-tick,1,,15,,,,,436.808,374\n"
         "'20',x-tick,1,,20,,,,,555.077,374\n"
         "'median time in seconds',note-centred,1,,,,,,,328,415\n"
         ",corner,1,,,,,,,82,374,108.019,274.825\n"
         ",paper,1,,,,,,,109.019,334,204.019,372\n"},
        {1, NAN, 20.8, NAN, 0.001,
         "'xy',from,1,,0.769231,0.521972,,,,82,374\n"
         ",to,1,,27.04,11.7649,,,,574,144\n"
         "'1',x-tick,1,,1,,,,,118.263,374\n"
         "'2',x-tick,1,,2,,,,,214.066,374\n"
         "'5',x-tick,1,,5,,,,,340.71,374\n"
         "'10',x-tick,1,,10,,,,,436.513,374\n"
         "'20',x-tick,1,,20,,,,,532.317,374\n"
         "'median time in seconds, log scale',note-centred,1,,,,,,,328,415\n"
         ",corner,1,,,,,,,82,374,131.436,274.825\n"
         ",paper,1,,,,,,,132.436,334,227.436,372\n"},
        {1, 0.9, 20, 17, 0.001,
         "'xy',from,1,,0.692308,0.521972,,,,82,374\n"
         ",to,1,,26,11.7649,,,,574,144\n"
         "'1',x-tick,1,,1,,,,,131.898,374\n"
         "'2',x-tick,1,,2,,,,,225.953,374\n"
         "'5',x-tick,1,,5,,,,,350.288,374\n"
         "'10',x-tick,1,,10,,,,,444.343,374\n"
         "'20',x-tick,1,,20,,,,,538.399,374\n"
         "'median time in seconds, log scale',note-centred,1,,,,,,,328,415\n"
         ",corner,1,,,,,,,82,374,144.831,274.825\n"
         ",paper,1,,,,,,,145.831,334,240.831,372\n"},
        {1, 1.5, 20, 26, 0.001,
         "'xy',from,1,,0.769231,0.521972,,,,82,374\n"
         ",to,1,,33.8,11.7649,,,,574,144\n"
         "'1',x-tick,1,,1,,,,,116.123,374\n"
         "'2',x-tick,1,,2,,,,,206.275,374\n"
         "'5',x-tick,1,,5,,,,,325.449,374\n"
         "'10',x-tick,1,,10,,,,,415.601,374\n"
         "'20',x-tick,1,,20,,,,,505.753,374\n"
         "'median time in seconds, log scale',note-centred,1,,,,,,,328,415\n"
         ",corner,1,,,,,,,82,374,128.52,274.825\n"
         ",paper,1,,,,,,,129.52,334,224.52,372\n"},
        {1, 0.1, 20, NAN, NAN,
         "'y',from,1,,0,0.521972,,,,82,392\n"
         ",to,1,,20.8,11.7649,,,,622,162\n"
         "'0',x-tick,1,,0,,,,,82,392\n"
         "'5',x-tick,1,,5,,,,,211.808,392\n"
         "'10',x-tick,1,,10,,,,,341.615,392\n"
         "'15',x-tick,1,,15,,,,,471.423,392\n"
         "'20',x-tick,1,,20,,,,,601.231,392\n"
         "'median time in seconds',note-centred,1,,,,,,,352,433\n"
         ",corner,1,,,,,,,82,392,110.558,292.825\n"
         ",paper,1,,,,,,,111.558,352,206.558,390\n"}, /* no interval is drawn of what has no point
                                                       */
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        given_begin(&given);
        add("async-read-direct", "cold", cases[i].fast_s, cases[i].p99_s)->median_s.low =
            cases[i].low_s;
        add("single-mmap", "cold", cases[i].slow_s, 0.001)->median_s.high = cases[i].high_s;
        const struct picture_source all = source();
        assert_rows(*state, &picture_remedies, &all,
                    ROWS("from", "to", "x-tick", "note-centred", "corner", "paper"), cases[i].rows);
    }
}

/* The corner ends with the panel, and is as high as the work allows. */
static void the_corner_is_what_is_fast_and_leaves_the_loop_free(void **state)
{
    static const struct {
        const char *work;
        const char *cache;
        double fastest_s;
        const char *rows;
    } cases[] = {
        {"scan", "cold", 0.5,
         "'Loop delay against the time to scan 8 files of 1 MiB',title,1,,,,,,,20,28\n"
         "'The delay is that of beats on the loop. Bars are 95 % intervals of the "
         "median.',subtitle,1,,,,,,,20,54\n"
         "'Shaded: p99 delay under 2 ms, at most 1.1 times the fastest median cold, 1.5 times "
         "warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,70\n"
         "'Not shown, as no p99 delay is known: 1 method cold.',subtitle,1,,,,,,,20,86\n"
         ",corner,1,,,,,,,82,392,337.962,326.942\n"
         ",corner-paper,1,,,,,,,83,352,178,390\n"
         "'fast, and the',subtitle,1,,,,,,,90,364\n"
         "'loop is free',subtitle,1,,,,,,,90,379\n"},
        {"scan", "warm", 0.5,
         "'Loop delay against the time to scan 8 files of 1 MiB',title,1,,,,,,,20,28\n"
         "'The delay is that of beats on the loop. Bars are 95 % intervals of the "
         "median.',subtitle,1,,,,,,,20,54\n"
         "'Shaded: p99 delay under 2 ms, at most 1.1 times the fastest median cold, 1.5 times "
         "warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,70\n"
         "'Not shown, as no p99 delay is known: 1 method warm.',subtitle,1,,,,,,,20,86\n"
         ",corner,1,,,,,,,82,392,431.038,326.942\n"
         ",corner-paper,1,,,,,,,83,352,178,390\n"
         "'fast, and the',subtitle,1,,,,,,,90,364\n"
         "'loop is free',subtitle,1,,,,,,,90,379\n"},
        {"copy", "cold", 0.5,
         "'Loop delay against the time to copy 8 files of 1 MiB',title,1,,,,,,,20,28\n"
         "'The delay is that of beats on the loop. Bars are 95 % intervals of the "
         "median.',subtitle,1,,,,,,,20,54\n"
         "'Shaded: p99 delay under 5 ms, at most 1.15 times the fastest median cold, 1.15 times "
         "warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,70\n"
         "'Not shown, as no p99 delay is known: 1 method cold.',subtitle,1,,,,,,,20,86\n"
         ",corner,1,,,,,,,82,392,349.596,304.392\n"
         ",corner-paper,1,,,,,,,83,352,178,390\n"
         "'fast, and the',subtitle,1,,,,,,,90,364\n"
         "'loop is free',subtitle,1,,,,,,,90,379\n"},
        {"send", "warm", 0.5,
         "'Loop delay against the time to send 8 files of 1 MiB',title,1,,,,,,,20,28\n"
         "'The delay is that of beats on the loop. Bars are 95 % intervals of the "
         "median.',subtitle,1,,,,,,,20,54\n"
         "'Shaded: p99 delay under 5 ms, at most 1.11 times the fastest median cold, 1.11 times "
         "warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,70\n"
         "'Not shown, as no p99 delay is known: 1 method warm.',subtitle,1,,,,,,,20,86\n"
         ",corner,1,,,,,,,82,392,340.288,304.392\n"
         ",corner-paper,1,,,,,,,83,352,178,390\n"
         "'fast, and the',subtitle,1,,,,,,,90,364\n"
         "'loop is free',subtitle,1,,,,,,,90,379\n"},
        {"scan", "warm", 1,
         "'Loop delay against the time to scan 8 files of 1 MiB',title,1,,,,,,,20,28\n"
         "'The delay is that of beats on the loop. Bars are 95 % intervals of the "
         "median.',subtitle,1,,,,,,,20,54\n"
         "'Shaded: p99 delay under 2 ms, at most 1.1 times the fastest median cold, 1.5 times "
         "warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,70\n"
         "'Not shown, as no p99 delay is known: 1 method warm.',subtitle,1,,,,,,,20,86\n"
         ",corner,1,,,,,,,82,392,566,326.942\n"
         ",corner-paper,1,,,,,,,83,352,178,390\n"
         "'fast, and the',subtitle,1,,,,,,,90,364\n"
         "'loop is free',subtitle,1,,,,,,,90,379\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        given_begin(&given);
        add("async-copy-offload", cases[i].cache, 1, 1)->work = cases[i].work;
        add("single-mmap", cases[i].cache, cases[i].fastest_s, NAN)->work = cases[i].work;
        const struct picture_source all = source();
        assert_rows(*state, &picture_remedies, &all, ROWS("title", "subtitle", "corner"),
                    cases[i].rows);
    }
}

/* Delays from 1 to 10 ms are always shown; a panel is as high as its names need. */
static void the_axis_of_delays_shows_the_corner(void **state)
{
    static const struct {
        double p99_s;
        size_t count;
        const char *rows;
    } cases[] = {
        {0.002, 1,
         ",picture,1,,,,,,,0,0,800,790\n"
         "'y',from,1,,0,0.521972,,,,82,374\n"
         ",to,1,,1.04,11.7649,,,,702,144\n"
         "'1 ms',y-tick,1,,,1,,,,82,326\n"
         "'10 ms',y-tick,1,,,10,,,,82,156\n"
         "'y',from,2,,0,0.521972,,,,82,728\n"
         ",to,2,,1.04,11.7649,,,,702,498\n"
         "'1 ms',y-tick,2,,,1,,,,82,680\n"
         "'10 ms',y-tick,2,,,10,,,,82,510\n"
         ",point,1,a,1,2,1,1,0.85\n"},
        {0, 1, /* is drawn as a microsecond */
         ",picture,1,,,,,,,0,0,800,790\n"
         "'y',from,1,,0,7.42315e-05,,,,82,374\n"
         ",to,1,,1.04,19.1581,,,,702,144\n"
         "'0.0001 ms',y-tick,1,,,0.0001,,,,82,368.5\n"
         "'0.001 ms',y-tick,1,,,0.001,,,,82,326\n"
         "'0.01 ms',y-tick,1,,,0.01,,,,82,283.5\n"
         "'0.1 ms',y-tick,1,,,0.1,,,,82,241\n"
         "'1 ms',y-tick,1,,,1,,,,82,198.5\n"
         "'10 ms',y-tick,1,,,10,,,,82,156\n"
         "'y',from,2,,0,7.42315e-05,,,,82,728\n"
         ",to,2,,1.04,19.1581,,,,702,498\n"
         "'0.0001 ms',y-tick,2,,,0.0001,,,,82,722.5\n"
         "'0.001 ms',y-tick,2,,,0.001,,,,82,680\n"
         "'0.01 ms',y-tick,2,,,0.01,,,,82,637.5\n"
         "'0.1 ms',y-tick,2,,,0.1,,,,82,595\n"
         "'1 ms',y-tick,2,,,1,,,,82,552.5\n"
         "'10 ms',y-tick,2,,,10,,,,82,510\n"
         ",point,1,a,1,0.001,1,1,0.85\n"},
        {0.1, 1,
         ",picture,1,,,,,,,0,0,800,790\n"
         "'y',from,1,,0,0.272455,,,,82,374\n"
         ",to,1,,1.04,138.413,,,,702,144\n"
         "'1 ms',y-tick,1,,,1,,,,82,326\n"
         "'10 ms',y-tick,1,,,10,,,,82,241\n"
         "'100 ms',y-tick,1,,,100,,,,82,156\n"
         "'y',from,2,,0,0.272455,,,,82,728\n"
         ",to,2,,1.04,138.413,,,,702,498\n"
         "'1 ms',y-tick,2,,,1,,,,82,680\n"
         "'10 ms',y-tick,2,,,10,,,,82,595\n"
         "'100 ms',y-tick,2,,,100,,,,82,510\n"
         ",point,1,a,1,100,1,1,0.85\n"},
        {0.002, 14,
         ",picture,1,,,,,,,0,0,800,834\n"
         "'y',from,1,,0,0.562341,,,,82,396\n"
         ",to,1,,14.56,11.5478,,,,702,144\n"
         "'1 ms',y-tick,1,,,1,,,,82,348\n"
         "'10 ms',y-tick,1,,,10,,,,82,156\n"
         "'y',from,2,,0,0.562341,,,,82,772\n"
         ",to,2,,1.04,11.5478,,,,702,520\n"
         "'1 ms',y-tick,2,,,1,,,,82,724\n"
         "'10 ms',y-tick,2,,,10,,,,82,532\n"
         ",point,1,a,1,2,1,1,0.85\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g",
                                            "h", "i", "j", "k", "l", "m", "n"};
        given_begin(&given);
        for (size_t k = 0; k < cases[i].count; k++)
            add(names[k], "cold", 1 + (double)k, cases[i].p99_s);
        add("a", "warm", 1, 0.002);
        const struct picture_source all = source();
        assert_rows(*state, &picture_remedies, &all,
                    ROWS("picture", "from,", "to,", "y-tick", "point,1,a,"), cases[i].rows);
    }
}

static void only_what_is_on_top_of_each_other_is_larger(void **state)
{
    given_begin(&given);
    add("a", "cold", 1, 0.001);
    add("b", "cold", 1, 0.005); /* above a */
    add("c", "cold", 2, 0.001); /* beside it */
    add("d", "cold", 1.0005, 0.001001);
    add("e", "cold", NAN, 0.005); /* no time, no point */
    add("f", "cold", 0, 0.005);
    const struct picture_source all = source();
    assert_rows(*state, &picture_remedies, &all, ROWS("point"),
                ",point,1,a,1,1,1,1,1.15\n"
                ",point,1,b,1,5,1,1,0.85\n"
                ",point,1,c,2,1,2,2,0.85\n"
                ",point,1,d,1.0005,1.001,1.0005,1.0005,0.85\n");
}

/* The delay is the longer one of the beats and of the clients, where there are any. */
static void what_is_not_known_is_counted(void **state)
{
    static const struct {
        struct {
            const char *cache;
            double p99_s;
            double client_p99_s;
            double client_max_s;
        } rows[4];
        const char *expected;
    } cases[] = {
        {{{"cold", 0.001, NAN, NAN}},
         "'A CPU',subtitle,1,,,,,,,20,54\n"
         "'The delay is that of beats on the loop. Bars are 95 % intervals of the "
         "median.',subtitle,1,,,,,,,20,70\n"
         "'Shaded: p99 delay under 2 ms, at most 1.1 times the fastest median cold, 1.5 times "
         "warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,86\n"
         "'cold cache, 1 trial',heading,1,,,,,,,20,122\n"
         "'fast, and the',subtitle,1,,,,,,,90,364\n"
         "'loop is free',subtitle,1,,,,,,,90,379\n"
         ",point,1,a,1,1,1,1,0.85\n"},
        {{{"cold", 0.001, 0.002, 0.003}, {"cold", 0.004, 0.003, 0.003}},
         "'A CPU',subtitle,1,,,,,,,20,54\n"
         "'The delay is that of beats on the loop or of its clients, whichever is longer. Bars are "
         "95 % intervals of the median.',subtitle,1,,,,,,,20,70\n"
         "'Shaded: p99 delay under 2 ms, at most 1.1 times the fastest median cold, 1.5 times "
         "warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,86\n"
         "'cold cache, 2 trials',heading,1,,,,,,,20,122\n"
         "'fast, and the',subtitle,1,,,,,,,90,364\n"
         "'loop is free',subtitle,1,,,,,,,90,379\n"
         ",point,1,a,1,2,1,1,0.85\n"
         ",point,1,b,1,4,1,1,0.85\n"},
        {{{"cold", 0.001, NAN, NAN}, {"cold", NAN, NAN, NAN}},
         "'A CPU',subtitle,1,,,,,,,20,54\n"
         "'The delay is that of beats on the loop. Bars are 95 % intervals of the "
         "median.',subtitle,1,,,,,,,20,70\n"
         "'Shaded: p99 delay under 2 ms, at most 1.1 times the fastest median cold, 1.5 times "
         "warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,86\n"
         "'Not shown, as no p99 delay is known: 1 method cold.',subtitle,1,,,,,,,20,102\n"
         "'cold cache, 2 trials',heading,1,,,,,,,20,140\n"
         "'fast, and the',subtitle,1,,,,,,,90,382\n"
         "'loop is free',subtitle,1,,,,,,,90,397\n"
         ",point,1,a,1,1,1,1,0.85\n"},
        {{{"cold", NAN, NAN, NAN}, {"cold", NAN, NAN, NAN}, {"warm", 0.001, NAN, NAN}},
         "'A CPU',subtitle,1,,,,,,,20,54\n"
         "'The delay is that of beats on the loop. Bars are 95 % intervals of the "
         "median.',subtitle,1,,,,,,,20,70\n"
         "'Shaded: p99 delay under 2 ms, at most 1.1 times the fastest median cold, 1.5 times "
         "warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,86\n"
         "'Not shown, as no p99 delay is known: 2 methods cold.',subtitle,1,,,,,,,20,102\n"
         "'warm cache, 1 trial',heading,1,,,,,,,20,140\n"
         "'fast, and the',subtitle,1,,,,,,,90,382\n"
         "'loop is free',subtitle,1,,,,,,,90,397\n"
         ",point,1,c,1,1,1,1,0.85\n"},
        {{{"cold", 0.002, NAN, NAN},
          {"cold", 0.001, NAN, 0.003},
          {"warm", NAN, NAN, NAN},
          {"warm", NAN, NAN, NAN}},
         "'A CPU',subtitle,1,,,,,,,20,54\n"
         "'The delay is that of beats on the loop or of its clients, whichever is longer. Bars are "
         "95 % intervals of the median.',subtitle,1,,,,,,,20,70\n"
         "'Shaded: p99 delay under 2 ms, at most 1.1 times the fastest median cold, 1.5 times "
         "warm. *: recommended, by intervals.',subtitle,1,,,,,,,20,86\n"
         "'Not shown, as no p99 delay is known: 1 method cold, 2 methods "
         "warm.',subtitle,1,,,,,,,20,102\n"
         "'cold cache, 2 trials',heading,1,,,,,,,20,140\n"
         "'fast, and the',subtitle,1,,,,,,,90,382\n"
         "'loop is free',subtitle,1,,,,,,,90,397\n"
         ",point,1,a,1,2,1,1,0.85\n"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        static const char *const names[] = {"a", "b", "c", "d"};
        given_begin(&given);
        give_fact(&given, "cpu_model", "A CPU");
        for (size_t k = 0; k < 4 && cases[i].rows[k].cache != NULL; k++) {
            struct summary_row *row =
                add(names[k], cases[i].rows[k].cache, 1, cases[i].rows[k].p99_s);
            row->client_p99_s = cases[i].rows[k].client_p99_s;
            row->client_max_s = cases[i].rows[k].client_max_s;
        }
        const struct picture_source all = source();
        assert_rows(*state, &picture_remedies, &all, ROWS("subtitle", "heading", "point"),
                    cases[i].expected);
    }
}

static void of_nothing_there_is_no_picture(void **state)
{
    given_begin(&given);
    const struct picture_source all = source();
    assert_missing(*state, &picture_remedies, &all,
                   "no method has both a median and a p99 of its loop delay");
    add("a", "cold", 1, NAN);
    add("b", "cold", NAN, 1);
    add("a", "warm", 0, 1);
    const struct picture_source some = source();
    assert_missing(*state, &picture_remedies, &some,
                   "no method has both a median and a p99 of its loop delay");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(every_method_is_a_point),
        FOLDER_TEST(wide_times_have_a_log_axis),
        FOLDER_TEST(the_corner_is_what_is_fast_and_leaves_the_loop_free),
        FOLDER_TEST(the_axis_of_delays_shows_the_corner),
        FOLDER_TEST(only_what_is_on_top_of_each_other_is_larger),
        FOLDER_TEST(what_is_not_known_is_counted),
        FOLDER_TEST(of_nothing_there_is_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
