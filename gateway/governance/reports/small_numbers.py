"""Numbers of one to four may tell who somebody is: they are marked, and hidden where a report is published.

One hidden part of a known whole could be worked out from the others: further parts are hidden, and which of them is
the small one is not said, until what is hidden could be several things.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gateway.governance.reports.annual_page import Figure, Table, Unit

FEWEST: Final = 5
"""The least number that is shown in a published report, but for none at all."""


def marked(table: Table) -> Table:
    """The table with `small` set where a figure rests on one to four cases."""
    total = table.total and table.total.model_copy(update={"small": _is_small(table.total, table.unit)})
    figures = tuple(figure.model_copy(update={"small": _is_small(figure, table.unit)}) for figure in table.figures)
    return table.model_copy(update={"figures": figures, "total": total})


def published(table: Table) -> Table:
    """The table with nothing left that could tell who somebody is."""
    whole = marked(table)
    if whole.total is None:
        return whole.model_copy(update={"figures": tuple(map(_as_few, whole.figures))})
    few = {place for place, figure in enumerate(whole.figures) if figure.small}
    if not few:
        return whole
    if whole.total.small:  # even which lines are none would tell what the others are
        return whole.model_copy(
            update={"figures": tuple(map(_not_shown, whole.figures)), "total": _as_few(whole.total)}
        )
    to_hide = few | _besides(whole.figures, few)
    parts = [whole.figures[place].value or 0 for place in to_hide]
    figures = tuple(_not_shown(figure) if place in to_hide else figure for place, figure in enumerate(whole.figures))
    # Parts that are known to be one at least, and sum to their number, are all one.
    total = whole.total if sum(parts) > len(parts) else _not_shown(whole.total)
    return whole.model_copy(update={"figures": figures, "total": total})


def _is_small(figure: Figure, unit: Unit) -> bool:
    if unit is Unit.COUNT or figure.base is None:
        return _few(figure.value)
    if unit is Unit.PERCENT and figure.value is not None:
        # A rate and its base give away both its parts.
        part = round(figure.value * figure.base / 100)
        return any(map(_few, (figure.base, part, figure.base - part)))
    return _few(figure.base)


def _few(number: int | None) -> bool:
    return number is not None and 0 < number < FEWEST


def _besides(figures: Sequence[Figure], hidden: set[int]) -> set[int]:
    """The smallest parts that are shown, until what is hidden is two parts or more that sum to `FEWEST` or more."""
    more: set[int] = set()
    shown = sorted(
        (figure.value, place) for place, figure in enumerate(figures) if place not in hidden and figure.value
    )
    for _value, place in shown:
        both = hidden | more
        parts = [figures[each].value or 0 for each in both]
        if len(parts) > 1 and sum(parts) > max(len(parts), FEWEST - 1):
            break
        more.add(place)
    return more


def _as_few(figure: Figure) -> Figure:
    """A figure that rests on a few is shown as that, and no more."""
    return figure.model_copy(update={"value": None, "base": None, "hidden": True}) if figure.small else figure


def _not_shown(figure: Figure) -> Figure:
    """Whether it is the small one or one beside it is not said: that, too, would tell."""
    return figure.model_copy(update={"value": None, "base": None, "hidden": True, "small": False})
