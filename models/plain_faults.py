"""What pydantic found wrong, in the words of somebody who writes a register or settings by hand, or types a command.

Never the value itself, which may be a person's: only what kind of value it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic_core import ErrorDetails, ValidationError
from pydantic_core.core_schema import ErrorType

_EXAMPLES = {
    "address": "an email address such as spoc@council.example",
    "addresses": "the queues' addresses, at least `manager: standards@council.example`",
    "auditor": "an email address such as auditor@council.example",
    "by": "a person's name",
    "channels": "a list of channels such as [telephone]",
    "count": "a whole number such as 3",
    "days": "a list of days such as [mon, wed]",
    "digest": "a SHA-256 digest, 64 characters of 0-9 and a-f",
    "domains": "a list of our domains such as [council.example]",
    "email_template_id": "a template's id as GOV.UK Notify shows it, 36 characters",
    "every": "a duration such as P14D",
    "from": "a time of day such as 14:00",
    "hostname": "a host's name such as mx.council.example",
    "id": "an id such as P-001",
    "identifiers": "a list such as [{kind: email, value: jordan@mail.example}]",
    "kind": "a kind such as email (identifiers) or spoc_only (restrictions)",
    "manager": "an email address such as standards@council.example",
    "minutes": "a whole number such as 15",
    "name": "a name",
    "note": "a few words",
    "need": "the need in a few words",
    "numbers": "telephone numbers such as +447700900000",
    "organisation": "the group of fields that names the organisation, its domains and its addresses",
    "person": "the id of one of the people, such as P-001",
    "reason": "why, in a few words",
    "reasons": "why, in a few words",
    "restriction": "the id of a restriction, such as R1",
    "slots": "a list such as [{days: [mon], from: 14:00, until: 15:00}]",
    "starts": "a day such as 2026-01-05",
    "status": "a status such as active",
    "told_at": "an email address such as officer@council.example",
    "title": "what the matter is about, in a few words",
    "until": "a time of day such as 15:00",
    "uprn": "a property's reference number (UPRN), up to 12 digits",
    "value": "the address or number itself",
}
_A_DAY = "expected a day such as 2026-01-05"
_A_TIME = "expected a time of day such as 14:00"
_A_MOMENT = "expected a time with its offset such as 2026-03-02T10:15:00Z"
_FIELDS = "expected a group of fields (`name: value`, one a line)"
_EXPECTED = {
    "string_type": "expected text",
    "string_sub_type": "expected text",
    "string_unicode": "expected text in UTF-8",
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
    "datetime_type": _A_MOMENT,
    "datetime_parsing": _A_MOMENT,
    "datetime_from_date_parsing": _A_MOMENT,
    "datetime_object_invalid": _A_MOMENT,
    "tuple_type": "expected a list",
    "list_type": "expected a list",
    "set_type": "expected a list",
    "frozen_set_type": "expected a list",
    "model_type": _FIELDS,
    "model_attributes_type": _FIELDS,
    "dataclass_type": _FIELDS,
    "named_tuple_type": _FIELDS,
    "dict_type": _FIELDS,
    "mapping_type": _FIELDS,
    "path_type": "expected the path of a file or folder",
    "ip_v4_network": "expected a network such as 10.0.0.0/8",
    "ip_v6_network": "expected a network such as fd00::/8",
    "json_invalid": "expected JSON",
    "json_type": "expected JSON",
}
_OURS: Final = frozenset({"value_error", "assertion_error"})
"""Faults that a check of ours put into words; so it did where the type is none of pydantic's own."""
_PYDANTICS: Final = frozenset(get_args(ErrorType)) - _OURS
_ONE_OF = re.compile(r"\^\(([\w|]+)\)\$")
_TO_QUOTE = ("a number", "true or false", "a day")


def first(error: ValidationError, *, whole: str) -> tuple[str, str]:
    """The field of the first fault, by its innermost name or else `whole`, and the fault as a phrase."""
    fault = error.errors()[0]
    return _field(fault) or whole, describe(fault)


def follows_on(fault: ErrorDetails) -> bool:
    """Whether it only says of a list that too few are in it because those that are have faults of their own."""
    given = fault["input"]
    return fault["type"] == "too_short" and isinstance(given, list) and len(given) >= fault["ctx"]["min_length"]


def describe(fault: ErrorDetails) -> str:
    """One fault as a phrase: what is wrong, and what was expected."""
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in _EXPECTED:
        found = _kind_of(fault["input"])
        quote = "; put it in quotes" if kind == "string_type" and found in _TO_QUOTE else ""
        return f"{_EXPECTED[kind]}, got {found}{quote}"
    match kind:
        case "missing":
            return f"missing{_for_example(fault)}"
        case "extra_forbidden":
            return "there is no such field; is it spelled right, and at the right depth?"
        case "enum" | "literal_error":
            return f"expected {context['expected']}"
        case "union_tag_invalid":
            return _unknown_kind(context)
        case "union_tag_not_found":
            return f"{context['discriminator'].strip(chr(39))} is missing; expected a kind such as spoc_only"
        case "finite_number" | "int_parsing_size":
            return "expected an ordinary number, got one that is too large"
        case "string_pattern_mismatch":
            return _unlike(fault, context["pattern"])
        case _:
            return _out_of_bounds(fault, context) or _otherwise(fault)


def _out_of_bounds(fault: ErrorDetails, context: Mapping[str, Any]) -> str | None:
    """What is too short, too long, too little or too much; None where it is something else."""
    match fault["type"]:
        case "string_too_short" if fault["input"] == "":
            return f"empty{_for_example(fault) or '; expected some text'}"
        case "string_too_short":
            return f"too short, at least {context['min_length']} characters{_for_example(fault)}"
        case "string_too_long":
            return f"too long, at most {_number(context['max_length'])} characters"
        case "too_short":
            return f"expected at least {context['min_length']} in the list, got {context['actual_length']}"
        case "too_long":
            return f"expected at most {context['max_length']} in the list"
        case "greater_than":
            return f"expected a number over {_number(context['gt'])}"
        case "greater_than_equal":
            return f"expected a number of at least {_number(context['ge'])}"
        case "less_than":
            return f"expected a number under {_number(context['lt'])}"
        case "less_than_equal":
            return f"expected a number of at most {_number(context['le'])}"
    return None


def _otherwise(fault: ErrorDetails) -> str:
    """The words of a check of ours; nobody is shown pydantic's."""
    if fault["type"] in _PYDANTICS:
        return f"not what can stand here{_for_example(fault)}"
    return fault["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")


def _unlike(fault: ErrorDetails, pattern: str) -> str:
    """Not one of the words, or not the form, that it must have."""
    if (words := _ONE_OF.fullmatch(pattern)) is not None:
        *others, last = words[1].split("|")
        return f"expected {', '.join(others)} or {last}" if others else f"expected {last}"
    return f"not of the right form{_for_example(fault)}"


def _for_example(fault: ErrorDetails) -> str:
    """`; expected …` where the field is one of those that are known by name."""
    field = _field(fault)
    return f"; expected {_EXAMPLES[field]}" if field in _EXAMPLES else ""


def _field(fault: ErrorDetails) -> str:
    """Its innermost name; empty where the whole is at fault."""
    return next((part for part in reversed(fault["loc"]) if isinstance(part, str)), "")


def _number(limit: float) -> str:
    return str(int(limit) if limit == int(limit) else limit)


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
        case bytes():
            return "bytes"
        case datetime():
            return "a day with a time"
        case date():
            return "a day"
        case time():
            return "a time"
        case list() | tuple():
            return "a list"
        case _:
            return "a group of fields"
