// SPDX-License-Identifier: MIT
#include "methods/method.h"
#include "work/copy.h"
#include "work/scan.h"

#include "tests/support.h"

#include <errno.h>

static void the_six_come_first_in_the_order_of_the_article(void **state)
{
    static const char *const six[METHOD_SIX] = {"async-read",   "async-mmap",  "threads-read",
                                                "threads-mmap", "single-read", "single-mmap"};
    (void)state;
    for (size_t i = 0; i < METHOD_SIX; i++)
        assert_string_equal(methods[i]->name, six[i]);
}

static void the_questions_of_the_seed_come_first_of_the_copies(void **state)
{
    static const char *const names[] = {"single-copy-whole", "single-copy-mmap",
                                        "single-copy-sendfile", "single-copy-read"};
    const struct method **selected;
    struct error error;
    (void)state;
    assert_int_equal(method_select(&selected, &copy_kind, NULL, &error), METHOD_SIX);
    for (size_t i = 0; i < LENGTH(names); i++)
        assert_string_equal(selected[i]->name, names[i]);
    free(selected);
}

static void the_methods_of_a_kind_are_together(void **state)
{
    (void)state;
    for (size_t i = 1; methods[i] != NULL; i++) {
        for (size_t k = 0; k < i; k++)
            assert_true(method_kind(methods[k]) != method_kind(methods[i]) ||
                        method_kind(methods[i - 1]) == method_kind(methods[i]));
    }
}

static bool begins_with(const char *name, const char *word)
{
    const size_t length = strlen(word);
    return strncmp(name, word, length) == 0 && (name[length] == '\0' || name[length] == '-');
}

/* What is not a scan says so; and may say what it does with the bytes by another word than io's. */
static void every_method_is_named_by_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; methods[i] != NULL; i++) {
        const struct method *method = methods[i];
        const char *kind = method_kind(method)->name;
        const char *rest = method->name;
        assert_true(begins_with(rest, concurrency_name(method->concurrency)));
        rest = strchr(rest, '-') + 1;
        if (method_kind(method) != &scan_kind) {
            assert_true(begins_with(rest, kind));
            rest += strlen(kind);
            assert_true(strlen(rest) > 1);
            rest++;
        } else {
            assert_true(begins_with(rest, io_name(method->io)));
        }
        for (enum io io = READ; io <= SPLICE; io++)
            assert_true(!begins_with(rest, io_name(io)) || io == method->io);
    }
}

static void every_method_says_what_it_is_about_and_can_be_run(void **state)
{
    (void)state;
    for (size_t i = 0; methods[i] != NULL; i++) {
        assert_true(strlen(methods[i]->about) > 0 && strchr(methods[i]->about, '\n') == NULL);
        assert_true(methods[i]->prepare != NULL && methods[i]->start != NULL &&
                    methods[i]->finish != NULL);
    }
}

static void every_method_is_found_by_its_name_and_rank(void **state)
{
    (void)state;
    for (size_t i = 0; methods[i] != NULL; i++) {
        assert_ptr_equal(method_find(methods[i]->name), methods[i]);
        assert_int_equal(method_rank(methods[i]->name), i);
    }
}

static void an_unknown_name_is_not_found_and_ranks_last(void **state)
{
    (void)state;
    assert_null(method_find("async"));
    assert_true(method_rank("async") > method_rank("single-mmap"));
}

static void a_list_of_names_selects_in_its_order(void **state)
{
    const struct method **selected;
    struct error error;
    (void)state;
    assert_int_equal(method_select(&selected, &scan_kind, "single-mmap,async-read", &error), 2);
    assert_string_equal(selected[0]->name, "single-mmap");
    assert_string_equal(selected[1]->name, "async-read");
    free(selected);
}

static void no_list_selects_the_six(void **state)
{
    const struct method **selected;
    struct error error;
    (void)state;
    assert_int_equal(method_select(&selected, &scan_kind, NULL, &error), METHOD_SIX);
    assert_memory_equal(selected, methods, METHOD_SIX * sizeof(struct method *));
    free(selected);
}

static void all_selects_every_method_of_the_kind_in_the_order_of_the_list(void **state)
{
    static const struct work_kind *const kinds[] = {&scan_kind, &copy_kind};
    (void)state;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        const struct method **selected;
        struct error error;
        const int count = method_select(&selected, kinds[k], "all", &error);
        int found = 0;
        for (size_t i = 0; methods[i] != NULL; i++) {
            if (method_kind(methods[i]) == kinds[k])
                assert_ptr_equal(selected[found++], methods[i]);
        }
        assert_int_equal(found, count);
        assert_true(count > METHOD_SIX);
        free(selected);
    }
}

static void a_method_of_another_kind_is_refused_with_both(void **state)
{
    const struct method **selected;
    struct error error;
    (void)state;
    assert_int_equal(method_select(&selected, &scan_kind, "single-copy-read", &error), -EINVAL);
    assert_non_null(strstr(error.text, "'single-copy-read' is a copy"));
    assert_int_equal(method_select(&selected, &copy_kind, "single-read", &error), -EINVAL);
    assert_non_null(strstr(error.text, "'single-read' is a scan"));
}

static void a_wrong_list_is_refused_with_the_wrong_name(void **state)
{
    static const struct {
        const char *names;
        const char *said;
    } bad[] = {
        {"async-raed", "'async-raed': did you mean 'async-read'?"},
        {"async-read,thread-mmap", "'thread-mmap': did you mean 'threads-mmap'?"},
        {"quick", "'quick': --list shows them all"},
        {"", "unknown method ''"},
        {"async-read,", "unknown method ''"},
        {"async-read, async-mmap", "' async-mmap'"},
        {"async-read,single-read,async-read", "'async-read' twice"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        const struct method **selected;
        struct error error;
        assert_int_equal(method_select(&selected, &scan_kind, bad[i].names, &error), -EINVAL);
        assert_non_null(strstr(error.text, bad[i].said));
    }
}

static const char *never(const char *data)
{
    assert_string_equal(data, "folder");
    return "there is no such kernel";
}

static const char *always(const char *data)
{
    assert_string_equal(data, "folder");
    return NULL;
}

static void a_method_cannot_run_when_its_hook_gives_a_reason(void **state)
{
    const struct method cannot = {.unsupported = never};
    const struct method can = {.unsupported = always};
    const struct method no_hook = {.unsupported = NULL};
    (void)state;
    assert_string_equal(method_unsupported(&cannot, "folder"), "there is no such kernel");
    assert_null(method_unsupported(&can, "folder"));
    assert_null(method_unsupported(&no_hook, "folder"));
}

static void a_chunk_is_as_asked_or_the_methods_own(void **state)
{
    const struct method own = {.chunk_bytes = 12345};
    const struct method none = {.name = "async-read"};
    (void)state;
    assert_int_equal(method_chunk_bytes(&own, 0), 12345);
    assert_int_equal(method_chunk_bytes(&own, 77), 77);
    assert_int_equal(method_chunk_bytes(&none, 0), 65536);
    assert_int_equal(method_chunk_bytes(&none, 77), 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_six_come_first_in_the_order_of_the_article),
        cmocka_unit_test(the_questions_of_the_seed_come_first_of_the_copies),
        cmocka_unit_test(the_methods_of_a_kind_are_together),
        cmocka_unit_test(every_method_is_named_by_what_it_is),
        cmocka_unit_test(every_method_says_what_it_is_about_and_can_be_run),
        cmocka_unit_test(every_method_is_found_by_its_name_and_rank),
        cmocka_unit_test(an_unknown_name_is_not_found_and_ranks_last),
        cmocka_unit_test(a_list_of_names_selects_in_its_order),
        cmocka_unit_test(no_list_selects_the_six),
        cmocka_unit_test(all_selects_every_method_of_the_kind_in_the_order_of_the_list),
        cmocka_unit_test(a_method_of_another_kind_is_refused_with_both),
        cmocka_unit_test(a_wrong_list_is_refused_with_the_wrong_name),
        cmocka_unit_test(a_method_cannot_run_when_its_hook_gives_a_reason),
        cmocka_unit_test(a_chunk_is_as_asked_or_the_methods_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
