"""HTML to text as a reader sees it, with what is hidden from the eye kept apart (CONTRACT §4.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import unescape

import re2
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from gateway.reading import css
from gateway.reading.html_cost import is_dear
from gateway.reading.looks import MAX_QUOTED, PREFORMATTED, TELLING_ATTRIBUTES, Look, inherit

_BLOCK = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "option",
        "select",
        "textarea",
        "button",
        "caption",
        "object",
        "applet",
        "template",
        "title",
    }
)
_PARAGRAPH = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"})
_SKIPPED = frozenset({"script", "style", "meta", "link", "base"})
# What <object> and <applet> hold is for programs that do not load them, as mail programs do not: it is seen.
_NEVER_SHOWN = frozenset({"title", "template"})
_NODE_LIMIT = 200_000
_LOOKS_KEPT = 1_000
_PREFIXES = tuple("> " * depth for depth in range(MAX_QUOTED + 1))
_EMBEDDED_CHARACTERS = 45_000
_TAG = re2.compile(r"<[^<>]*>?")
# Outlook shows what stands in such a comment, and nothing else does.
_FOR_OUTLOOK = re2.compile(r"(?is)<!--\[if [^\]<>]{1,100}\]>(.*?)<!\[endif\]-->")
_SETTINGS = re2.compile(r"(?is)<xml\b.*?</xml>")


@dataclass(frozen=True, slots=True)
class HtmlText:
    """`images`: cid or other addresses of images bigger than a pixel. `cut`: beyond the node limit, not all read.

    `embedded`: a picture big enough to hold words is written into the page itself (`data:`).
    """

    text: str
    hidden: str = ""
    images: tuple[str, ...] = ()
    cut: bool = False
    embedded: bool = False


@dataclass(slots=True)
class _Writer:
    """Collects words into lines; white space folds as a browser folds it."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    prefix: str = ""
    gap: bool = False

    def word(self, text: str) -> None:
        if text.isspace():
            self.gap = True
            return
        folded = " ".join(text.split())
        if not folded:
            return
        spaced = self.gap or text[0].isspace()
        if self.line and spaced:
            self.line.append(" ")
        self.line.append(folded)
        self.gap = text[-1].isspace()

    def end_line(self, blank: bool = False) -> None:
        if self.line:
            self.lines.append(self.prefix + "".join(self.line))
            self.line.clear()
        self.gap = False
        if blank and self.lines and self.lines[-1] != self.prefix:
            self.lines.append(self.prefix)

    def hard_break(self) -> None:
        if self.line:
            self.end_line()
        else:
            self.end_line(blank=True)

    def text(self) -> str:
        self.end_line()
        return "\n".join(line.rstrip() for line in self.lines).strip("\n")


def read_html(source: str) -> HtmlText:
    """Read one HTML document. Quoted history (cite blocks) gets `> ` before its lines. Never raises."""
    if is_dear(source):
        return HtmlText(unescape(_TAG.sub(" ", source)), cut=True)
    try:
        tree = LexborHTMLParser(source)
        root = tree.root
    except (SelectolaxError, ValueError, RuntimeError):
        return HtmlText(source, cut=True)
    if root is None:
        return HtmlText("")
    read = _Reading(_sheet_styles(tree)).walk(root)
    return replace(read, hidden="\n".join(filter(None, (read.hidden, *_for_outlook(source, read.text)))))


def _for_outlook(source: str, seen: str) -> Iterator[str]:
    """The lines that Outlook alone would show, where they are not what everybody sees."""
    if "[if " not in source:
        return
    comments = (comment.group(1) for comment in _FOR_OUTLOOK.finditer(source))
    # What begins a comment anew is shown by all others, and was read.
    inner = "<hr>".join(comment for comment in comments if not comment.startswith("<!--"))
    if is_dear(inner):
        yield unescape(_TAG.sub(" ", inner))
        return
    root = LexborHTMLParser(_SETTINGS.sub(" ", inner)).root
    if root is None:
        return
    shown = set(seen.splitlines())
    yield from (line for line in _Reading({}).walk(root).text.splitlines() if line not in shown)


def _sheet_styles(tree: LexborHTMLParser) -> Mapping[int, dict[str, str]]:
    """Declarations from <style> sheets, by the element they fall on (`mem_id`)."""
    styles: dict[int, dict[str, str]] = {}
    work = 0
    for sheet in tree.css("style")[:20]:
        for selector, declared in css.rules(sheet.text() or ""):
            for one in selector.split(","):
                matched = _matched(tree, one)
                work += len(matched)
                if work > 50_000:
                    return styles
                for node in matched:
                    styles.setdefault(node.mem_id, {}).update(declared)
    return styles


def _matched(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements a selector falls on; none for a selector that is broken or dear to match."""
    if len(selector) > 200 or len(selector.split()) > 4 or ":" in selector:
        return []
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError, RuntimeError):
        return []


class _Reading:
    """One walk over one document, without recursion: nesting is the sender's choice."""

    def __init__(self, sheet: Mapping[int, dict[str, str]]) -> None:
        self._sheet = sheet
        self._seen = _Writer()
        self._hidden = _Writer()
        self._images: list[str] = []
        self._embedded = False
        self._looks: dict[object, Look] = {}

    def walk(self, root: LexborNode) -> HtmlText:
        look = Look()
        stack: list[tuple[LexborNode, str, Look]] = []
        node: LexborNode | None = root
        visited = 0
        while node is not None:
            visited += 1
            if visited > _NODE_LIMIT:
                return self._result(cut=True)
            if node.is_text_node:
                self._text(node.text_content or "", look)
            elif node.is_element_node and (tag := node.tag or "") not in _SKIPPED:
                inner = self._open(node, tag, look)
                child = node.child
                if child is not None:
                    stack.append((node, tag, look))
                    node, look = child, inner
                    continue
                self._close(node, tag, look)
            following = node.next
            while following is None and stack:
                node, tag, look = stack.pop()
                self._close(node, tag, look)
                following = node.next
            node = following
        return self._result(cut=False)

    def _result(self, cut: bool) -> HtmlText:
        return HtmlText(self._seen.text(), self._hidden.text(), tuple(self._images), cut, self._embedded)

    def _text(self, text: str, look: Look) -> None:
        writer = self._hidden if look.unseen else self._seen
        if not look.preformatted or "\n" not in text:
            writer.word(text)
            return
        for index, line in enumerate(text.split("\n")):
            if index:
                writer.hard_break()
            writer.word(line)

    def _open(self, node: LexborNode, tag: str, look: Look) -> Look:
        if tag in _BLOCK:
            self._end_lines(tag)
        elif tag == "br":
            self._seen.hard_break()
        elif tag in ("td", "th"):
            self._seen.gap = True
        attributes = node.attributes
        sheet = self._sheet.get(node.mem_id) if self._sheet else None
        inner = self._inner(tag, attributes, sheet, look)
        if inner.quoted != look.quoted:
            self._seen.end_line(blank=True)
            self._seen.prefix = _PREFIXES[inner.quoted]
        if tag in _NEVER_SHOWN:
            inner = replace(inner, unseen=True)
            if tag == "template":  # its content stands beside the tree
                self._text(unescape(_TAG.sub(" ", node.html or "")), inner)
        elif tag == "img":
            self._image(attributes, inner)
        elif tag == "input" and attributes.get("type") != "hidden" and (value := attributes.get("value")):
            self._text(f" {value} ", inner)
        return inner

    def _inner(self, tag: str, attributes: Mapping[str, str | None], sheet: dict[str, str] | None, outer: Look) -> Look:
        """`inherit`, once for elements that look the same: a page has thousands of them, of a few kinds."""
        telling = tuple(item for item in attributes.items() if item[0] in TELLING_ATTRIBUTES)
        if not telling and not sheet and tag not in PREFORMATTED:
            return outer
        kind = (tag, outer, telling, tuple(sheet.items()) if sheet else ())
        look = self._looks.get(kind)
        if look is None:
            look = inherit(tag, attributes, sheet, outer)
            if len(self._looks) < _LOOKS_KEPT:
                self._looks[kind] = look
        return look

    def _end_lines(self, tag: str) -> None:
        self._seen.end_line(blank=tag in _PARAGRAPH)
        if self._hidden.line or self._hidden.gap:
            self._hidden.end_line()

    def _close(self, node: LexborNode, tag: str, outer: Look) -> None:
        if tag == "a":
            self._link(node, outer)
        elif tag in _BLOCK:
            self._end_lines(tag)
        prefix = _PREFIXES[outer.quoted]
        if prefix != self._seen.prefix:
            self._seen.end_line()
            self._seen.prefix = prefix

    def _link(self, node: LexborNode, outer: Look) -> None:
        target = (node.attributes.get("href") or "").strip()
        shown = (
            target.removeprefix("mailto:").removeprefix("tel:").partition("?")[0] if target[:4] != "http" else target
        )
        label = "".join((node.text() or "").split()).lower()
        if not label or outer.unseen or len(shown) > 200 or shown.startswith(("#", "cid:", "javascript:")) or not shown:
            return
        if "".join(shown.split()).lower().rstrip("/").removeprefix("https://").removeprefix("http://") not in label:
            self._seen.word(f" <{shown}>")

    def _image(self, attributes: Mapping[str, str | None], look: Look) -> None:
        if alt := attributes.get("alt"):
            self._text(f" {alt} ", look)
        width, height = css.pixels(attributes.get("width")), css.pixels(attributes.get("height"))
        pixel = (width is not None and width <= 3) or (height is not None and height <= 3)
        if not pixel and not look.hidden:
            source = attributes.get("src") or ""
            self._images.append(source[:500])
            self._embedded = self._embedded or (source[:5].lower() == "data:" and len(source) > _EMBEDDED_CHARACTERS)
