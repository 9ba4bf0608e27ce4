"""How an element of HTML looks, as far as it decides whether its text is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.reading import css

_QUOTING_CLASSES = frozenset({"gmail_quote", "moz-cite", "yahoo_quoted", "protonmail_quote", "iosymail"})
TELLING_ATTRIBUTES = frozenset(
    {"style", "class", "type", "hidden", "color", "text", "size", "background", "bgcolor"}
)  # fmt: skip
"""The attributes that `inherit` looks at; an element without any looks like the one around it."""
PREFORMATTED = frozenset({"pre", "textarea"})
MAX_QUOTED = 5
"""Deeper quotes within quotes look like this many."""
_WHITE: css.Colour = (255, 255, 255)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What an element hands down to its children. Its own identity is enough to know it by, and quick.

    `unseen`: the eye does not see text of this look.
    """

    hidden: bool = False
    tiny: bool = False
    foreground: css.Colour | str | None = (0, 0, 0)
    background: css.Colour | None = _WHITE
    quoted: int = 0
    preformatted: bool = False
    unseen: bool = False


def inherit(tag: str, attributes: Mapping[str, str | None], sheet: dict[str, str] | None, outer: Look) -> Look:
    """The look inside an element: its own declarations and attributes over what it was handed down."""
    style = {**(sheet or {}), **css.declarations(attributes.get("style") or "")}
    foreground = outer.foreground
    for value in (attributes.get("color") if tag == "font" else None, attributes.get("text"), style.get("color")):
        if value and value not in ("inherit", "initial"):
            foreground = css.colour(value)
    quoted = outer.quoted
    classes = (attributes.get("class") or "").split()
    # Only cite blocks: the <div> around them may hold answers written between the quoted lines.
    if tag == "blockquote" and (attributes.get("type") == "cite" or not _QUOTING_CLASSES.isdisjoint(classes)):
        quoted = min(outer.quoted + 1, MAX_QUOTED)
    hidden = outer.hidden or _hides(attributes, style)
    tiny = _tiny(tag, attributes, style, outer.tiny)
    background = _background(attributes, style, outer.background)
    return Look(
        hidden=hidden,
        tiny=tiny,
        foreground=foreground,
        background=background,
        quoted=quoted,
        preformatted=outer.preformatted or tag in PREFORMATTED or style.get("white-space", "").startswith("pre"),
        unseen=hidden or tiny or _blends(foreground, background),
    )


def _blends(foreground: css.Colour | str | None, background: css.Colour | None) -> bool:
    """Whether text of one colour is lost on the other; no, where either cannot be told."""
    if foreground == css.TRANSPARENT:
        return True
    if not isinstance(foreground, tuple) or background is None:
        return False
    return css.alike(foreground, background)


def _background(
    attributes: Mapping[str, str | None], style: Mapping[str, str], outer: css.Colour | None
) -> css.Colour | None:
    """The colour behind the text, None where a picture or an unknown colour is behind it."""
    if attributes.get("background") or "url(" in style.get("background", "") + style.get("background-image", ""):
        return None
    background = outer
    for value in (attributes.get("bgcolor"), style.get("background"), style.get("background-color")):
        if value and value not in ("none", "inherit", "initial"):
            known = css.colour(value) or next((found for word in value.split() if (found := css.colour(word))), None)
            if known != css.TRANSPARENT:
                background = known if isinstance(known, tuple) else None
    return background


def _tiny(tag: str, attributes: Mapping[str, str | None], style: Mapping[str, str], outer: bool) -> bool:
    size = css.pixels(style.get("font-size"))
    if size is None and "font" in style:
        size = next(
            (css.pixels(word) for word in style["font"].split() if word[:1].isdigit() and word[-1:].isalpha()), None
        )
    if size is not None:
        # A percentage or em of a tiny parent stays tiny.
        return size <= 2.0 or (outer and style.get("font-size", "").endswith(("%", "em")))
    return outer and not (tag == "font" and attributes.get("size"))


def _hides(attributes: Mapping[str, str | None], style: Mapping[str, str]) -> bool:
    if "hidden" in attributes:
        return True
    if not style:
        return False
    if style.get("display", "").startswith("none") or style.get("visibility") in ("hidden", "collapse"):
        return True
    opacity = css.pixels(style.get("opacity"))
    if (opacity is not None and opacity <= 0.05) or style.get("mso-hide") == "all":
        return True
    if style.get("overflow") == "hidden" or style.get("position") in ("absolute", "fixed"):
        for name in ("height", "width", "max-height", "max-width"):
            size = css.pixels(style.get(name))
            if size is not None and size <= 1.0:
                return True
    for name in ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top"):
        offset = css.pixels(style.get(name))
        if offset is not None and (offset <= -500 or (offset >= 5_000 and name in ("left", "top", "text-indent"))):
            return True
    zeroed = all(css.pixels(style.get(name)) == 0 for name in ("height", "width"))
    transform = style.get("transform", "").replace(" ", "")
    return zeroed or transform.startswith(("scale(0)", "translate(-9")) or style.get("clip", "").startswith("rect(0")
