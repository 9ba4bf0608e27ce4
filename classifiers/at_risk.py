"""Who is in danger, where a sentence says so: in its own words, or "the writer". In doubt nobody is named.

Read by label: whoever means to die or cannot breathe is the subject of the sentence, whoever is threatened its object,
and the child or adult of a safeguarding concern the only one whom it mentions.
"""

from __future__ import annotations

from collections.abc import Sequence

from classifiers.at_risk_phrases import (
    A_CHILD,
    AFRAID,
    ATTACKS,
    BESIDE,
    BODY_OF,
    DOOMED,
    FRAIL,
    GONE,
    GROWN,
    HURTS,
    I_AM_A_CHILD,
    I_NEED,
    ILL,
    LONG_OVER,
    MY_BODY,
    MY_THINGS,
    NEIGHBOURLY,
    NOBODY,
    NOTED,
    OWNS,
    PROPERTY,
    REFLEXIVE,
    SMALL_WORDS,
    THREATENS,
    TOLD_ME,
    WANTS_TO_DIE,
    WHO_DID,
    WITH_PEOPLE_IN_IT,
)
from classifiers.mentions import Mention, Who, mentions, words
from classifiers.stages import Sentence
from models.finding import Label

WRITER = "the writer"
CALLER = "the caller"

_LONGEST = 1_000
"""Bytes of a sentence that is looked at: in a longer one, who is who cannot be told."""


def at_risk(label: Label, sentences: Sequence[Sentence]) -> str | None:
    """Who is in danger by the first of `sentences` that says so. "the caller" where somebody speaks or rings."""
    read = _READ.get(label)
    if read is None:
        return None
    for sentence in sentences:
        if len(sentence.folded.data) <= _LONGEST:
            scene = _Scene(sentence)
            mention = read(scene)
            if mention is not None and (named := scene.name(mention)) is not None:
                return named
    return None


class _Scene:
    """A sentence and whom it mentions."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.data = sentence.folded.data
        self.mentions = mentions(sentence)

    def name(self, mention: Mention) -> str | None:
        """How a person is shown it; None where it stays unclear who speaks."""
        if mention.who is Who.WRITER:
            return self._speaker(mention)
        if mention.who is Who.CALLER:
            return CALLER
        return _SHOWN.get(mention.word) or words(self.sentence, mention)

    def _speaker(self, mention: Mention) -> str | None:
        """Who says "I": in a quotation, whoever is quoted; of older or attached text nobody can tell who wrote it."""
        if self.sentence.part == "quoted" or self.sentence.part.startswith("attachment:"):
            return None
        if self.data[: mention.start].count(b'"') % 2 == 0:
            return CALLER if self.sentence.part == "transcript" else WRITER
        quoted = {self.name(other) for other in self.mentions if other.end < self.data.find(b'"') and not other.owns}
        return quoted.pop() if len(quoted) == 1 else None

    def subject(self, at: int) -> Mention | None:
        """Whoever does what begins at byte `at`, where nothing but small words stands between."""
        before = [mention for mention in self.mentions if mention.end <= at and mention.word not in _NEVER_SUBJECT]
        if not before or SMALL_WORDS.fullmatch(self.data[before[-1].end : at]) is None:
            return None
        if WHO_DID.search(self.data[: before[-1].start]) is not None:
            return None
        return self.antecedent(before[-1])

    def object(self, at: int) -> Mention | None:
        """Whomever a verb that ends at byte `at` is done to."""
        for mention in self.mentions:
            if mention.start >= at:
                beside = BESIDE.fullmatch(self.data[at : mention.start]) is not None
                named = mention.word not in _NEVER_OBJECT and not self.data.startswith(b"'s", mention.end)
                return mention if beside and named else None
        return None

    def antecedent(self, mention: Mention) -> Mention:
        """The one person a pronoun can stand for, or the pronoun."""
        if mention.who is not Who.PRONOUN:
            return mention
        before = [
            other for other in self.mentions if other.end < mention.start and other.who in {Who.NAMED, Who.CALLER}
        ]
        fitting = [other for other in before if other.gender in {"", mention.gender}]
        if len(fitting) != 1 or not mention.gender or self._spoken_of(mention.gender, fitting[0].start):
            return mention
        return fitting[0]

    def _spoken_of(self, gender: str, at: int) -> bool:
        """Somebody of that gender is spoken of before byte `at`: "he won't see the doctor, he'll be dead"."""
        return any(other.who is Who.PRONOUN and other.gender == gender and other.end <= at for other in self.mentions)


_NEVER_SUBJECT = frozenset({"me", "us", "him", "them", "my", "our", "your", "ur", "his", "their"})
_NEVER_OBJECT = frozenset({"i", "we", "he", "she", "they", "my", "our", "your", "ur", "his", "their"})
_SHOWN = {
    **dict.fromkeys(("you", "u", "your", "ur", "yous", "ya"), "you"),
    **dict.fromkeys(("he", "him", "his"), "him"),
    **dict.fromkeys(("she", "her"), "her"),
    **dict.fromkeys(("they", "them", "their"), "them"),
    **dict.fromkeys(("pt", "patient"), "the patient"),
    **dict.fromkeys(("clt", "client"), "the client"),
    **dict.fromkeys(("tnt", "tenant"), "the tenant"),
}
_OTHERS = frozenset({Who.PRONOUN, Who.NAMED, Who.CALLER, Who.SPOKEN_TO})


def _life(scene: _Scene) -> Mention | None:
    """self_harm: whoever means to die."""
    match = REFLEXIVE.search(scene.data)
    if match is not None:
        if match.group(1) is not None:
            return _writer(scene)
        gender = "m" if match.group(2) is not None else "f" if match.group(3) is not None else ""
        # Who tells of somebody's death may be speaking of their own.
        over = LONG_OVER.search(scene.data[: match.start()]) is not None and _writer(scene) is not None
        return None if over else _reflected(scene, match.start(), gender)
    for match in WANTS_TO_DIE.finditer(scene.data):
        subject = scene.subject(match.start())
        if subject is not None and subject.who is not Who.SPOKEN_TO:
            return subject
    return _alone(scene)


def _reflected(scene: _Scene, at: int, gender: str) -> Mention | None:
    """Whose self it is: the nearest that fits, or the person that a pronoun stands for."""
    fitting = [
        mention
        for mention in scene.mentions
        if mention.end <= at and mention.who in {Who.NAMED, Who.CALLER, Who.PRONOUN} and mention.gender in {gender, ""}
    ]
    fitting = [mention for mention in fitting if mention.gender] or fitting
    if not fitting or (fitting[-1].who is Who.NAMED and not gender and fitting[-1].gender):
        return None
    return scene.antecedent(fitting[-1])


def _writer(scene: _Scene) -> Mention | None:
    return next((mention for mention in scene.mentions if mention.who is Who.WRITER), None)


def _alone(scene: _Scene) -> Mention | None:
    """The writer, where the sentence says "I" and mentions nobody else."""
    if any(mention.who in _OTHERS for mention in scene.mentions):
        return None
    return next((mention for mention in scene.mentions if mention.word == "i"), None)


def _illness(scene: _Scene) -> Mention | None:
    """medical_crisis: whoever cannot breathe, has fallen, has taken too much."""
    for match in ILL.finditer(scene.data):
        subject = scene.subject(match.start())
        if subject is not None and subject.who is not Who.SPOKEN_TO:
            return subject
    if MY_BODY.search(scene.data) is not None and not any(mention.who is Who.NAMED for mention in scene.mentions):
        return _writer(scene)
    return _alone(scene)


def _threatened(scene: _Scene) -> Mention | None:
    """Threats and weapons: whomever the violence is meant for."""
    found: list[Mention] = []
    for match in (*ATTACKS.finditer(scene.data), *THREATENS.finditer(scene.data)):
        target = _target(scene, match.end())
        if target is not None:
            found.append(target)
    if not found:
        for match in DOOMED.finditer(scene.data):
            subject = scene.subject(match.start())
            if subject is not None:
                found.append(subject)
    names = {scene.name(mention) for mention in found}
    return found[0] if len(names) == 1 else None


def _target(scene: _Scene, at: int) -> Mention | None:
    """Whomever the violence is meant for, or the place: "your office"; but who is in it comes first."""
    beside = _next_word(scene.data, at)
    thing = PROPERTY.match(scene.data[beside:])
    if thing is not None:
        behind = beside + thing.end()
        people = WITH_PEOPLE_IN_IT.match(scene.data[behind:])
        if people is not None:
            start, end = people.span(1)
            return Mention(behind + start, behind + end, Who.NAMED, people.group(1).decode("ascii"), "")
        return Mention(beside, beside + thing.end(), Who.NAMED, thing.group().decode("ascii"), "")
    return _hurt_target(scene, at)


def _hurt(scene: _Scene) -> Mention | None:
    """Abuse and stalking: whom it is done to, or who is afraid."""
    return _hurt_by_verb(scene, MY_THINGS.search(scene.data) is not None or _done_to_me(scene))


def _exploited(scene: _Scene) -> Mention | None:
    """exploitation: the same, but much is done to "me" by those one tells of it."""
    return _hurt_by_verb(scene, MY_THINGS.search(scene.data) is not None)


def _hurt_by_verb(scene: _Scene, mine: bool) -> Mention | None:
    found = [
        target
        for match in (*HURTS.finditer(scene.data), *ATTACKS.finditer(scene.data))
        if (target := _hurt_target(scene, match.end())) is not None and target.who is not Who.SPOKEN_TO
    ]
    found += [
        subject
        for match in AFRAID.finditer(scene.data)
        if (subject := scene.subject(match.start())) is not None and subject.who is not Who.SPOKEN_TO
    ]
    if not found and _another_in_care(scene):
        return None
    if not found and (head := _head_of_note(scene)) is not None:
        return head
    if not found and mine:
        others = [
            mention
            for mention in scene.mentions
            if mention.word in {"her", "him", "them"} or mention.who is Who.SPOKEN_TO
        ]
        return None if others else _writer(scene)
    names = {scene.name(mention) for mention in found}
    return found[0] if len(names) == 1 else None


def _another_in_care(scene: _Scene) -> bool:
    """A child or an old person is mentioned, who may be meant as well as the writer."""
    return any(
        regex.search(scene.data[mention.start : mention.end]) is not None
        for mention in _named(scene)
        for regex in (A_CHILD, FRAIL)
        if mention.start > 0
    )


def _head_of_note(scene: _Scene) -> Mention | None:
    """The one whom a note is about: it begins "F, 23," and mentions nobody else by name."""
    named = _named(scene)
    if len(named) == 1 and named[0].start == 0 and NOTED.match(scene.data) is not None:
        return named[0]
    return None


def _hurt_target(scene: _Scene, at: int) -> Mention | None:
    """Whomever it is done to; of "his jaw", him."""
    beside = _next_word(scene.data, at)
    if BODY_OF.match(scene.data[beside:]) is not None:
        return next((mention for mention in scene.mentions if mention.start == beside), None)
    return scene.object(at)


def _next_word(data: bytes, at: int) -> int:
    return len(data) - len(data[at:].lstrip())


def _done_to_me(scene: _Scene) -> bool:
    if any(" " not in mention.word for mention in _named(scene)):
        return False  # A note, and "me" is who took it down.
    return any(
        mention.word == "me" and TOLD_ME.search(scene.data[: mention.start]) is None for mention in scene.mentions
    )


def _child(scene: _Scene) -> Mention | None:
    """child_at_risk: the one child who is mentioned, or a child who writes."""
    if I_AM_A_CHILD.search(scene.data) is not None:
        return _writer(scene)
    return _only(scene, [mention for mention in _named(scene) if _is_child(scene, mention)])


def _is_child(scene: _Scene, mention: Mention) -> bool:
    data = scene.data[mention.start : mention.end]
    return A_CHILD.search(data) is not None and GROWN.search(data) is None and not _owner(scene, mention)


def _adult(scene: _Scene) -> Mention | None:
    """adult_at_risk: the one who is old, ill or alone; the only adult who is mentioned; or who says "I cannot"."""
    named = _named(scene)
    frail = [mention for mention in named if FRAIL.search(scene.data[mention.start : mention.end]) is not None]
    if frail:
        return _only(scene, frail)
    if I_NEED.search(scene.data) is not None:
        return _writer(scene)
    if len(named) == 1 and NEIGHBOURLY.search(scene.data[named[0].start : named[0].end]) is not None:
        mine = any(mention.word in {"me", "my"} for mention in scene.mentions)
        teller = " " not in named[0].word or scene.data[: named[0].start].endswith(b" to ")
        unsure = mine or teller or _owner(scene, named[0])
        return None if unsure else named[0]
    return None


def _named(scene: _Scene) -> list[Mention]:
    """Whoever is mentioned in so many words, alive and there."""
    return [
        mention
        for mention in scene.mentions
        if mention.who is Who.NAMED
        and GONE.match(scene.data[mention.end :]) is None
        and NOBODY.search(scene.data[: mention.start]) is None
    ]


def _only(scene: _Scene, fitting: Sequence[Mention]) -> Mention | None:
    names = {scene.name(mention) for mention in fitting}
    return fitting[0] if len(names) == 1 else None


def _owner(scene: _Scene, mention: Mention) -> bool:
    """It is only said whose something is: "my son's teacher"."""
    return OWNS.match(scene.data[mention.end :]) is not None


_READ = {
    Label.SELF_HARM: _life,
    Label.MEDICAL_CRISIS: _illness,
    Label.DOMESTIC_ABUSE: _hurt,
    Label.EXPLOITATION: _exploited,
    Label.HARASSMENT_OR_STALKING: _hurt,
    Label.THREAT_TO_LIFE: _threatened,
    Label.THREAT_OF_HARM: _threatened,
    Label.WEAPON_OR_EXPLOSIVE: _threatened,
    Label.CHILD_AT_RISK: _child,
    Label.ADULT_AT_RISK: _adult,
}
