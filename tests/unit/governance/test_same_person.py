"""Whether two names as they are written are one person's."""

from __future__ import annotations

import pytest

from gateway.governance.same_person import same_person


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("Dr Iris Manager", True),
        ("manager, Iris", True),
        ("MANAGER, Sgt. Iris", True),
        ("Iris Mánager", False),
        ("Iris", False),
        ("Ira Manager", False),
    ],
)
def test_titles_order_and_punctuation_do_not_make_another_person(other: str, same: bool) -> None:
    assert same_person("Iris Manager", other) is same


def test_an_apostrophe_does_not_either_and_a_title_alone_is_a_name() -> None:
    assert same_person("Sam O'Neill", "Sam O’neill")
    assert same_person("Sam O'Neill", "Sam ONeill")
    assert not same_person("Sergeant", "Dr")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("manager Sam Staff", "Sam Staff", True),
        ("The Line Manager, Sam Staff", "Staff, Sam", True),
        ("Director Sam Staff", "Commissioner Sam Staff", True),
        ("Manager, Iris Lee", "Iris Lee Manager", True),
        ("Sam Officer", "Sam Director", False),
        ("manager Sam Staff", "Iris Staff", False),
        ("Manager Iris", "Officer Iris", False),
    ],
)
def test_a_post_before_a_name_does_not_make_another_person(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same
