"""The texts that the scan is tried on: sentences put into letters, letters of a length, all drawn by the seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from classifiers.authored import Corpus, Item, Kind, Side, draw, sides
from classifiers.sentences import split
from models.finding import Label

SENTENCES = frozenset({Kind.CONCERN, Kind.RIGHTS, Kind.CONDUCT})
HARMLESS_A_HOST = 4


@dataclass(frozen=True, slots=True)
class Text:
    """A text for the scan. `item`: what it is, or what was put into it at characters `[start, end)`.

    `labels`: all it carries, a host's included.
    """

    text: str
    item: Item
    labels: frozenset[Label]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Material:
    """One side of the corpus: whole messages, and what can be put into them.

    `harmless_sentences`: the ordinary ones; where the side has none (the locked test), those of its harmless letters.
    """

    hosts: tuple[Item, ...]
    ordinary: tuple[Item, ...]
    sentences: tuple[Item, ...]
    contrasts: tuple[Item, ...]
    harmless_sentences: tuple[Item, ...]
    seed: int

    @classmethod
    def of(cls, corpus: Corpus, side: Side, seed: int) -> Material:
        """Raises ValueError where the side lacks one of them."""
        chosen = [item for item, own in zip(corpus.items, sides(corpus.items, seed), strict=True) if own is side]

        def those(kinds: frozenset[Kind]) -> tuple[Item, ...]:
            return tuple(item for item in chosen if item.kind in kinds)

        hosts, ordinary = those(frozenset({Kind.HOST})), those(frozenset({Kind.ORDINARY}))
        material = cls(
            hosts,
            ordinary,
            those(SENTENCES),
            those(frozenset({Kind.CONTRAST})),
            ordinary or tuple(sentence for host in hosts if not host.labels for sentence in _sentences_of(host)),
            seed,
        )
        if not material.hosts or not material.harmless_sentences or not material.sentences:
            raise ValueError(
                f"the {side} side of the corpus has {len(material.hosts)} letters, {len(material.ordinary)} ordinary "
                f"sentences and {len(material.sentences)} sentences with a label: some of each are needed"
            )
        return material

    def letter(self, item: Item) -> Text:
        """`item` in one letter; a right or conduct, and what looks like it, in one that has no label of its own."""
        free = tuple(host for host in self.hosts if not host.labels)
        hosts = self.hosts if item.kind is Kind.CONCERN or not free else free
        return self._put_in(item, hosts[self._draw("host", item.text) % len(hosts)])

    def harmless(self) -> list[Text]:
        """Every letter with each of a few harmless sentences."""
        return [
            self._put_in(self._harmless_sentence(f"{host.text}:{number}"), host)
            for host in self.hosts
            for number in range(HARMLESS_A_HOST)
        ]

    def sized(self, item: Item, words: int) -> Text:
        """`item` in a letter of about so many words: letters joined, and cut at the sentence that comes nearest."""
        first = self._draw("long", item.text)
        pieces: list[str] = []
        count = number = 0
        while count < words:
            text = self.hosts[(first + number) % len(self.hosts)].text
            for span in split(text):
                piece = text[span.start : span.end]
                size = len(piece.split())
                if count and count + size / 2 > words:
                    count = words
                    break
                pieces.append(piece)
                count += size
            number += 1
        host = Item(text=" ".join(pieces), kind=Kind.HOST, family="joined")
        return self._put_in(item, host)

    def sample(self, items: Sequence[Item], most: int) -> list[Item]:
        """At most so many of them, drawn."""
        return sorted(items, key=lambda item: self._draw("sample", item.text))[:most]

    def harmless_sample(self, most: int) -> list[Item]:
        """So many harmless sentences; the same one again where there are fewer."""
        items = self.sample(self.harmless_sentences, most)
        return [items[number % len(items)] for number in range(most)]

    def _harmless_sentence(self, name: str) -> Item:
        return self.harmless_sentences[self._draw("ordinary", name) % len(self.harmless_sentences)]

    def _put_in(self, item: Item, host: Item) -> Text:
        spans = split(host.text)
        place = spans[self._draw("place", f"{item.text}:{host.text}") % len(spans)].end
        text = f"{host.text[:place]} {item.text} {host.text[place:].lstrip(' ')}"
        start = place + 1
        return Text(text, item, frozenset(item.labels) | frozenset(host.labels), start, start + len(item.text))

    def _draw(self, what: str, name: str) -> int:
        return draw(f"{what}:{name}", self.seed)


def _sentences_of(letter: Item) -> list[Item]:
    spans = split(letter.text)
    return [Item(text=letter.text[span.start : span.end], kind=Kind.ORDINARY, family=letter.family) for span in spans]


def alone(item: Item) -> Text:
    """A text of the corpus as it stands."""
    return Text(item.text, item, frozenset(item.labels), 0, len(item.text))


def respelt(text: Text, spell: Callable[[str], str]) -> Text:
    """The same letter as somebody else would have typed it. A way spells a beginning as it would within the whole."""
    start, end = (len(spell(text.text[:place])) for place in (text.start, text.end))
    return replace(text, text=spell(text.text), start=start, end=end)
