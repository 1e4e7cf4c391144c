# SPDX-License-Identifier: MIT
#
# Turns CSV into fields between tabs, because gnuplot ends a quoted field at its first comma and any
# field at a double quote, which becomes a single one here.
#
#     awk -f tabs.awk compare.csv

{
    rest = $0
    fields = ""
    while (1) {
        if (match(rest, /^"([^"]|"")*"/)) {
            field = substr(rest, 2, RLENGTH - 2)
            gsub(/""/, "'", field)
        } else {
            match(rest, /^[^,]*/)
            field = substr(rest, 1, RLENGTH)
        }
        gsub(/\t/, " ", field)
        rest = substr(rest, RLENGTH + 1)
        fields = fields field
        if (rest == "")
            break
        rest = substr(rest, 2)
        fields = fields "\t"
    }
    print fields
}
