"""A record as one page that people read: plain HTML, without scripts, pictures or anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from gateway.governance.subject_access.record import Tree
from gateway.governance.subject_access.redacting import Marked
from models.plain_names import plain

_STYLE = """
body { font: 1.1em/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #111; background: #fff; }
dl { margin: 0 0 0 1em; } dt { font-weight: bold; } dd { margin: 0 0 .4em 1.5em; white-space: pre-wrap; }
article { border-top: 1px solid #767676; padding: .5em 0; } mark { background: #ffe680; }
"""


def page(record: Tree, *, note: str) -> str:
    """The whole page. `note`: what kind of copy it is."""
    return "".join(_page(record, note))


def _page(record: Tree, note: str) -> Iterator[str]:
    title = f"What we hold about {record['about']}"
    yield f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f"<style>{_STYLE}</style></head><body><main>"
    if record.get("marking"):
        yield f"<p><strong>{escape(record['marking'])}</strong></p>"
    yield f"<h1>{escape(title)}</h1>"
    yield f"<p>{escape(record['organisation'])}, {escape(record['made_at'])}. {escape(note)}</p>\n"
    if record.get("searched"):
        yield f"<p>{escape(record['searched'])}</p>\n"
    yield "<nav><ul>"
    for number, section in enumerate(record["sections"]):
        yield f'<li><a href="#s{number}">{escape(section["title"])}</a> ({len(section["entries"])})</li>'
    yield "</ul></nav>\n"
    for number, section in enumerate(record["sections"]):
        yield f'<section id="s{number}"><h2>{escape(section["title"])}</h2>\n'
        for place, entry in enumerate(section["entries"], start=1):
            yield f"<article><h3>{escape(str(entry.get('id') or f'No. {place}'))}</h3>"
            yield from _value(entry)
            yield "</article>\n"
        yield "</section>\n"
    yield "</main></body></html>\n"


def _value(value: Tree) -> Iterator[str]:
    if isinstance(value, dict):
        yield "<dl>"
        for name, inner in value.items():
            if inner not in (None, "", [], {}):
                yield f"<dt>{escape(plain(name))}</dt><dd>"
                yield from _value(inner)
                yield "</dd>"
        yield "</dl>"
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for inner in value:
            yield from _value(inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield ", " if number else ""
            yield from _value(inner)
    elif isinstance(value, Marked):
        for run in value.runs:
            text = escape(run.text)
            yield f"<mark><b>[{escape(run.label)}]</b> {text}</mark>" if run.label else text
    else:
        yield escape({True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value))
