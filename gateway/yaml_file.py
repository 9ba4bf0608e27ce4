"""YAML read so that an error can say on which line its cause stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
M = TypeVar("M", bound=BaseModel)
Location = tuple[str | int, ...]


class YamlFileError(Exception):
    """The file cannot be used; one line a fault: `file:line: field: what is wrong and what was expected`."""


@dataclass(frozen=True)
class _Document:
    value: object
    lines: Mapping[Location, int]

    def line(self, location: Sequence[str | int]) -> int:
        """The line of the field, or of the nearest thing above it that the file has."""
        for end in range(len(location), -1, -1):
            if (found := self.lines.get(tuple(location[:end]))) is not None:
                return found
        return 1


def load(path: Path, model: type[M]) -> M:
    """The file as `model`. YamlFileError names file, line, field, what was found and what was expected."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise YamlFileError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise YamlFileError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from None
    document = _parse(path, text)
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise YamlFileError("\n".join(_faults(path, document, error))) from None


def _parse(path: Path, text: str) -> _Document:
    try:
        loader = _Loader(text)
        try:
            builder = _Builder(path, loader)
            node = loader.get_single_node()
            value = None if node is None else builder.build(node, ())
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise YamlFileError(f"{path}:{line}: not YAML: {error.problem}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlFileError(f"{path}: not YAML: {type(error).__name__}") from None
    return _Document(value, builder.lines)


class _Builder:
    """Nodes to values, noting the line of each."""

    def __init__(self, path: Path, loader: Any) -> None:
        self._path = path
        self._loader = loader
        self._built: set[int] = set()
        self.lines: dict[Location, int] = {}

    def build(self, node: yaml.Node, at: Location) -> object:
        """The node's value. YamlFileError for a repeated key or an alias."""
        if id(node) in self._built:  # an alias: a few of them, nested, can unfold to fill any memory
            raise self._fault(node, at, "anchors and aliases are not taken; write the value out")
        self._built.add(id(node))
        self.lines[at] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*at, number)) for number, item in enumerate(node.value)]
        return self._loader.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, at: Location) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = self._loader.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise self._fault(key_node, at, "a key must be a word")
            if key in result:
                raise self._fault(key_node, (*at, key), "given twice")
            result[key] = self.build(value_node, (*at, key))
            self.lines[(*at, key)] = key_node.start_mark.line + 1
        return result

    def _fault(self, node: yaml.Node, at: Location, message: str) -> YamlFileError:
        return YamlFileError(f"{self._path}:{node.start_mark.line + 1}: {_name(at)}: {message}")


def _faults(path: Path, document: _Document, error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False, include_input=False):
        several: list[tuple[Location, str]] = fault.get("ctx", {}).get("faults", [])
        for location, message in several or [(_in_file(fault["loc"]), fault["msg"].removeprefix("Value error, "))]:
            yield f"{path}:{document.line(location)}: {_name(location)}: {message}"


def _in_file(location: Location) -> Location:
    """Pydantic puts a restriction's kind into the path after its number; the file has no such key."""
    return tuple(
        part
        for place, part in enumerate(location)
        if place < 2 or location[place - 2] != "restrictions" or isinstance(part, int)
    )


def _name(location: Sequence[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".") or "the file"
