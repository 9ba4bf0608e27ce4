"""What is wrong with a field is said in plain English, whichever of our models it is in."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, get_args

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

import gateway
import models
from gateway.governance.courses import STRATEGY
from gateway.history_file import HistoryFileError, load_outbound
from gateway.spreadsheets.phrases import check
from models.plain_faults import describe, first

_VALUE = "Wilhelmina"
_WRONG: tuple[Any, ...] = (
    None, "", "x", _VALUE, _VALUE * 3000, 10**30, "1" * 5000, -1, 0, 10**6, 1.5, float("nan"), True, b"\xff",
    date(2026, 1, 5), datetime(2026, 1, 5, 9, tzinfo=UTC), time(9), "2026-13-01", "25:00", "2026-01-05T25:00:00Z",
    [], [None], ["x"] * 40, [{}], [{"kind": "nonsense"}], {}, {"kind": "nonsense"}, {"nonsense": _VALUE},
)  # fmt: skip
"""One of everything that a file or the command line can hold where something else belongs."""


def every_model() -> list[type[BaseModel]]:
    """Those that a person's words are held against."""
    for package in (models, gateway):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                importlib.import_module(module.name)
    importlib.import_module("classifiers.authored")
    importlib.import_module("classifiers.lexicon")
    ours = [each for each in _beneath(BaseModel) if each.__module__.partition(".")[0] in _PACKAGES]
    return list(dict.fromkeys(ours))


_PACKAGES = ("models", "gateway", "classifiers")


def _beneath(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        yield each
        yield from _beneath(each)


def adapters() -> Iterator[TypeAdapter[Any]]:
    """Of every field of every model, each kind of field once; and those that stand by themselves, such as steps."""
    seen = set()
    for model in every_model():
        yield TypeAdapter(model)
        for name, field in model.model_fields.items():
            key = (name, repr(field.annotation), repr(field.metadata))
            if key not in seen:
                seen.add(key)
                constrained = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
                wrapped: Any = {name: (constrained, ...)}
                yield _one_field(wrapped)
    for module in [each for name, each in sys.modules.items() if name.partition(".")[0] in _PACKAGES]:
        yield from (each for each in vars(module).values() if isinstance(each, TypeAdapter))


def _one_field(fields: Any) -> TypeAdapter[Any]:
    from pydantic import create_model

    return TypeAdapter(create_model("Wrapped", **fields))


def faults() -> Iterator[ErrorDetails]:
    """Every kind of fault that something wrong can be in our models."""
    for adapter in adapters():
        fields = getattr(adapter._type, "model_fields", {})
        only = next(iter(fields)) if len(fields) == 1 else None
        for wrong in _WRONG:
            for given in (wrong, {only: wrong}) if only else (wrong,):
                try:
                    adapter.validate_python(given)
                except ValidationError as error:
                    yield from error.errors(include_url=False)


@pytest.fixture(scope="module")
def found() -> list[ErrorDetails]:
    return list({(fault["type"], fault["loc"], fault["msg"]): fault for fault in faults()}.values())


_PYDANTICS = frozenset(get_args(ErrorType)) - {"value_error", "assertion_error"}


def test_no_fault_of_any_of_our_models_is_told_in_pydantics_words(found: list[ErrorDetails]) -> None:
    kinds = {fault["type"] for fault in found}
    assert kinds >= {
        "missing", "extra_forbidden", "enum", "literal_error", "string_type", "string_too_short", "string_too_long",
        "string_pattern_mismatch", "too_short", "too_long", "greater_than", "greater_than_equal", "less_than",
        "less_than_equal", "int_parsing", "date_from_datetime_parsing", "datetime_type", "time_parsing", "union_tag_invalid",
        "union_tag_not_found", "value_error",
    }  # fmt: skip
    for fault in found:
        if fault["type"] not in _PYDANTICS:
            continue
        said = describe(fault)
        assert said != fault["msg"], fault["type"]
        assert not said.startswith("not what can stand here"), fault["type"]
        for office in ("Input", "String should", "should be", "should have", "valid", "after validation", "^", "tuple"):
            assert office not in said, (fault["type"], said)
        assert _VALUE not in said, fault["type"]


def test_a_form_that_is_asked_for_is_told_by_an_example(found: list[ErrorDetails]) -> None:
    told = {describe(fault) for fault in found if fault["type"] == "string_pattern_mismatch"}
    assert len(told) > 5
    assert all("expected " in said for said in told), told


def fault(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(value)
    return describe(error.value.errors()[0])


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (Annotated[str, Field(min_length=3)], "x", "too short, at least 3 characters"),
        (Annotated[str, Field(min_length=3)], "", "empty; expected some text"),
        (Annotated[str, Field(max_length=3)], "long", "too long, at most 3 characters"),
        (Annotated[int, Field(gt=0)], 0, "expected a number over 0"),
        (Annotated[float, Field(le=0.5)], 1, "expected a number of at most 0.5"),
        (Annotated[int, Field(lt=65536)], 70000, "expected a number under 65536"),
        (Annotated[str, Field(pattern="^(notice|silent)$")], "x", "expected notice or silent"),
        (Annotated[str, Field(pattern="^[a-z]+$")], "1", "not of the right form"),
        (date, datetime(2026, 1, 5, 9, tzinfo=UTC), "expected a day such as 2026-01-05, got a day with a time"),
        (complex, "x", "not what can stand here"),
    ],
)
def test_what_is_said(kind: Any, value: object, says: str) -> None:
    assert fault(kind, value) == says


def test_a_reason_that_says_nothing_is_told_what_to_say() -> None:
    with pytest.raises(ValidationError) as error:
        STRATEGY.steps.validate_python(
            {"kind": "undone", "at": datetime(2026, 1, 5, tzinfo=UTC), "by": "", "number": 1, "reason": "x"}
        )
    assert [describe(each) for each in error.value.errors()] == [
        "empty; expected a person's name",
        "too short, at least 3 characters; expected why, in a few words",
    ]
    assert first(error.value, whole="undone") == ("by", "empty; expected a person's name")


def test_history_and_phrases_are_told_plainly_too(tmp_path: Any) -> None:
    path = tmp_path / "outbound.jsonl"
    path.write_text('{"kind": "parcel", "from": "a@council.example"}\n', "utf-8")
    with pytest.raises(HistoryFileError, match=r"outbound\.jsonl:1: kind: expected 'message'"):
        load_outbound(path)
    with pytest.raises(ValueError, match="not a restriction: per: expected 'day'"):
        check({"two a year": ({"kind": "contact_limit", "channels": ["email"], "count": 2, "per": "year"},)})
