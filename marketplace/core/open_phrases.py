"""Sentences that hold names, codes or what somebody typed: `{}` stands for any text.

They come from messages on their way out, background jobs and imports of spreadsheets. What holds
numbers only is in `phrases.PHRASES`.
"""

from __future__ import annotations

import re
from functools import cache


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "extract, translate later"
    return text


OPEN_PHRASES = (
    # A message on its way out
    N_("the robot answered {}: {}"),
    N_("{} was refused: {}"),
    # Names that are taken or missing
    N_("The address {} is taken by another organisation."),
    N_("The address {} is taken by another solution."),
    N_("No plugin brings the industry {}."),
    N_("No plugin brings the industry {}; installed are {}."),
    # A background job
    N_("Something unexpected failed; the log has the details. {}"),
    # A cell
    N_("{} is unknown; did you mean {}?"),
    N_("{} is unknown; choose from {} … ({} in all)"),
    N_("{} is unknown; choose from {}"),
    N_("{} is no known scenario"),
    N_("{} is given twice"),
    N_("write {} as code:from>to, such as OP-06:1>3"),
    N_("write {}; this line has {} parts"),
    N_("stands in rows {}; keep one of them"),
    N_("belongs to {} already; check both"),
    N_("the solution belongs to {}; an import does not move it to another provider"),
    N_("was withdrawn on {}; an import does not bring it back, so remove the row"),
    N_("a plugin failed to check this row ({}); tell the operator"),
    # A column
    N_("is no column of this sheet; rename it to {}"),
    # A file
    N_("Cannot read {}: {}."),
    N_("Cannot write {}: {}."),
    N_("{} is empty. `marketplace catalog template` writes a start."),
    N_("{} has {} MB; split it into files of at most {} MB."),
    N_("{} is an old or password-protected workbook; save it as .xlsx without a password."),
    N_("{} unpacks to {} MB; split it."),
    N_("{} cannot be read as a workbook ({}); open it in a spreadsheet program and save it as "
       ".xlsx."),
    N_("{} is no proper CSV: {}."),
    N_("{} is neither a workbook nor text; save it as .xlsx, or as CSV in UTF-8."),
    N_("{} holds no sheet of the catalogue: row 1 of a sheet must hold the column keys. "
       "`marketplace catalog template` writes them."),
    N_("{} has two sheets of {}: {} and {}. Keep one."),
    N_("Sheet {} has more than {} rows; split it."),
    N_("Row 1 of {} does not fit the sheet {}; `marketplace catalog template` writes the right "
       "one."),
    N_("is no {} file but only called so; save it as {} anew in its own program"),
    # What was left aside
    N_("Sheet {} is no sheet of the catalogue and was left aside."),
    N_("Sheet {}: column {} has values but no key in row 1 and was left aside."),
    # How far an import is
    N_("checking {}"),
    N_("reading {}"),
)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile("(.+?)".join(map(re.escape, phrase.split("{}"))), re.DOTALL), phrase)
                 for phrase in OPEN_PHRASES)


def open_phrase(words: str) -> tuple[str, tuple[str, ...]] | None:
    """The open phrase that `words` are, and what fills its gaps."""
    for pattern, phrase in _patterns():
        if found := pattern.fullmatch(words):
            return phrase, found.groups()
    return None
