# SPDX-License-Identifier: MIT
#
# What the results in the folder `dir` are of: their machine, and their methods and trials in the
# cache state `cache`. For the pictures of one run; style.gp comes first.

if (!exists("cache")) {
    print picture.".gp: set cache, as in -e \"dir='results/latest'; cache='cold'\""
    exit status 2
}
trials = dir."/trials.csv"
summary = dir."/summary.csv"
beats = dir."/loop_delay.csv"

# ---- The machine ------------------------------------------------------------------------------

# machine.csv is read as text, because gnuplot ends a quoted field at its first comma.
first_line(s) = s[1 : strstrt(s."\n", "\n") - 1]
unquoted(s) = s[1:1] eq '"' ? replaced(s[2 : strlen(s) - 1], '""', '"') : s
machine_text = "\n".system("cat ".shell_quoted(dir."/machine.csv")." 2>/dev/null")
machine_at(key) = strstrt(machine_text, "\n".key.",")
machine(key) = machine_at(key) == 0 ? "" : \
    unquoted(first_line(machine_text[machine_at(key) + strlen(key) + 2 : *]))

# Storage that is emulated is named in every title, and with its latency below.
is_emulated = machine("storage") eq "emulated"
storage_text = is_emulated ? \
    sprintf("emulated storage, %g ms", 1000 * real(machine("storage_latency_s"))) : ""

# What is known of it, in one sentence without a verb. Unknown parts are left out.
known(text) = text eq "none" || text eq "unknown" ? "" : text
cpus(count) = strlen(count) > 0 ? plural(int(count), "CPU") : ""
system_text(os, kernel) = strlen(os) == 0 || strstrt(kernel, os) == 1 ? kernel : \
                          strlen(kernel) == 0 ? os : os." ".kernel
machine_sentence = \
    item(known(machine("cpu_model"))).item(cpus(machine("cpu_count"))). \
    item(system_text(machine("os"), machine("kernel"))).item(known(machine("file_system"))). \
    item(known(machine("device_model"))).item(storage_text). \
    item(known(machine("virtualization")))
picture_subtitle = wrapped(machine_sentence[3:*])

# ---- The methods ------------------------------------------------------------------------------

# The summary gives the rows of a picture and their order.
eval need(summary, "method cache n median_s")
methods = ""
set table $unused
plot summary using (strcol("cache") eq cache ? \
    (methods = methods." ".strcol("method"), 0) : 0) with table
unset table

# ---- The trials -------------------------------------------------------------------------------

# What is asked of the row being read, as text that @ puts into a plot command. A trial that is
# not ok is no measurement: it is not drawn, and the title says so.
eval need(trials, "method cache elapsed_s")
status = has_column(trials, "status") ? 'strcol("status")' : '"ok"'
here = 'strcol("cache") eq cache'
row = '(index_of(strcol("method"), methods))'
is_left_out = here.' && '.status.' ne "ok"'
is_drawn = here.' && '.status.' eq "ok" && '.row

drawn = 0
left_out = 0
longest = 0
files = 0
file_bytes = 0
count_drawn(time) = (drawn = drawn + 1, longest = time > longest ? time : longest)
set table $unused
plot trials using (@is_drawn ? count_drawn(column("elapsed_s")) : 0, \
                   @is_left_out ? (left_out = left_out + 1) : 0) with table
if (has_column(trials, "files") && has_column(trials, "file_bytes")) {
    plot trials using (files = column("files"), file_bytes = column("file_bytes")) with table
}
unset table
if (drawn == 0) { eval given_up(trials.": no measurement with a ".cache." cache") }

scan_text = (files > 0 ? plural(files, "file")." of ".bytes_text(file_bytes) : "the file set"). \
    (is_emulated ? " on emulated storage" : "")
left_out_text = left_out > 0 ? sprintf(" (%d left out)", left_out) : ""
trials_text = cache." cache, ".plural(drawn, "trial").left_out_text

# ---- The beats --------------------------------------------------------------------------------

# The command that prints them joined with their trials; see beats.awk for the settings.
beats_of(settings) = awk("beats.awk", "-v cache=".cache." ".settings. \
    " file=trials ".shell_quoted(trials)." file=beats ".shell_quoted(beats))
