"""Every rule finds its examples and leaves its misses alone; disguises and negation."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifiers.lexicon import EASED, FIGURE, Lexicon, LexiconError, Rule
from classifiers.normalise import Folder
from classifiers.scan import Scanner
from classifiers.stages import Sentence, StageScores
from classifiers.weighing import THRESHOLD
from models.contact import Channel, Contact, Part
from models.finding import SCORED_LABELS, Label
from models.scan import ScanResult
from tests.unit.classifiers.conftest import sentences_of

LEXICONS = Path(__file__).parents[3] / "config" / "lexicons"
LEXICON = Lexicon.load(LEXICONS)
RULES = LEXICON.rules
FINDING = [rule for rule in RULES if rule.score >= THRESHOLD]
EXCUSING = [rule for rule in RULES if rule.score < THRESHOLD]
BY_ID = pytest.mark.parametrize("rule", FINDING, ids=[rule.id for rule in FINDING])


def scans(scanner: Scanner, rule: Rule, texts: Sequence[str]) -> list[ScanResult]:
    """Of each text by itself, where the rule looks."""
    parts = [Part(name="subject" if rule.heading else "body", text=text) for text in texts]
    moment = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return scanner.scan_many([Contact(id="c", channel=Channel.EMAIL, received_at=moment, parts=(p,)) for p in parts])


@BY_ID
def test_rule_finds_its_examples(rules_only: Scanner, rule):
    texts = rule.examples.hits
    for text, result in zip(texts, scans(rules_only, rule, texts), strict=True):
        found = {finding.label: finding for finding in result.findings}
        assert rule.label in found, text
        for evidence in found[rule.label].evidence:
            assert text[evidence.start : evidence.end] == evidence.quote


@BY_ID
def test_rule_leaves_its_misses_alone(rules_only: Scanner, rule):
    texts = rule.examples.misses
    results = scans(rules_only, rule, texts)
    flagged = [
        text
        for text, result in zip(texts, results, strict=True)
        if rule.label in {finding.label for finding in result.findings}
    ]
    assert flagged == []


@pytest.mark.parametrize("rule", EXCUSING, ids=[rule.id for rule in EXCUSING])
def test_a_rule_that_only_excuses_does_so_in_its_examples(rule):
    def excused(text: str) -> set[Label]:
        return {excuse.label for excuse in LEXICON.score(sentences_of(text)).excuses}

    assert all(excused(text) >= set(rule.excuses) for text in rule.examples.hits)
    assert not any(excused(text) >= set(rule.excuses) for text in rule.examples.misses)


def test_every_scored_label_has_a_rule():
    assert {rule.label for rule in RULES} == set(SCORED_LABELS)


@pytest.mark.parametrize(
    "text",
    [
        "I am going to k i l l  myself",
        "I am going to k1ll myself",
        "I am going to ki\u200bll myself",
        "I am going to kiiiill myself",
        "I am going to k*ll myself",
        "I am going to кill myself",
        "I AM GOING TO KILL MYSELF",
        "I’m going to kill myself",
    ],
)
def test_disguises_are_seen_through(rules_only: Scanner, text):
    findings = {finding.label.value: finding for finding in rules_only.scan_text(text).findings}
    quote = findings["self_harm"].evidence[0].quote
    assert quote in text
    assert quote.lower().endswith("myself")


def test_negation_lowers_the_score_but_keeps_it(rules_only: Scanner):
    said = rules_only.scan_text("I will kill myself.").scores
    denied = rules_only.scan_text("He would never kill himself.").scores
    assert 0 < denied["self_harm"] < 0.5 < said["self_harm"]


@pytest.mark.parametrize(
    "text",
    [
        "No doubt I'll kill myself over this.",
        "I am not joking I'll kill myself.",
        "I don't care I'll kill myself",
        "She has no choice but to kill herself.",
        "He can't stop trying to kill himself.",
        "no heating I'll kill myself",
    ],
)
def test_a_negation_that_does_not_govern_what_is_said_lowers_nothing(rules_only: Scanner, text):
    assert rules_only.scan_text(text).scores["self_harm"] > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "I don't think he'd kill himself.",
        "He did not say he'd kill himself.",
        "Nobody would kill themselves over a bin.",
        "Caller denied he'd kill himself.",
        "He is not going to kill himself.",
    ],
)
def test_a_negation_that_governs_it_lowers_the_score(rules_only: Scanner, text):
    assert 0 < rules_only.scan_text(text).scores["self_harm"] < 0.5


def excuses(text: str, **fields: object) -> list[tuple[str, float]]:
    """What a rule `hit <word>` matches in `text`, and how much the excuse for it leaves."""
    plain = {"label": Label.THREAT_OF_HARM, "patterns": ("hit [a-z]+",), "unless": (), "negatable": True}
    sentence = Sentence("body", 0, len(text), text, Folder().fold(text))
    answer = Lexicon([RULES[0].model_copy(update=plain | fields)], {}, {"things": ("hit send",)}).score([sentence])
    return [(text[hit.start : hit.end], excuse.factor) for hit in answer.hits for excuse in answer.excuses]


def test_a_blow_in_earnest_counts_beside_a_figure_of_speech():
    assert excuses("he hit send and then he hit me", figures=("@things",)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Take my house off me and I'll kill myself, and that is not a figure of speech.",
        "He keeps on about hanging himself and I don't think it's a joke.",
        "kms tonight, not lol",
    ],
)
def test_an_excuse_that_is_denied_is_none(rules_only: Scanner, text):
    assert rules_only.scan_text(text).scores["self_harm"] >= 0.5


def test_a_figure_of_speech_alone_is_a_lesser_excuse_than_what_the_sentence_says_of_itself():
    assert excuses("he hit send", figures=("@things",)) == [("hit send", FIGURE)]
    assert excuses("he hit send lol", figures=("@things",), unless=("lol",)) == [("hit send", EASED)]


def test_a_denial_is_no_excuse_where_the_sentence_says_what_speaks_against_it():
    assert excuses("she never hit him") == [("hit him", EASED)]
    assert excuses("she never hit him but his face is bruised") == []


def test_hits_stand_in_the_order_of_sentences_and_a_rule_hits_where_it_first_matches():
    rule = RULES[0].model_copy(update={"patterns": ("kill him", "kill", "stop"), "unless": (), "negatable": False})
    other = rule.model_copy(update={"id": "other", "patterns": ("stop",)})
    texts = ("stop or i kill him", "nothing", "i kill him", "i kill and stop")
    sentences = [Sentence("body", 0, len(text), text, Folder().fold(text)) for text in texts]
    hits = Lexicon([rule, other], {}, {}).score(sentences).hits
    found = [(hit.sentence, hit.by, texts[hit.sentence][hit.start : hit.end]) for hit in hits]
    own, others = f"lexicon:{rule.id}", "lexicon:other"
    assert found == [(0, own, "stop"), (0, others, "stop"), (2, own, "kill him"), (3, own, "kill"), (3, others, "stop")]


def scored(texts: Sequence[str], rule: Rule, **more: object) -> StageScores:
    """What two rules say of sentences: `rule`, that finds "take it off" and says `more`, and one that finds "look"."""
    told = rule.model_copy(update={"patterns": ("take it off",), "unless": (), "negatable": False, **more})
    other = rule.model_copy(update={"id": "other", "patterns": ("look",), "label": Label.COMPLAINT, "unless": ()})
    sentences = [
        Sentence("body", 0, len(text), text, Folder().fold(text), passage) for passage, text in enumerate(texts)
    ]
    spread = [sentence._replace(passage=sentence.passage // 3) for sentence in sentences]
    return Lexicon([told, other], {}, {}).score(spread)


def test_a_pattern_may_say_that_a_sentence_is_nothing_else():
    texts = ("take it off.", "take it off", "take it off the roof.", "please take it off.", "take it offer.")
    told = scored(texts, RULES[0], patterns=("^take it off[^a-z0-9]*$", "offer"))
    assert [(hit.sentence, hit.start, hit.end) for hit in told.hits] == [(0, 0, 12), (1, 0, 11), (4, 8, 13)]


def test_a_rule_may_be_silenced_by_something_said_elsewhere_in_the_part():
    texts = ("i can only write", "thanks", "take it off", "take it off", "a bin", "thanks")
    assert [hit.sentence for hit in scored(texts, RULES[0], unless_said=("only write",)).hits] == [3]
    assert [hit.sentence for hit in scored(texts, RULES[0], unless_said=("a box",)).hits] == [2, 3]


def test_what_must_or_must_not_be_said_elsewhere_may_stand_in_the_subject_line():
    def hits(**more: object) -> list[int]:
        told = RULES[0].model_copy(update={"patterns": ("take it off",), "unless": (), "negatable": False, **more})
        texts = ("i can only write", "take it off", "take it off")
        lines = [Sentence("body", 0, len(text), text, Folder().fold(text), own) for own, text in enumerate(texts)]
        lines[0], lines[1] = lines[0]._replace(part="subject"), lines[1]._replace(subject=0)
        return [hit.sentence for hit in Lexicon([told], {}, {}).score(lines).hits]

    assert hits(given=("only write",)) == [1]
    assert hits(unless_said=("only write",)) == [2]


def test_a_heading_counts_in_a_subject_line_alone():
    def hits(**more: object) -> list[int]:
        told = RULES[0].model_copy(update={"patterns": ("^take it off$",), "unless": (), **more})
        lines = [Sentence(part, 0, 11, "take it off", Folder().fold("take it off")) for part in ("body", "subject")]
        return [hit.sentence for hit in Lexicon([told], {}, {}).score(lines).hits]

    assert hits() == [0, 1]
    assert hits(heading=True) == [1]


def test_a_rule_may_need_something_said_elsewhere_in_the_part():
    texts = ("i can only write", "thanks", "take it off", "take it off", "a bin", "thanks")
    rule = RULES[0]
    assert [hit.sentence for hit in scored(texts, rule).hits] == [2, 3]
    assert [hit.sentence for hit in scored(texts, rule, given=("only write",)).hits] == [2]
    assert [hit.sentence for hit in scored(texts, rule, given=("take it",)).hits] == [2, 3]
    assert [hit.sentence for hit in scored(texts, rule, given=("a bin",)).hits] == [3]


def test_what_a_rule_excuses_counts_little_in_its_sentence():
    texts = ("look and take it off", "look")
    rule = RULES[0]
    plain, excused = (
        [hit.score for hit in scored(texts, rule, excuses=labels).hits if hit.label is Label.COMPLAINT]
        for labels in ((), (Label.COMPLAINT,))
    )
    assert excused == [plain[0] * EASED, plain[1]]
    excuses = scored(texts, rule, excuses=(Label.COMPLAINT,)).excuses
    assert [(excuse.sentence, excuse.label) for excuse in excuses] == [(0, Label.COMPLAINT)]
    eased = scored(("look and never take it off", "look"), rule, excuses=(Label.COMPLAINT,), unless=("never",))
    assert [(excuse.sentence, excuse.label) for excuse in eased.excuses] == [(0, rule.label)]


RULE = "{id: a.b, urgency: routine, score: 0.9, meaning: m, patterns: [%s], examples: {hits: [x], misses: [y]}}"


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (RULE % '"fo(o"', "rule a.b: patterns"),
        (RULE % '"<NOBODY> x"', "macro <NOBODY>"),
        (RULE.replace("0.9", "1.9") % "foo", "rule a.b: score"),
        (RULE.replace("urgency: routine, ", "") % "foo", "rule a.b: urgency"),
        (RULE.replace("meaning: m", "meaning: m, colour: red") % "foo", "rule a.b: colour"),
        (RULE.replace("meaning: m", 'meaning: m, unless: ["@nowhere"]') % "foo", "nowhere"),
    ],
)
def test_a_bad_rule_is_named(tmp_path: Path, rule, says):
    (tmp_path / "macros.yaml").write_text("ME: myself\n")
    (tmp_path / "contexts.yaml").write_text("news: [paper]\n")
    (tmp_path / "bad.yaml").write_text(f"label: abusive\nrules:\n  - {rule}\n")
    with pytest.raises(LexiconError) as error:
        Lexicon.load(tmp_path)
    assert "bad.yaml" in str(error.value)
    assert says in str(error.value)


def test_an_id_used_twice_is_refused(tmp_path: Path):
    (tmp_path / "macros.yaml").write_text("ME: myself\n")
    (tmp_path / "contexts.yaml").write_text("news: [paper]\n")
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(f"label: abusive\nrules:\n  - {RULE % 'foo'}\n")
    with pytest.raises(LexiconError, match=r"two\.yaml: rule a\.b: id"):
        Lexicon.load(tmp_path)
