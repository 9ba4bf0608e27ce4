"""What pydantic found wrong, in the words of somebody who writes a register or a settings file by hand.

Never the value itself, which may be a person's: only what kind of value it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails, ValidationError

_EXAMPLES = {
    "address": "an email address such as spoc@council.example",
    "addresses": "the queues' addresses, at least `manager: standards@council.example`",
    "channels": "a list of channels such as [telephone]",
    "count": "a whole number such as 3",
    "days": "a list of days such as [mon, wed]",
    "domains": "a list of our domains such as [council.example]",
    "every": "a duration such as P14D",
    "from": "a time of day such as 14:00",
    "id": "an id such as P-001",
    "identifiers": "a list such as [{kind: email, value: jordan@mail.example}]",
    "kind": "a kind such as email (identifiers) or spoc_only (restrictions)",
    "manager": "an email address such as standards@council.example",
    "minutes": "a whole number such as 15",
    "name": "a name",
    "need": "the need in a few words",
    "organisation": "the group of fields that names the organisation, its domains and its addresses",
    "person": "the id of one of the people, such as P-001",
    "restriction": "the id of a restriction, such as R1",
    "slots": "a list such as [{days: [mon], from: 14:00, until: 15:00}]",
    "starts": "a day such as 2026-01-05",
    "status": "a status such as active",
    "title": "what the matter is about, in a few words",
    "until": "a time of day such as 15:00",
    "value": "the address or number itself",
}
_A_DAY = "expected a day such as 2026-01-05"
_A_TIME = "expected a time of day such as 14:00"
_EXPECTED = {
    "string_type": "expected text",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "date_type": _A_DAY,
    "date_parsing": _A_DAY,
    "date_from_datetime_parsing": _A_DAY,
    "date_from_datetime_inexact": _A_DAY,
    "time_type": _A_TIME,
    "time_parsing": _A_TIME,
    "time_delta_type": _A_TIME,
    "tuple_type": "expected a list",
    "list_type": "expected a list",
    "model_type": "expected a group of fields (`name: value`, one a line)",
    "model_attributes_type": "expected a group of fields (`name: value`, one a line)",
    "dict_type": "expected a group of fields (`name: value`, one a line)",
}
_TO_QUOTE = ("a number", "true or false", "a day")


def first(error: ValidationError, *, whole: str) -> tuple[str, str]:
    """The field of the first fault, by its innermost name or else `whole`, and the fault as a phrase."""
    fault = error.errors()[0]
    return next((part for part in reversed(fault["loc"]) if isinstance(part, str)), whole), describe(fault)


def describe(fault: ErrorDetails) -> str:
    """One fault as a phrase: what is wrong, and what was expected."""
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in _EXPECTED:
        found = _kind_of(fault["input"])
        quote = "; put it in quotes" if kind == "string_type" and found in _TO_QUOTE else ""
        return f"{_EXPECTED[kind]}, got {found}{quote}"
    match kind:
        case "missing":
            example = _EXAMPLES.get(str(fault["loc"][-1]))
            return "missing" + (f"; expected {example}" if example else "")
        case "extra_forbidden":
            return "there is no such field; is it spelled right, and at the right depth?"
        case "enum" | "literal_error":
            return f"expected {context['expected']}"
        case "union_tag_invalid":
            return _unknown_kind(context)
        case "union_tag_not_found":
            return f"{context['discriminator'].strip(chr(39))} is missing; expected a kind such as spoc_only"
        case "too_short":
            return f"expected at least {context['min_length']} in the list, got {context['actual_length']}"
        case "greater_than":
            return f"expected a number over {context['gt']}"
        case "greater_than_equal":
            return f"expected a number of at least {context['ge']}"
        case "less_than":
            return f"expected a number under {context['lt']}"
        case "less_than_equal":
            return f"expected a number of at most {context['le']}"
        case _:
            return fault["msg"].removeprefix("Value error, ")


def _unknown_kind(context: Mapping[str, Any]) -> str:
    known = [tag.strip("' ") for tag in str(context["expected_tags"]).split(",")]
    close = get_close_matches(str(context["tag"]), known, n=1)
    meant = f"did you mean {close[0]}?" if close else f"expected a kind such as {', '.join(known[:3])}"
    return f"unknown {context['discriminator'].strip(chr(39))}; {meant}"


def _kind_of(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "other text"
        case date():
            return "a day"
        case time():
            return "a time"
        case list() | tuple():
            return "a list"
        case _:
            return "a group of fields"
