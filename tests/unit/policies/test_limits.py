"""How far a setting of a measure may go, and what is no limit on it."""

import pytest
from pydantic import ValidationError

from models.limit import Limit
from models.restriction import KINDS, Values, settings_of, values_of


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ({"most": "P1M"}, "P3Y", "is 3 years (P3Y), more than the policy allows; set 1 month (P1M) or less"),
        ({"most": "P1M"}, "P32D", "is 32 days (P32D), more than the policy allows; set 1 month (P1M) or less"),
        ({"most": "P1M"}, "P1M", None),
        ({"most": "P1M"}, "P4W", None),
        ({"least": 10, "most": 20}, 9, "is 9, less than the policy allows; set 10 or more"),
        ({"least": 10, "most": 20}, 21, "is 21, more than the policy allows; set 20 or less"),
        ({"least": 10, "most": 20}, 10, None),
        ({"least": 10, "most": 20}, 20, None),
        ({"least": 10}, None, None),
        ({"among": ("email", "letter")}, ("email",), None),
        (
            {"among": ("email", "letter")},
            ("email", "sms", "visit"),
            "has sms, visit, which the policy does not allow; choose from email, letter",
        ),
        ({"among": ("week",)}, "month", "has month, which the policy does not allow; choose from week"),
        ({"among": ("week",)}, "week", None),
    ],
)
def test_a_value_beyond_its_limit_is_told_with_what_it_may_be(limit, value, said):
    assert list(Limit(**limit).faults(value)) == ([said] if said else [])


@pytest.mark.parametrize("bound", [True, 0, -5, 1.5, "soon", "P0D", "10", None, ["P1M"]])
def test_a_bound_is_a_number_or_a_period(bound):
    if bound is None:
        assert Limit(most=bound).most is None
        return
    with pytest.raises(ValidationError, match="expected"):
        Limit(most=bound)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"most": "P1M"}, "1 month at most"),
        ({"least": 10, "most": 20}, "10 at least, 20 at most"),
        ({"among": ("social_media", "letter")}, "only social media or letter"),
    ],
)
def test_a_limit_in_words(limit, said):
    assert str(Limit(**limit)) == said


NUMBER, PERIOD = Values("number"), Values("period")
WEEKLY = Values("choice", ("day", "week"))


@pytest.mark.parametrize(
    ("limit", "values", "found"),
    [
        ({"least": 1}, NUMBER, []),
        ({"most": "P1M"}, PERIOD, []),
        ({"among": ("week",)}, WEEKLY, []),
        ({}, NUMBER, [((), "limits nothing; expected least, most or among")]),
        ({"most": "P1M"}, NUMBER, [(("most",), "it is a number; expected one such as 10, got P1M")]),
        ({"least": 1}, PERIOD, [(("least",), "it is a period; expected one such as P1M, got 1")]),
        ({"most": 1}, WEEKLY, [(("most",), "it is chosen from a list; expected among")]),
        ({"among": ("week",)}, PERIOD, [(("among",), "it is a period; expected least or most")]),
        ({"among": ("week", "year")}, WEEKLY, [(("among", 1), "it is never year; expected day, week")]),
        ({"least": 2, "most": 1}, NUMBER, [(("least",), "more than most: 2 is more than 1")]),
        ({"least": "P1M", "most": "P1W"}, PERIOD, [(("least",), "more than most: P1M is more than P1W")]),
        ({"least": 2, "most": "P1W"}, PERIOD, [(("least",), "it is a period; expected one such as P1M, got 2")]),
    ],
)
def test_what_is_no_limit_on_such_a_setting(limit, values, found):
    assert list(Limit(**limit).misfits("it", values)) == found


def test_every_setting_is_a_number_a_period_a_choice_or_none_of_them():
    sorts = {
        setting: values.sort if (values := values_of(kind, setting)) else None
        for kind in KINDS
        for setting in settings_of(kind)
    }
    assert sorts == {
        **dict.fromkeys(("calls", "count", "minutes"), "number"),
        "every": "period",
        **dict.fromkeys(("channels", "channels_allowed", "per"), "choice"),
        **dict.fromkeys(("identifiers", "address", "slots", "rolling", "text", "premises")),
    }
    per = values_of("contact_limit", "per")
    assert per is not None and per.choices == ("day", "week", "fortnight", "month")
