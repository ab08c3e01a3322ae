"""Why rows of a file are rejected or left out, in words: for the console's report and the screen's."""

from __future__ import annotations

from dashboard.i18n.words import msgid

REASONS = {
    "wrong_cell_count": msgid("more or fewer cells than the header"),
    "quote_open": msgid("a quotation mark is opened and not closed"),
    "cell_damaged": msgid("signs that are no text (another encoding, or a NUL byte)"),
    "cell_too_long": msgid("a cell is longer than 32 KB"),
    "no_row_id": msgid("no row id"),
    "row_id_repeats": msgid("the row id stands in the file already"),
    "no_time": msgid("no time"),
    "not_a_time": msgid("not a time"),
    "no_amount": msgid("no amount"),
    "not_a_number": msgid("not a number"),
    "number_too_large": msgid("number too large"),
    "out_of_range": msgid("outside the range"),
    "not_whole": msgid("not a whole number"),
    "not_yes_or_no": msgid("neither yes nor no"),
    "no_metric": msgid("no metric"),
    "amount_differs": msgid("another amount than the rest of its deal"),
    "other_currency": msgid("another currency"),
}
LEFT_OUT = {
    "where": msgid("a condition of the mapping does not hold"),
    "nothing": msgid("the row gives no fact"),
    "only_known": msgid("nobody has this identity"),
}
