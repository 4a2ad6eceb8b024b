from directory.core.text.casing import sensible_case, sentence_case
from directory.core.text.named import Named
from directory.core.text.plain import (
    clean,
    direction,
    from_spreadsheet,
    has_rtl,
    shorten,
    spreadsheet_safe,
    squeeze,
)
from directory.core.text.words import fold, latin, tokens

__all__ = [
    "Named",
    "clean",
    "direction",
    "fold",
    "from_spreadsheet",
    "has_rtl",
    "latin",
    "sensible_case",
    "sentence_case",
    "shorten",
    "spreadsheet_safe",
    "squeeze",
    "tokens",
]
