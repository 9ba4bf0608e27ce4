"""The first stage: rules people can read, written as data in `config/lexicons/*.yaml`.

How a pattern is written (RE2 syntax over lower-case ASCII, accents dropped):
a space matches one or more spaces, `'` is optional, `~` is a gap of up to 40 characters inside the sentence, `~~` one
of any length, `<NAME>` is a macro of `macros.yaml`, `^` is where the sentence begins and a last `$` where it ends.
Patterns match whole words. `unless` and `figures` hold patterns, or `@name` for a list of `contexts.yaml`. Where one of
`unless` matches the same sentence, and is not denied there, the rule's score is multiplied by EASED and its evidence
stays. `figures` are words that mean something else ("hit the roof"): the rule is tried without them, so that a blow in
earnest counts beside one that is none; where nothing is left the score is eased.
`given`, `unless_said`, `heading` and `excuses`: see `Rule`.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any

import re2
import yaml
from pydantic import Field, ValidationError

from classifiers.normalise import Folder
from classifiers.patterns import InALine, Pattern, check
from classifiers.stages import Excuse, Hit, Sentence, StageScores
from classifiers.triggers import Triggers
from models.base import Model
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, SCORED_LABELS, Label, Score, Urgency
from models.plain_faults import first
from models.scan import Stage as StageName

EASED = 0.4
"""What is left of a score where the sentence says why it is not meant."""
FIGURE = 0.7
"""What is left of the models' score where a rule met a figure of speech alone: it says little of the other words."""

_GAP = r"\b[^.!?;]{0,40}\b"
# Not counted: a matcher that counts to 80 from everywhere at once has thousands of states.
_ANYWHERE = r"\b[^.!?;]*\b"
_NEGATED = re2.compile(
    rb"(?:\b(?:not|never|without|denie[sd]|denying|nil|neither|nor|no|havent|hasnt|didnt|wont|isnt|wasnt|arent|"
    rb"(?:nobody|no one|noone|none of (?:us|them)) (?:would|will|should|could|can|ever|has|wants|means))|n't)"
    rb"(?: [a-z'/-]+){0,2} (?:to |of |be |be going to )?$"
)
# "Not joking, I'll do it", "won't stop hitting me", "no choice but to": what follows is said, not denied.
_NOT_GOVERNED = re2.compile(
    rb"\b(?:doubt|wonder|joke|jok(?:ing|in)|kidding|messing|lying|bluffing|only|just|merely|cares?|bothered|fussed|"
    rb"matters?|stop(?:s|ped)?|help|hesitate|twice|wait|afraid|scared|above|beneath|past|long|far|choice|option|"
    rb"alternative|but|until|till|unless|surprised?)\b"
)
_SUBJECT = frozenset(b"i im ill id ive he hes hell she shes they we".split())
_GOVERNS = frozenset(
    b"think thought say said says saying believe mean means meant suggest suggesting claim claims claiming that if "
    b"because way expect feel felt threatened has had have did does do would will could can is was were".split()
)
_DENIES = frozenset((b"denies", b"denied", b"denying"))
_AGAINST_DENIAL = re2.compile(
    rb"\b(?:but|however|though|although|tho|yet|despite|rope|noose|ligature|bleach|tablets|pills|overdose|blades?|knife|"
    rb"knives|razors?|scars?|cuts|bandages?|bruis(?:es|ed|ing)|tearful|crying|sobbing|slurr(?:ed|ing)|whisper(?:s|ed|ing))\b"
)
"""What makes a denial in the same sentence no excuse for what the models see in it."""
_NEGATION_REACH = 40
_LETTER = re.compile(rb"[a-z]")
_BLANK = b"x"
_MACRO = re.compile(r"<([A-Z_]+)>")
_DEEPEST = 4
"""How many macros may stand in each other."""


class Examples(Model):
    """What a rule must find and must leave alone; both are tested."""

    hits: Annotated[tuple[str, ...], Field(min_length=1)]
    misses: Annotated[tuple[str, ...], Field(min_length=1)]


class Rule(Model):
    """One way of saying one thing. `score` is the share of such sentences that mean it, among real mail.

    `given`: patterns of which another sentence of the part, the same, or the contact's subject line must match one for
    the rule to say anything; `unless_said`: patterns of which none may.
    `heading`: what it finds counts in a subject line alone: a right's bare name asks for it there and nowhere else.
    `excuses`: labels that the sentence is then no case of, as if it had excused itself (`unless`).
    Every rule gives way where the encoder is nearly sure that nothing of the kind is said. One of everyday verbs
    `yields` sooner, where that hears nothing of the kind; one with `yields: false` never does: it is there for what
    the encoder does not understand.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9_.-]+$")]
    label: Label
    urgency: Urgency
    score: Score
    meaning: str
    patterns: Annotated[tuple[str, ...], Field(min_length=1)]
    unless: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    unless_said: tuple[str, ...] = ()
    heading: bool = False
    excuses: tuple[Label, ...] = ()
    negatable: bool = True
    yields: bool | None = None
    examples: Examples


class LexiconError(ValueError):
    """A lexicon file cannot be used: file, rule, field and what to do."""


class _File(Model):
    label: Label
    rules: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class _Files:
    """What the files of a folder say. `by_rule`: the file that each rule is in."""

    rules: list[Rule]
    macros: dict[str, str]
    contexts: dict[str, tuple[str, ...]]
    by_rule: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> _Files:
        macros = {name: str(text) for name, text in _mapping(folder / "macros.yaml").items()}
        contexts = {name: tuple(map(str, lines)) for name, lines in _mapping(folder / "contexts.yaml").items()}
        rules: list[Rule] = []
        by_rule: dict[str, str] = {}
        for path in sorted(folder.glob("*.yaml")):
            if path.name in {"macros.yaml", "contexts.yaml", "disguises.yaml"}:
                continue
            for rule in _rules(path):
                if rule.id in by_rule:
                    raise LexiconError(f"{path.name}: rule {rule.id}: id: is also used in {by_rule[rule.id]}")
                by_rule[rule.id] = path.name
                rules.append(rule)
        return cls(rules, macros, contexts, by_rule)


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    figures: tuple[Pattern, ...]
    given: InALine | None
    unless_said: InALine | None
    negatable: bool


class Lexicon:
    """All rules. A pattern is tried on the sentences whose words could meet it, and on no others.

    (One automaton over all patterns was many times slower: it is their product, too large to be kept, and was made
    anew for most sentences.)
    """

    name = StageName.LEXICON

    def __init__(self, rules: Sequence[Rule], texts: Mapping[str, str], contexts: Mapping[str, Sequence[str]]) -> None:
        self.rules = tuple(rules)

        @cache
        def context(name: str) -> Pattern:
            """Many rules share it: its automaton is made once."""
            return Pattern(_whole_words([_expand(line, texts) for line in contexts[name]]))

        self._compiled = tuple(_compile(rule, texts, context) for rule in rules)
        self.patterns = tuple((rule, pattern) for rule in self._compiled for pattern in rule.patterns)
        check(pattern for _, pattern in self.patterns)
        check(pattern for rule in self._compiled for pattern in (*rule.unless, *rule.figures))
        said = (own for rule in self._compiled for own in (rule.given, rule.unless_said))
        check(pattern for pattern in said if pattern is not None)
        self.triggers = Triggers(_expanded(rules, texts))
        digest = hashlib.sha256()
        for rule in rules:
            digest.update(rule.model_dump_json().encode())
        digest.update(repr((sorted(texts.items()), sorted((k, tuple(v)) for k, v in contexts.items()))).encode())
        self.version = f"lexicon-{digest.hexdigest()[:12]}"

    @classmethod
    def load(cls, folder: Path) -> Lexicon:
        """Reads every rule file of `folder`; raises LexiconError naming file, rule and field."""
        files = _Files.read(folder)
        macros, contexts, rules, seen = files.macros, files.contexts, files.rules, files.by_rule
        if not rules:
            raise LexiconError(f"{folder.name}: no rule files: expected one *.yaml per label")
        try:
            return cls(rules, macros, contexts)
        except (re2.error, KeyError):
            for rule in rules:  # once more, each by itself: which one is it?
                try:
                    cls([rule], macros, contexts)
                except (re2.error, KeyError) as error:
                    raise LexiconError(f"{seen[rule.id]}: rule {rule.id}: patterns or unless: {error}") from error
            raise

    def score(self, sentences: Sequence[Sentence]) -> StageScores:
        """Every rule's hits, and the sentences that excuse themselves."""
        hits: list[Hit] = []
        excuses: list[Excuse] = []
        matches = self._matches([sentence.folded.data for sentence in sentences])
        parts = _Parts(sentences)
        for index in sorted(matches):
            own: list[Hit] = []
            excused: set[Label] = set()
            for compiled, start, end in matches[index].values():
                if not parts.let(compiled, sentences[index]):
                    continue
                hit, excuse = _hit(compiled, index, sentences[index], start, end)
                own.append(hit)
                if excuse is None:
                    excused.update(compiled.rule.excuses)
                elif hit.label not in compiled.rule.excuses:
                    excuses.append(excuse)
            excuses += (Excuse(index, label, EASED) for label in sorted(excused))
            hits += (hit._replace(score=hit.score * EASED) if hit.label in excused else hit for hit in own)
        return StageScores(tuple(hits), tuple(excuses))

    def _matches(self, sentences: Sequence[bytes]) -> dict[int, dict[str, tuple[_Compiled, int, int]]]:
        """By sentence and rule the match that begins first; of several that begin there, the earlier pattern's.

        A pattern is tried on all its sentences before the next one is: what a matcher needs is then still at hand.
        """
        tried: dict[int, list[int]] = defaultdict(list)
        for index, numbers in enumerate(self.triggers.possible(sentences)):
            for number in numbers:
                tried[number].append(index)
        found: dict[int, dict[str, tuple[_Compiled, int, int]]] = defaultdict(dict)
        for number in sorted(tried):
            compiled, pattern = self.patterns[number]
            rule = compiled.rule.id
            for index in tried[number]:
                span = pattern.span(sentences[index])
                if span is None:
                    continue
                start, end = span
                before = found[index].get(rule)
                if before is None or start < before[1]:
                    found[index][rule] = (compiled, start, end)
        return found


class _Parts:
    """What is said anywhere in the part that a sentence stands in, or above it in the subject line.

    Each pattern is tried once on each part, on all its sentences together: a line each, for none holds a line end.
    """

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._said: dict[tuple[InALine, int], bool] = {}
        self._sentences = sentences

    def let(self, rule: _Compiled, sentence: Sentence) -> bool:
        """Whether where the sentence stands, and what is said elsewhere, let the rule say anything of it."""
        if rule.rule.heading and sentence.part != "subject":
            return False
        given = rule.given is None or self._said_by(rule.given, sentence)
        return given and (rule.unless_said is None or not self._said_by(rule.unless_said, sentence))

    def _said_by(self, pattern: InALine, sentence: Sentence) -> bool:
        above = sentence.subject
        return self._say(pattern, sentence.passage) or (above is not None and self._say(pattern, above))

    def _say(self, pattern: InALine, passage: int) -> bool:
        """Whether a sentence of the part matches."""
        key = pattern, passage
        if key not in self._said:
            lines = self._lines.get(passage)  # a subject line of blanks has no sentence
            self._said[key] = lines is not None and pattern.matches(lines)
        return self._said[key]

    @cached_property
    def _lines(self) -> dict[int, bytes]:
        """The sentences of each part."""
        parts: dict[int, list[bytes]] = defaultdict(list)
        for sentence in self._sentences:
            parts[sentence.passage].append(sentence.folded.data)
        return {passage: b"\n".join(own) for passage, own in parts.items()}


def _hit(compiled: _Compiled, index: int, sentence: Sentence, first: int, last: int) -> tuple[Hit, Excuse | None]:
    """The hit of the bytes `[first, last)` of a folded sentence, and what excuses it."""
    data = sentence.folded.data
    rule = compiled.rule
    meant = _meant(compiled, data, first, last)
    first, last = meant or (first, last)
    negated = compiled.negatable and _negated(data, first, last)
    excuse = None
    excusing = _excusing(compiled, data, first, last)
    if excusing:
        within = any(_overlap(span, (first, last)) for span in excusing)
        excuse = Excuse(index, rule.label, EASED, around=not negated and not within)
    elif meant is None:
        excuse = Excuse(index, rule.label, FIGURE)
    elif negated and _AGAINST_DENIAL.search(data) is None:
        excuse = Excuse(index, rule.label, EASED)
    eased = negated or excuse is not None
    start, end = sentence.folded.source(first, last)
    score = rule.score * EASED if eased else rule.score
    urgency = Urgency.ROUTINE if eased else rule.urgency
    span = sentence.start + start, sentence.start + end
    return Hit(index, rule.label, score, *span, f"lexicon:{rule.id}", urgency, rule.yields), excuse


def _excusing(compiled: _Compiled, data: bytes, first: int, last: int) -> list[tuple[int, int]]:
    """Where a sentence says what excuses the bytes `[first, last)`, and does not deny just that.

    "And that is not a figure of speech" denies it; "I can't go on paying" denies what was found, not what excuses it.
    """
    spans = [span for pattern in compiled.unless for span in pattern.spans(data)]
    deniable = compiled.negatable
    return [one for one in spans if _overlap(one, (first, last)) or not (deniable and _negated(data, *one))]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _meant(compiled: _Compiled, data: bytes, first: int, last: int) -> tuple[int, int] | None:
    """Where the rule matches without the words that mean something else; None where it matches by them alone."""
    plain = data
    for pattern in compiled.figures:
        position = 0
        while (found := pattern.span(plain[position:])) is not None:
            start, end = position + found[0], position + found[1]
            plain = plain[:start] + _LETTER.sub(_BLANK, plain[start:end]) + plain[end:]
            position = max(end, position + 1)
    if plain == data:
        return first, last
    spans = (pattern.span(plain) for pattern in compiled.patterns)
    return min((span for span in spans if span is not None), key=itemgetter(0), default=None)


def _negated(data: bytes, first: int, last: int) -> bool:
    """Whether a negation before the bytes `[first, last)` governs what they say, and not another clause."""
    found = _NEGATED.search(data[max(0, first - _NEGATION_REACH) : first])
    if found is None:
        return False
    negation, *between = found.group().split()
    if any(_NOT_GOVERNED.search(word) is not None for word in between):
        return False
    words = [word.split(b"'")[0] for word in (*between, *data[first:last].split()[:1])]
    subject = next((place for place, word in enumerate(words) if word in _SUBJECT), None)
    if subject is None or negation in _DENIES:
        return True
    # "No, I hit her" and "no heating, I will": a new clause, unless a verb of saying or thinking carries it over.
    return any(word in _GOVERNS for word in words[:subject]) if subject else negation != b"no"


def _compile(rule: Rule, macros: Mapping[str, str], context: Callable[[str], Pattern]) -> _Compiled:
    def lines(entries: Sequence[str]) -> tuple[Pattern, ...]:
        own = [_expand(entry, macros) for entry in entries if not entry.startswith("@")]
        shared = tuple(context(entry[1:]) for entry in entries if entry.startswith("@"))
        return (*shared, Pattern(_whole_words(own))) if own else shared

    def elsewhere(entries: Sequence[str]) -> InALine | None:
        return InALine(_whole_words([_expand(entry, macros) for entry in entries])) if entries else None

    return _Compiled(
        rule,
        tuple(Pattern(_whole_words([_expand(pattern, macros)])) for pattern in rule.patterns),
        lines(rule.unless),
        lines(rule.figures),
        elsewhere(rule.given),
        elsewhere(rule.unless_said),
        rule.negatable and CATEGORY_OF[rule.label] in CONCERN_CATEGORIES,
    )


def _whole_words(patterns: Sequence[str]) -> bytes:
    # A sentence ends behind its full stop, where no word does.
    ended = (pattern if pattern.endswith("$") else rf"(?:{pattern})\b" for pattern in patterns)
    return (r"\b(?:" + "|".join(ended) + ")").encode()


def _expand(pattern: str, macros: Mapping[str, str]) -> str:
    for _ in range(_DEEPEST):
        pattern = _MACRO.sub(lambda found: f"(?:{macros[found[1]]})" if found[1] in macros else found[0], pattern)
    if (unknown := _MACRO.search(pattern)) is not None:
        raise KeyError(f"macro {unknown.group()} is not in macros.yaml")
    return (
        pattern.replace("~~", _ANYWHERE)
        .replace("~", _GAP)
        .replace(" ?", "\x00")
        .replace(" ", " +")
        .replace("\x00", " *")
        .replace("'", "'?")
    )


def _expanded(rules: Sequence[Rule], macros: Mapping[str, str]) -> list[str]:
    return [_expand(pattern, macros) for rule in rules for pattern in rule.patterns]


def expanded_patterns(folder: Path) -> list[str]:
    """Every pattern of the rules in `folder`, as RE2 reads it. Raises LexiconError."""
    files = _Files.read(folder)
    return _expanded(files.rules, files.macros)


def _mapping(path: Path) -> dict[str, Any]:
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise LexiconError(f"{path.name}:{line} is not YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(loaded, dict):
        raise LexiconError(f"{path.name}: expected a mapping at the top, got {type(loaded).__name__}")
    return loaded


def _rules(path: Path) -> Iterator[Rule]:
    try:
        file = _File.model_validate(_mapping(path))
    except ValidationError as error:
        where, what = first(error, whole="the file")
        raise LexiconError(f"{path.name}: {where}: {what}") from error
    if file.label not in SCORED_LABELS:
        raise LexiconError(f"{path.name}: label: {file.label} is said by the system, not by rules")
    for number, raw in enumerate(file.rules, start=1):
        try:
            yield Rule.model_validate({"label": file.label, **raw})
        except ValidationError as error:
            where, what = first(error, whole="the rule")
            raise LexiconError(f"{path.name}: rule {raw.get('id', f'number {number}')}: {where}: {what}") from error


def load_folder(folder: Path) -> Folder:
    """The words of `disguises.yaml` that are looked for under a disguise."""
    words = _mapping(folder / "disguises.yaml").get("words", ())
    return Folder(word for line in words for word in str(line).split())
