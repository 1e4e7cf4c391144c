// SPDX-License-Identifier: MIT
#ifndef METRIC_SUMMARY_H
#define METRIC_SUMMARY_H

#include "comparison.h"
#include "core/error.h"
#include "record/metric.h"
#include "statement.h"

#include <stddef.h>
#include <stdio.h>

/* What other metrics would have told of the methods of one result: a table, and two sentences on
 * the method that held its loop the longest. */

/* One method. Each metric has the medians of its trials; its maximum is the largest of all. */
struct metric_method {
    const char *method; /* of the result */
    size_t trials;
    struct metric metrics[METRIC_KINDS];
};

struct metric_summary {
    size_t count;
    struct metric_method *methods; /* in the order of the result's summary */
};

/* What a metric is called. */
const char *metric_label(enum metric_kind kind);

/* Sums up the metrics of the result's cold trials. The caller frees with metric_summary_free. */
void metric_summary_make(struct metric_summary *summary, const struct comparison_result *result,
                         const struct metric_list *list);
void metric_summary_free(struct metric_summary *summary);

void metric_summary_print(const struct metric_summary *summary, FILE *out);

/* Says by which metrics, in their p99 and in their max, the stall of the method with the longest
 * one can be seen, and which hide it (POLICY_SHOWN_SHARE); or that there was none. */
void metric_summary_say(struct statements *said, const struct metric_summary *summary);

#endif
