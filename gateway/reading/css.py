"""As much of CSS as it takes to tell hidden text from seen text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import re2

_COMMENT = re2.compile(r"(?s)/\*.*?\*/")
_RULE = re2.compile(r"([^{}]+)\{([^{}]*)\}")
_DECLARATION = re2.compile(r"(?i)([a-z-]+)\s*:\s*([^;]+)")
_NUMBER = re2.compile(r"^\s*(-?\d*\.?\d+)\s*([a-z%]*)")
_TELLING = re2.compile(
    r"(?i)display|visibility|opacity|font|colou?r|background|height|width|text-indent|left|top|clip|transform|overflow"
)
_NAMED = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "whitesmoke": (245, 245, 245),
    "floralwhite": (255, 250, 240),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "lightgray": (211, 211, 211),
    "lightgrey": (211, 211, 211),
    "navy": (0, 0, 128),
    "orange": (255, 165, 0),
    "purple": (128, 0, 128),
    "maroon": (128, 0, 0),
    "teal": (0, 128, 128),
}
Colour = tuple[int, int, int]
TRANSPARENT = "transparent"


@lru_cache(maxsize=2_048)
def declarations(style: str) -> Mapping[str, str]:
    """`color: #fff; font-size:1px` as a dictionary, lower-cased, `!important` dropped."""
    return {
        match.group(1).lower(): match.group(2).lower().replace("!important", "").strip()
        for match in _DECLARATION.finditer(style[:5_000])
    }


def rules(sheet: str, limit: int = 300) -> Iterator[tuple[str, Mapping[str, str]]]:
    """(selector list, declarations) of a style sheet's plain rules that could hide something.

    Rules inside at-rules (`@media print`) are left out: they speak of other screens.
    """
    text = _without_at_rules(_COMMENT.sub(" ", sheet[:300_000]).replace("<!--", " ").replace("-->", " "))
    found = 0
    for match in _RULE.finditer(text):
        if _TELLING.search(match.group(2)) is not None:
            yield match.group(1).strip(), declarations(match.group(2))
            found += 1
            if found >= limit:
                return


def _without_at_rules(sheet: str) -> str:
    if "@" not in sheet:
        return sheet
    out: list[str] = []
    position = 0
    while (at := sheet.find("@", position)) >= 0:
        out.append(sheet[position:at])
        opening, semicolon = sheet.find("{", at), sheet.find(";", at)
        if semicolon >= 0 and (opening < 0 or semicolon < opening):
            position = semicolon + 1
            continue
        if opening < 0:
            return "".join(out)
        depth, position = 1, opening + 1
        while depth:
            closing, deeper = sheet.find("}", position), sheet.find("{", position)
            if closing < 0:
                return "".join(out)
            if 0 <= deeper < closing:
                depth, position = depth + 1, deeper + 1
            else:
                depth, position = depth - 1, closing + 1
    out.append(sheet[position:])
    return "".join(out)


@lru_cache(maxsize=2_048)
def pixels(value: str | None) -> float | None:
    """A length in (about) pixels; None where it is no length."""
    if not value:
        return None
    match = _NUMBER.match(value)
    if match is None:
        return None
    scale = {"em": 16.0, "rem": 16.0, "pt": 1.33, "%": 0.16, "in": 96.0, "cm": 37.8, "mm": 3.78, "vw": 10.0, "vh": 8.0}
    return float(match.group(1)) * scale.get(match.group(2), 1.0)


def colour(value: str | None) -> Colour | str | None:
    """RGB of a colour, TRANSPARENT, or None where it cannot be told."""
    text = (value or "").strip().lower()
    if text in _NAMED:
        return _NAMED[text]
    if text == "transparent":
        return TRANSPARENT
    digits = text.removeprefix("#")
    try:
        if len(digits) in (3, 4):
            red, green, blue = (int(digit * 2, 16) for digit in digits[:3])
            return TRANSPARENT if digits[3:] == "0" else (red, green, blue)
        if len(digits) in (6, 8):
            return TRANSPARENT if digits[6:] == "00" else _triple(digits)
        if text.startswith(("rgb(", "rgba(")):
            parts = text.partition("(")[2].rstrip(")").replace("/", ",").replace(",", " ").split()
            if len(parts) > 3 and float(parts[3].rstrip("%")) == 0:
                return TRANSPARENT
            red, green, blue = (int(float(p.rstrip("%")) * (2.55 if p.endswith("%") else 1)) for p in parts[:3])
            return (red, green, blue)
    except (ValueError, OverflowError):
        return None
    return None


def _triple(digits: str) -> Colour:
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def alike(first: Colour, second: Colour) -> bool:
    """Whether the eye could not tell text of one colour on the other."""
    return all(abs(one - other) <= 20 for one, other in zip(first, second, strict=True))
