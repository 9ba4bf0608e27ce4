"""`I look forward to your reply`: what people write to whoever reads it, and complain of nobody with."""

from __future__ import annotations

import re
from typing import Final

_SORT: Final = (
    r"(?:(?:early|earliest|prompt|urgent|swift|quick|kind|full|written|further|continued|own|valuable)\s+){0,2}"
)
_ANSWER: Final = r"(?:reply|response|answer|acknowledge?ment|confirmation|advice|decision|comments|views)"
_KINDNESS: Final = (
    r"(?:time|help|attention|assistance|support|consideration|understanding|patience|information|records?|reference)"
)
_COURTESY: Final = re.compile(
    rf"(?i)\b(?:(?:forward\s+to(?:\s+(?:receiving|having|hearing))?|i\s+await)\s+your\s+{_SORT}{_ANSWER}"
    rf"|(?:thank(?:s|\s+you)(?:\s+\w+){{0,3}}\s+for|grateful\s+for|appreciate)\s+your\s+{_SORT}(?:{_ANSWER}|{_KINDNESS})"
    rf"|for\s+your\s+{_SORT}{_KINDNESS}"
    rf"|at\s+your\s+{_SORT}convenience)\b"
)
_NEAR: Final = 80
"""Characters before and behind a `your` in which one stands."""


def is_courtesy(text: str, your: int) -> bool:
    """Whether the `your` that begins at this character of `text` is part of one."""
    begin = max(0, your - _NEAR)
    found = _COURTESY.finditer(text[begin : your + _NEAR])
    return any(match.start() <= your - begin < match.end() for match in found)
