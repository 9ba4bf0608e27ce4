"""Adjustments are not lost with a register file."""

import pytest

from gateway.governance.adjusting import _is_kept
from models.person import Adjustment, Variation

CALLS = Adjustment(
    id="A1", need="calls, not letters", exempts=("telephone",), varies=(Variation(restriction="R1", minutes=30),)
)


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        ({}, True),
        ({"exempts": ("telephone", "visit")}, True),
        ({"varies": (*CALLS.varies, Variation(restriction="R2", calls=3))}, True),
        ({"id": "A2"}, False),
        ({"need": "letters, not calls"}, False),
        ({"exempts": ()}, False),
        ({"varies": (Variation(restriction="R1", minutes=10),)}, False),
        ({"varies": ()}, False),
    ],
)
def test_an_adjustment_is_kept_where_nothing_of_it_is_taken_away(changed, kept):
    other = Adjustment(id="A9", need="a quiet room")
    assert _is_kept(CALLS, (other, CALLS.model_copy(update=changed))) is kept
    assert not _is_kept(CALLS, (other,))
