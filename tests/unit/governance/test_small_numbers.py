"""A published table leaves no way to work out a number of one to four."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.governance.reports.annual_page import Figure, Table, Unit
from gateway.governance.reports.small_numbers import FEWEST, marked, published


def table(*values: int, total: bool = True, unit: Unit = Unit.COUNT, base: int | None = None) -> Table:
    figures = tuple(Figure(name=f"line {n}", value=value, base=base) for n, value in enumerate(values))
    return Table(
        id="t",
        title="T",
        says="S",
        unit=unit,
        figures=figures,
        total=Figure(name="All", value=sum(values)) if total else None,
    )


def shown(made: Table) -> list[int | None]:
    return [figure.value for figure in made.figures]


CASES = [
    ((10, 20, 0), [10, 20, 0]),
    ((10, 20, 3), [None, 20, None]),  # the smallest other, so that 3 cannot be worked out
    ((3, 4, 20), [None, None, 20]),
    ((1, 1, 20), [None, None, None]),  # two hidden that sum to 2 are both 1
    ((3, 0, 0), [None, None, None]),  # the total is hidden with them
    ((1, 1, 1, 1, 1), [None] * 5),  # their sum alone would say that each is one
    ((0, 0), [0, 0]),
]


@pytest.mark.parametrize(("values", "expected"), CASES)
def test_what_is_hidden(values: tuple[int, ...], expected: list[int | None]) -> None:
    assert shown(published(table(*values))) == expected


def test_a_total_of_a_few_is_hidden_too() -> None:
    made = published(table(3, 0)).total
    assert made is not None and made.value is None and made.hidden


def test_marking_hides_nothing() -> None:
    made = marked(table(3, 20))
    assert shown(made) == [3, 20]
    assert [figure.small for figure in made.figures] == [True, False]
    assert not any(figure.hidden for figure in made.figures)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_every_small_number_could_be_another(values: list[int]) -> None:
    made = published(table(*values))
    assert made.total is not None
    small = [place for place, value in enumerate(values) if 0 < value < FEWEST]
    assert all(made.figures[place].hidden and not made.figures[place].small for place in small)
    places = [place for place, figure in enumerate(made.figures) if figure.hidden]
    if not small or made.total.hidden:
        return
    # Whoever knows the rule knows that each hidden line is at least one, and what all of them sum to.
    hidden = sum(values[place] for place in places)
    possible = [each for each in product(range(1, hidden), repeat=len(places)) if sum(each) == hidden]
    for n in range(len(places)):
        assert len({each[n] for each in possible}) > 1


RATES = [
    (50, 20, True),  # ten of twenty
    (90, 20, False),  # eighteen of twenty: two were not
    (10, 20, False),
    (100, 20, True),
    (0, 20, True),
    (50, 4, False),
]


@pytest.mark.parametrize(("percent", "base", "is_shown"), RATES)
def test_a_rate_is_hidden_where_it_gives_away_a_few(percent: int, base: int, is_shown: bool) -> None:
    (figure,) = published(table(percent, total=False, unit=Unit.PERCENT, base=base)).figures
    assert (figure.value is not None) is is_shown


def test_a_time_that_rests_on_a_few_is_hidden() -> None:
    (figure,) = published(table(300, total=False, unit=Unit.MINUTES, base=3)).figures
    assert figure.hidden and figure.base is None
