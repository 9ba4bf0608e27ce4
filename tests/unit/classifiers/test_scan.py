"""The scan of a whole contact: every part read, staff's words apart, problems of reading as findings."""

from datetime import UTC, datetime

import numpy as np
import pytest
from structlog.testing import capture_logs

from classifiers.scan import Scanner
from classifiers.stages import Stage, StageScores
from models.contact import Channel, Contact, Part, PartProblem, PartProblemKind
from models.finding import SCORED_LABELS, Label, Urgency
from models.scan import Stage as StageName

CONCERN = "I have a rope ready in the garage and I am going to kill myself tonight."
DULL = "The bus shelter on Mill Lane needs a new pane of glass."


def contact(*parts: Part, subject: str | None = None, **more) -> Contact:
    return Contact(
        id="c1",
        channel=Channel.EMAIL,
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
        subject=subject,
        parts=parts,
        **more,
    )


def labels(result) -> set[Label]:
    return {finding.label for finding in result.findings}


@pytest.mark.parametrize(
    "name", ["subject", "body", "quoted", "signature", "hidden", "notes", "transcript", "attachment:letter.pdf"]
)
def test_every_part_is_read(scanner: Scanner, name):
    result = scanner.scan(contact(Part(name="body", text=DULL), Part(name=name, text=f"{DULL} {CONCERN}")))
    finding = next(finding for finding in result.findings if finding.label is Label.SELF_HARM)
    assert finding.urgency is Urgency.IMMEDIATE
    assert finding.evidence[0].part == name
    assert finding.evidence[0].quote in CONCERN


def test_a_subject_that_is_no_part_is_read_too(scanner: Scanner):
    assert Label.SELF_HARM in labels(scanner.scan(contact(subject=CONCERN)))


def test_evidence_counts_in_the_transcript_in_which_all_stand(scanner: Scanner):
    text = f"Agent: {CONCERN}\nCaller: The bins are late.\nAgent: Yes.\nCaller: {CONCERN}"
    at = text.rindex(CONCERN)
    heard = ((text.index("The bins"), text.index("\nAgent: Yes")), (at, len(text)))
    result = scanner.scan(contact(Part(name="transcript", text=text, heard=heard)))
    cited = [evidence for finding in result.findings for evidence in finding.evidence]
    assert cited
    assert all(evidence.start >= at and text[evidence.start : evidence.end] == evidence.quote for evidence in cited)


def test_staff_words_of_a_transcript_are_not_the_callers(scanner: Scanner):
    said_by = {
        speaker: scanner.scan(contact(Part(name="transcript", text=CONCERN, speaker=speaker)))
        for speaker in ("staff", "caller")
    }
    assert Label.SELF_HARM not in labels(said_by["staff"])
    assert Label.SELF_HARM in labels(said_by["caller"])


def test_our_own_quoted_words_score_lower_and_stay(scanner: Scanner):
    new = scanner.scan(contact(Part(name="body", text=CONCERN))).scores[Label.SELF_HARM]
    quoted = scanner.scan(contact(Part(name="quoted", text=CONCERN))).scores[Label.SELF_HARM]
    ours = scanner.scan(contact(Part(name="quoted", text=CONCERN, speaker="staff"))).scores[Label.SELF_HARM]
    assert new > quoted > ours > 0.5


def test_an_ordinary_message_is_clear(scanner: Scanner):
    result = scanner.scan(contact(Part(name="body", text=DULL)))
    assert result.findings == ()
    assert result.status.complete
    assert result.status.stages == (StageName.LEXICON, StageName.FAST)
    assert set(result.scores) == set(SCORED_LABELS)


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        (PartProblemKind.UNREADABLE, Label.UNREADABLE_PART),
        (PartProblemKind.INCOMPLETE, Label.SCAN_INCOMPLETE),
        (PartProblemKind.LOW_CONFIDENCE, Label.LOW_CONFIDENCE_TRANSCRIPT),
    ],
)
def test_problems_of_reading_become_findings(scanner: Scanner, kind, label):
    problem = PartProblem(part="attachment:scan.pdf", kind=kind, detail="encrypted")
    finding = scanner.scan(contact(Part(name="body", text=DULL), problems=(problem,))).findings[0]
    assert finding.label is label
    assert finding.evidence[0].part == "attachment:scan.pdf"


def test_another_language_is_never_clear(scanner: Scanner):
    polish = "Dzień dobry, proszę o pomoc, mój mąż mnie bije i boję się o dzieci"
    assert Label.UNSUPPORTED_LANGUAGE in labels(scanner.scan(contact(Part(name="body", text=polish))))


def with_stage(scanner: Scanner, stage: Stage) -> Scanner:
    return Scanner((*scanner._stages, stage), scanner._folder, scanner.thresholds)


class Breaks:
    """A stage that fails on one word, as a damaged model might."""

    name = StageName.SEMANTIC
    version = "breaks-1"

    def score(self, sentences):
        if any("glass" in sentence.text for sentence in sentences):
            raise RuntimeError("no")
        scores = np.zeros((len(sentences), len(SCORED_LABELS)), dtype=np.float32)
        scores[:, 0] = 0.9
        return StageScores(scores=scores)


def test_a_stage_that_fails_costs_its_own_contact_only(scanner: Scanner):
    broken = with_stage(scanner, Breaks())
    bad, good = broken.scan_many([contact(Part(name="body", text=DULL)), contact(Part(name="body", text="Hello."))])
    assert labels(bad) == {Label.SCAN_INCOMPLETE}
    assert not bad.status.complete
    assert StageName.SEMANTIC not in bad.status.stages
    assert labels(good) == {Label.THREAT_TO_LIFE}
    assert good.status.complete


def test_a_part_that_cannot_be_split_leaves_the_scan_incomplete(scanner: Scanner, monkeypatch):
    def fails(_: str):
        raise RuntimeError("no")

    monkeypatch.setattr("classifiers.scan.split_ascii", fails)
    result = scanner.scan(contact(Part(name="body", text=DULL)))
    assert labels(result) == {Label.SCAN_INCOMPLETE}
    assert not result.status.complete


class Learnt:
    """A stage that scores one label of every sentence, as if it had read them in pairs."""

    name = StageName.FAST
    version = "learnt-1"

    def __init__(self, label: Label, score: float):
        self.column, self.value = SCORED_LABELS.index(label), score

    def score(self, sentences):
        scores = np.zeros((len(sentences), len(SCORED_LABELS)), dtype=np.float32)
        scores[:, self.column] = self.value
        return StageScores(scores=scores, alone=np.zeros_like(scores))


@pytest.mark.parametrize(("score", "found"), [(0.6, False), (0.95, True)])
def test_a_right_that_no_rule_finds_has_to_be_nearly_certain(rules_only: Scanner, score, found):
    learnt = with_stage(rules_only, Learnt(Label.RESTRICTION_CHALLENGE, score))
    assert (Label.RESTRICTION_CHALLENGE in labels(learnt.scan_text("The gate is still hanging off."))) is found


def test_what_a_neighbour_owes_to_an_excused_sentence_is_excused(rules_only: Scanner):
    learnt = with_stage(rules_only, Learnt(Label.SELF_HARM, 0.8))
    assert Label.SELF_HARM in labels(learnt.scan_text("The gate is broken. Please ring."))
    assert Label.SELF_HARM not in labels(learnt.scan_text("I'll fight this till the day I die. Please ring."))


class LearntAndBreaks(Learnt):
    """A stage of pairs that fails on one word."""

    def score(self, sentences):
        if any("glass" in sentence.text for sentence in sentences):
            raise RuntimeError("no")
        return super().score(sentences)


def test_it_is_excused_beside_a_contact_on_which_the_stage_failed_too(rules_only: Scanner):
    learnt = with_stage(rules_only, LearntAndBreaks(Label.SELF_HARM, 0.8))
    with capture_logs() as logs:
        bad, good = learnt.scan_texts(["The glass is broken.", "I'll fight this till the day I die. Please ring."])
    assert labels(bad) == {Label.SCAN_INCOMPLETE}
    assert Label.SELF_HARM not in labels(good)
    assert [line["error"] for line in logs if line["event"] == "scan.contact_failed"] == ["RuntimeError"]


def test_beside_a_request_that_a_rule_finds_only_a_sentences_own_words_ask_for_more(rules_only: Scanner):
    learnt = with_stage(rules_only, Learnt(Label.COMPLAINT, 0.95))
    assert Label.COMPLAINT in labels(learnt.scan_text("The gate is broken. I don't want a summary."))
    asks = "Please treat this as a freedom of information request."
    beside = learnt.scan_text(f"{asks} I don't want a summary.")
    (complaint,) = (finding for finding in beside.findings if finding.label is Label.COMPLAINT)
    assert [piece.quote for piece in complaint.evidence] == [asks]


@pytest.mark.parametrize(
    ("label", "score", "found"),
    [
        (Label.SELF_HARM, 0.39, None),
        (Label.SELF_HARM, 0.41, Urgency.SAME_DAY),
        (Label.SELF_HARM, 0.51, Urgency.IMMEDIATE),
        (Label.EXTREMISM, 0.41, Urgency.SAME_DAY),
        (Label.FOI_REQUEST, 0.41, None),
        (Label.ABUSIVE, 0.41, None),
    ],
)
def test_a_doubtful_concern_is_found_and_wakes_nobody(scanner: Scanner, label, score, found):
    learnt = Scanner((Learnt(label, score),), scanner._folder, scanner.thresholds)
    told = {finding.label: finding.urgency for finding in learnt.scan_text("The gate is by the river.").findings}
    assert told.get(label) is found


def test_with_a_stage_missing_what_is_doubtful_is_as_urgent_as_it_says(scanner: Scanner):
    learnt = Scanner((Learnt(Label.SELF_HARM, 0.36),), scanner._folder, scanner.thresholds)
    said = contact(Part(name="body", text="The gate is by the river."))
    assert labels(learnt.scan(said)) == set()
    (wide,) = learnt.scan_many([said], wide=True)
    assert [(one.label, one.urgency) for one in wide.findings] == [(Label.SELF_HARM, Urgency.IMMEDIATE)]


def test_one_sure_sentence_among_doubtful_ones_is_as_urgent_as_it_says(scanner: Scanner):
    text = "I am going to kill myself tonight. The gate is by the river."
    (found,) = (own for own in scanner.scan_text(text).findings if own.label is Label.SELF_HARM)
    assert found.urgency is Urgency.IMMEDIATE


def test_a_phrase_broken_over_two_lines_is_one(rules_only: Scanner):
    text = "I have told all of you before and nobody has listened, so tonight I will kill\nmyself and be done."
    (found,) = rules_only.scan_text(text).findings
    assert (found.label, found.evidence[0].quote) == (Label.SELF_HARM, text)


def test_a_stage_for_later_is_pending(scanner: Scanner):
    later = Scanner(scanner._stages, scanner._folder, scanner.thresholds, (StageName.SEMANTIC,))
    result = later.scan(contact(Part(name="body", text=DULL)))
    assert not result.status.complete
    assert result.status.pending == (StageName.SEMANTIC,)


class Second(Learnt):
    """A later stage that looked at the sentences with a number in them."""

    name = StageName.SEMANTIC

    def score(self, sentences):
        looked = np.array([any(map(str.isdigit, sentence.text)) for sentence in sentences])
        scores = super().score(sentences).scores
        return StageScores(scores=np.where(looked[:, None], scores, 0), both=looked)


@pytest.mark.parametrize(
    ("text", "first", "second", "found"),
    [
        ("Ring 12.", 0.8, 0.1, False),  # where the second looked, its word stands for the first's
        ("Ring 12.", 0.1, 0.8, True),
        ("Ring me.", 0.8, 0.0, True),  # where it did not look, the first stands
    ],
)
def test_the_word_of_the_later_model_stands_where_it_looked(rules_only: Scanner, text, first, second, found):
    both = with_stage(with_stage(rules_only, Learnt(Label.SELF_HARM, first)), Second(Label.SELF_HARM, second))
    assert (Label.SELF_HARM in labels(both.scan_text(text))) is found


def test_a_rule_and_a_model_that_agree_score_above_either_and_a_rule_alone_ranks_low(rules_only: Scanner):
    text = "I am going to kill myself at 10."
    scores = [
        with_stage(rules_only, Second(Label.SELF_HARM, own)).scan_text(text).scores[Label.SELF_HARM]
        for own in (0.0, 0.6, 0.9)
    ]
    assert 0.5 <= scores[0] < 0.61
    assert 0.6 < scores[1] < scores[2] < 1.0


def test_what_must_never_be_missed_stands_whatever_a_later_stage_thinks(rules_only: Scanner):
    doubting = with_stage(rules_only, Second(Label.SELF_HARM, 0.0))
    assert Label.SELF_HARM in labels(doubting.scan_text("I am going to kill myself at 10."))
    doubting = with_stage(rules_only, Second(Label.THREAT_TO_LIFE, 0.0))
    assert Label.THREAT_TO_LIFE in labels(doubting.scan_text("I will kill you at 10."))


def test_other_rules_give_way_where_the_later_stage_is_nearly_sure_that_nothing_is_said(rules_only: Scanner):
    text = "Please ring 999 if the alarm sounds, or 12."
    assert Label.MEDICAL_CRISIS in labels(rules_only.scan_text(text))
    for heard, found in ((0.01, False), (0.03, True)):
        later = with_stage(rules_only, Second(Label.MEDICAL_CRISIS, heard))
        assert (Label.MEDICAL_CRISIS in labels(later.scan_text(text))) is found


def test_wide_thresholds_find_more_and_say_so(rules_only: Scanner):
    learnt = with_stage(rules_only, Learnt(Label.SELF_HARM, 0.4))
    one = contact(Part(name="body", text="The gate is broken."))
    assert learnt.scan_many([one])[0].findings == ()
    (wide,) = learnt.scan_many([one], wide=True)[0].findings
    assert wide.threshold == pytest.approx(0.35)


def test_a_batch_says_what_single_scans_say(scanner: Scanner):
    contacts = [contact(Part(name="body", text=text)) for text in (DULL, CONCERN, "", "ring me")]
    together = scanner.scan_many(contacts)
    for one, alone in zip(together, map(scanner.scan, contacts), strict=True):
        assert one.findings == alone.findings
        assert one.scores == pytest.approx(alone.scores, abs=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        "I could murder a cup of tea after that meeting.",
        "This form is killing me.",
        "I am dying to hear what you decide about the bandstand.",
        "Thank you for your reply to my Freedom of Information letter last spring.",
        "The suicide prevention strategy goes to the panel in May.",
    ],
)
def test_sayings_and_passing_mentions_are_left_alone(scanner: Scanner, text):
    assert labels(scanner.scan_text(text)) == set()


def test_a_subject_line_says_what_the_body_is_about(rules_only: Scanner):
    body = Part(name="body", text="I would like that decision looked at again.")
    about = rules_only.scan(contact(body, subject="My single point of contact"))
    assert Label.RESTRICTION_CHALLENGE in labels(about)
    assert Label.RESTRICTION_CHALLENGE not in labels(rules_only.scan(contact(body, subject="My garage")))


@pytest.mark.parametrize("subject", [" ", "\t \n", "..."])
def test_a_subject_line_of_blanks_says_nothing_and_breaks_nothing(rules_only: Scanner, subject: str):
    body = Part(name="body", text="My single point of contact is rude. I would like that decision looked at again.")
    scan = rules_only.scan(contact(body, subject=subject))
    assert scan.status.complete
    assert labels(scan) == labels(rules_only.scan(contact(body, subject="My garage")))


def test_more_sentences_than_anybody_writes_are_read_in_longer_pieces(rules_only: Scanner, monkeypatch):
    monkeypatch.setattr("classifiers.scan._MOST_SENTENCES", 50)
    text = "No.\n" * 200 + "I am going to kill myself tonight.\n" + "No.\n" * 200
    (result,) = rules_only.scan_texts([text])
    (evidence,) = [finding.evidence[0] for finding in result.findings if finding.label is Label.SELF_HARM]
    assert "kill myself" in text[evidence.start : evidence.end] == evidence.quote
    assert result.status.complete
    (beside,) = rules_only.scan_texts(["No. I am going to kill myself tonight."])
    assert beside == rules_only.scan_texts([text, "No. I am going to kill myself tonight."])[1]
