"""A report of a small corpus by a scanner whose answers are known; its page and its pictures."""

from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from classifiers.authored import Corpus, Item, Kind, MatterPair, MatterText, Side
from classifiers.evaluation import Report, evaluate
from classifiers.evaluation.groups import ANY_CONCERN
from classifiers.evaluation.intervals import share
from classifiers.evaluation.page import card
from classifiers.evaluation.pictures import pictures
from classifiers.evaluation.speed import machine, speeds
from classifiers.evaluation.targets import Target, targets
from classifiers.evaluation.terminal import told
from classifiers.normalise import Folder
from classifiers.scan import Scanner
from classifiers.stages import LABEL_INDEX, Sentence, StageScores
from classifiers.stated import Control, Tried
from models.finding import SCORED_LABELS, Label
from models.scan import Stage as StageName
from tests.unit.classifiers.conftest import LEXICONS, WEIGHTS, item

SCORES = {"rope": 0.9, "ledge": 0.3, "kettle": 0.8}
"""What each sentence with the word scores for self-harm; everything else scores nothing."""


class ByWord:
    name = StageName.FAST
    version = "by-word"

    def score(self, sentences: Sequence[Sentence]) -> StageScores:
        scores = np.zeros((len(sentences), len(SCORED_LABELS)), dtype=np.float32)
        for row, sentence in enumerate(sentences):
            for word, score in SCORES.items():
                if word in sentence.text:
                    scores[row, LABEL_INDEX[Label.SELF_HARM]] = score
        return StageScores(scores=scores)


HOSTS = [
    item(f"The path at number {n} is muddy. The council laid it in May. Please send a man.", Kind.HOST, f"h{n}")
    for n in range(9)
] + [item("Our kettle is in the hall again. The caretaker knows about it.", Kind.HOST, "h9")]
ORDINARY = [item(f"Number {n} has a new gate.", Kind.ORDINARY, f"o{n}") for n in range(5)]
FOUND = [
    item(f"I have got the rope out, {n} times now.", Kind.CONCERN, f"f{n}", labels=(Label.SELF_HARM,)) for n in range(6)
]
MISSED = [
    item(f"The ledge calls me, {n}.", Kind.CONCERN, f"m{n}", labels=(Label.SELF_HARM,), voice="third_party")
    for n in range(2)
]
CONTRASTS = [
    item("The rope for the fete is here.", Kind.CONTRAST, "c0", twin="lk3-f0", near=(Label.SELF_HARM,)),
    item("The ropy old bench.", Kind.CONTRAST, "c1", twin="lk3-f1", near=(Label.SELF_HARM,)),
]
PAIRS = [
    MatterPair(
        kind="matter_pair",
        matter=MatterText(title="Broken street lamp in Orchard Row", summary="The lamp outside number 4 is out."),
        text="Is there any news about the broken street lamp in Orchard Row that I reported? Number 4 is still dark.",
        verdict=verdict,
        family=f"lk3-p-{verdict}",
    )
    for verdict in ("same", "new")
]
CORPUS = Corpus((*HOSTS, *ORDINARY, *FOUND, *MISSED, *CONTRASTS), tuple(PAIRS), "0" * 64)
ROPE = {"labels": (Label.SELF_HARM,), "kind": Kind.CONCERN}
OTHER_LANGUAGES = [
    Item(
        text="Mae'r rope yn y neuadd heno, meddai hi wrtha i yn y bore bach pan oedd pawb yn cysgu.",
        family="cy-a",
        **ROPE,
    ),
    Item(text="Dim byd ar ôl.", family="cy-b", **ROPE),
    Item(text="Mae'r kettle yn y neuadd heno.", kind=Kind.ORDINARY, family="cy-c"),
    Item(text="Mae'r te yn y neuadd heno.", kind=Kind.ORDINARY, family="cy-d"),
]


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate(Scanner((ByWord(),), Folder()), CORPUS, 7, Side.TEST, OTHER_LANGUAGES)


def test_what_is_found_at_own_thresholds(report: Report):
    own = report.labels[Label.SELF_HARM]
    concerns = report.groups[ANY_CONCERN]
    assert own.noticed.of == 8
    assert concerns.quoted.found == 6, "those with a rope, and not what the kettle's letter was flagged for"
    assert concerns.recall.found >= 6
    assert own.threshold == 0.5
    assert (concerns.by_voice["sender"].found, concerns.by_voice["third_party"].found) == (6, 0)


def test_what_is_flagged_for_nothing(report: Report):
    concerns = report.groups[ANY_CONCERN]
    assert (concerns.false_letters.found, concerns.false_letters.of) == (4, 40)
    assert (concerns.false_messages.found, concerns.false_messages.of) == (1, 15)
    assert (concerns.contrasts_alone.found, concerns.contrasts_alone.of) == (1, 2)
    assert (concerns.pairs.found, concerns.pairs.of) == (1, 2)
    assert report.groups["rights"].recall.of == 0


def test_at_a_tenth_flagged_the_kettle_is_allowed_for(report: Report):
    # The four kettle letters score 0.8, a tenth of all: above 0 stands everything else.
    assert report.groups[ANY_CONCERN].ranking.at_10.found == 8
    assert report.groups[ANY_CONCERN].ranking.at_5.found == 6


def test_lengths_spellings_and_languages(report: Report):
    assert [own.name for own in report.lengths] == ["100", "200", "400", "800"]
    assert {own.quoted.found for own in report.lengths} == {6}
    assert report.lengths[-1].false.value == 1.0, "every letter of 800 words has a kettle in it"
    assert [own.name for own in report.spellings] == ["as written", "letters dropped", "letters swapped", "text-speak"]
    [welsh] = report.languages
    assert (welsh.language, welsh.found.found, welsh.found.of, welsh.false.found) == ("Welsh", 1, 2, 1)
    assert welsh.by_rule.found == 0, "the stage found it, and no rule"
    assert welsh.unsupported.found == 1, "the other is too short to tell"
    assert welsh.labels == {Label.SELF_HARM: welsh.found}


def test_matters_are_judged_by_the_scans_own_judge(report: Report):
    own = report.matters
    assert own.accuracy.of == 2
    assert sum(sum(row.values()) for row in own.verdicts.values()) == 2
    assert own.verdicts["same"] == own.verdicts["new"], "the same message and matter, whatever is true of them"


def test_the_same_seed_gives_the_same_figures_and_the_same_pages(report: Report):
    again = evaluate(Scanner((ByWord(),), Folder()), CORPUS, 7, Side.TEST, OTHER_LANGUAGES)
    assert again == report
    assert (card(again), pictures(again)) == (card(report), pictures(report))


def test_an_empty_side_is_refused():
    with pytest.raises(ValueError, match="the dev side"):
        evaluate(Scanner((ByWord(),), Folder()), CORPUS, 7, Side.DEV)


def test_the_page_says_which_side_it_is_of(report: Report):
    assert "locked test was written by somebody" in card(report)
    flattered = card(report.model_copy(update={"side": Side.DEV, "learnt": True}))
    assert "**These are the figures of the open side" in flattered


def test_every_table_of_the_page_is_whole(report: Report):
    tables = [block.splitlines() for block in card(report).split("\n\n") if block.startswith("|")]
    assert len(tables) > 10
    for rows in tables:
        assert len({row.count("|") for row in rows}) == 1, rows[0]


def test_the_page_holds_no_sentence_of_the_corpus(report: Report):
    said = card(report) + "".join(pictures(report).values()) + told(report) + report.model_dump_json()
    assert not any(own.text in said for own in CORPUS.items)


def test_what_too_few_letters_cannot_vouch_for_is_said(report: Report):
    [row] = [line for line in card(report).splitlines() if line.startswith("| `self_harm` | 90 | 8 |")]
    assert "cannot be said: under 29 letters" in row


def control(families: int, *, certified: bool, enough: bool = True) -> Control:
    tried = tuple(
        Tried(
            threshold=at, noticed=share(np.ones(families, dtype=bool)), bound=0.9, burden=share(np.arange(100) < cost)
        )
        for at, cost in ((1.0, 4), (2.0, 2))
    )
    return Control(stated=0.97, certified=certified, enough=enough, chosen=int(certified), tried=tried)


def test_the_page_and_the_terminal_say_what_decided_each_threshold(report: Report):
    assert "trained before a recall could be stated" in card(report)
    control_of = {
        Label.SELF_HARM: control(120, certified=True),
        Label.EXTREMISM: control(120, certified=False),
        Label.SEXUAL: control(9, certified=False, enough=False),
    }
    stated = report.model_copy(update={"control": control_of})
    rows = {line.split("|")[1].strip(): line for line in _section(card(stated), "How thresholds were set")}
    assert "| 97 | 100 (97–100) of 120 | 90 | yes | recall | 2 (0–7) of 100 | 4 to 2 |" in rows["`self_harm`"]
    assert "| **not certified** | burden | 4 (1–10) of 100 |" in rows["`extremism`"]
    assert "**not certified**: too few" in rows["`sexual`"]
    assert "stated 97%: not certified: too few, at least 90% of 9 families; threshold by the burden" in told(stated)


def _section(page: str, head: str) -> list[str]:
    own = page.split(f"## {head}\n")[1].split("\n## ")[0]
    return [line for line in own.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("name", ["scan-curve.svg", "scan-calibration.svg", "scan-length.svg", "scan-labels.svg"])
def test_pictures_are_named_in_words_and_stay_inside_their_frame(report: Report, name: str):
    root = ElementTree.fromstring(pictures(report)[name])
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") and len(root.findtext(f"{space}desc") or "") > 60
    assert f"(../pictures/{name})" in card(report)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for element in root.iter():
        for along, most in (("x", width), ("x1", width), ("cx", width), ("y", height), ("y2", height), ("cy", height)):
            assert 0 <= float(element.attrib.get(along, 0)) <= most


@pytest.mark.parametrize(
    ("found", "of", "wanted", "at_most", "reached"),
    [
        (100, 100, 0.9, False, "yes"),
        (19, 20, 0.9, False, "yes, though it could be chance"),
        (17, 20, 0.9, False, "no, though it could be chance"),
        (10, 100, 0.9, False, "no"),
        (0, 100, 0.05, True, "yes"),
        (1, 20, 0.05, True, "yes, though it could be chance"),
        (2, 20, 0.05, True, "no, though it could be chance"),
        (50, 100, 0.05, True, "no"),
        (0, 0, 0.9, False, "not measured"),
    ],
)
def test_targets_say_how_sure_they_are(found: int, of: int, wanted: float, at_most: bool, reached: str):
    assert Target("it", wanted, share(np.arange(of) < found), at_most).reached == reached


def test_every_target_is_told(report: Report):
    lines = [line for line in told(report).splitlines() if line.startswith("target ")]
    assert len(lines) == len(list(targets(report))) == 13


def test_speed_is_of_every_stage_and_of_all(scanner: Scanner):
    found = speeds(scanner, LEXICONS, WEIGHTS, CORPUS_OPEN)
    assert [own.stages for own in found][:2] == ["lexicon", "fast"]
    assert all(own.messages_a_second > 1 for own in found)
    assert "Python" in machine()


CORPUS_OPEN = replace(CORPUS, items=tuple(host.model_copy(update={"family": host.family[3:]}) for host in HOSTS))
