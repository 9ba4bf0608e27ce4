"""Numbers of one to four may tell who somebody is: they are marked, and hidden where a report is published.

One hidden part of a known whole could be worked out from the others, and two could where their sum leaves a single
way: further parts are hidden until what is hidden could be several things.
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
    to_hide = {place for place, figure in enumerate(whole.figures) if figure.small}
    if whole.total is not None and not whole.total.small and to_hide:
        to_hide |= _besides(whole.figures, to_hide)
    figures = tuple(_hidden(figure) if place in to_hide else figure for place, figure in enumerate(whole.figures))
    total = _hidden(whole.total) if whole.total is not None and whole.total.small else whole.total
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
        if len(both) > 1 and sum(figures[each].value or 0 for each in both) >= FEWEST:
            break
        more.add(place)
    return more


def _hidden(figure: Figure) -> Figure:
    return figure.model_copy(update={"value": None, "base": None, "hidden": True})
