"""The model card as a page: every figure of a report, in words a manager can use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from classifiers.authored import Side
from classifiers.evaluation.groups import ANY_CONCERN, GROUPS
from classifiers.evaluation.intervals import fewest_for
from classifiers.evaluation.report import Condition, Report
from classifiers.evaluation.targets import targets
from classifiers.shares import Share
from models.scan import Verdict

_OPEN = (
    "**These are the figures of the open side, not of the locked test.** The model learnt from the lines of this side "
    "that there were when it was trained, and its rules were written with them in view. The figures flatter, and "
    "certify nothing; they serve to compare one version with another."
)
_LOCKED = (
    "The locked test was written by somebody who had seen nothing of the rest, is in no training, and is opened only "
    "for this page. No threshold was chosen by looking at it."
)
_READING = """\
- Each sentence is put into **one ordinary letter** of the same side, at a place drawn by lot, because that is how a
  concern is met. Beside them stand ordinary letters with a harmless sentence put in.
- Figures are per cent, with the exact (Clopper-Pearson) 95 % interval in brackets and the number of cases after it.
  Sentences of one family tell of one situation, and every letter stands in four harmless ones, so that cases are not
  independent: the true doubt is wider. Least certain are R@5 and R@10, whose limit hangs on a few letters.
- **At own thresholds**: what the gateway does as it is set. A group counts as found when any of its labels is.
- **Found**: some label of the group is found in the letter. **Quoted**: it is found in the very sentence that was put
  in. The gap between them is luck: the letter was flagged for something harmless.
- **R@5, R@10**: what would be found, were the threshold such that 5 or 10 in 100 harmless letters are flagged. The
  score of a group is that of the label which is farthest above (or least below) its own threshold. Where more harmless
  letters than that have the highest score there is, it is 0.
- **AUC**: how often a letter with it scores above one without, ties counting half.
- **Named**: the label itself is found. **Noticed**: any label of its kind is, and a person reads the letter."""
_LIMITS = """\
- The texts were written for the purpose. The figures hold for mail like them; yours will differ. Let the gateway
  observe first, have your own people read a sample, and compare: `triage replay` shows what it makes of an archive.
- It is made to put contacts in order for people who read them, in offices of police and crime commissioners and in
  councils. It is not made to act against anybody, to judge a person, or to stand in for reading.
- A miss is possible for every label. No contact of a restricted person goes unseen because of a score.
- Scores of the semantic stage come from whole-number arithmetic that differs a little between processors, so that the
  last digits of a figure can, too."""


def card(report: Report) -> str:
    """Markdown, for `docs/reference/model-card.md`, its pictures in `../pictures`."""
    return "\n\n".join(block for block in _blocks(report)) + "\n"


def _blocks(report: Report) -> Iterable[str]:
    yield "<!-- Written by `triage evaluate --write docs`. Run it again; do not change it by hand. -->"
    yield "# Model card of the scan"
    yield _LOCKED if report.side is Side.TEST else _OPEN
    yield _what(report)
    yield "## How to read it\n\n" + _READING
    yield "## Targets\n\n" + _targets(report)
    yield "## Groups\n\nAt own thresholds, and at a burden that is given.\n\n" + _groups(report)
    yield _picture("scan-curve", "What is found against what it costs", "The higher the line, the more is found.")
    yield "## Burden\n\n" + _burden(report)
    yield "## How thresholds were set\n\n" + _control(report)
    yield "## Labels\n\n" + _labels(report)
    yield _picture("scan-labels", "Found by label", "Disc: noticed. Square: given its right name.")
    yield "## What looks like it\n\n" + _contrasts(report)
    yield "## Length\n\nConcerns in letters joined and cut to a length.\n\n" + _conditions("Words", report.lengths)
    yield _picture("scan-length", "Recall and false flags by length", "Every sentence more is one more to go wrong in.")
    yield "## Who speaks\n\n" + _voices(report)
    yield "## Spelling\n\n" + _spelling(report)
    yield "## Welsh and Polish\n\n" + _languages(report)
    yield "## Calibration\n\n" + _calibration(report)
    yield _picture(
        "scan-calibration", "Scores against shares", "On the diagonal, a score of 0.7 would be right 7 times in 10."
    )
    yield "## Same matter or new\n\n" + _matters(report)
    yield "## What the data can vouch for\n\n" + _certificates(report)
    yield (
        "## Speed\n\nSpeed is a machine's, not a model's: `triage evaluate` tells that of each stage on the machine "
        "it runs on, for messages of 120 words."
    )
    yield "## Use and limits\n\n" + _LIMITS


def _what(report: Report) -> str:
    texts = ", ".join(f"{count:,} {name}" for name, count in report.texts.items())
    pending = f" Not looked at, for they come later: {', '.join(report.pending)}." if report.pending else ""
    return (
        f"Stages: {', '.join(report.stages)}.{pending} Version `{report.model}`. Side: {report.side}, "
        f"seed {report.seed}, corpus `{report.corpus_sha256[:12]}`. Texts of this side: {texts}."
    )


def _targets(report: Report) -> str:
    return _table(
        ("What", "Target", "Measured", "Reached"),
        [
            (
                target.what,
                f"{'at most' if target.at_most else 'at least'} {100 * target.wanted:.0f}",
                _cell(target.measured),
                target.reached,
            )
            for target in targets(report)
        ],
    )


def _groups(report: Report) -> str:
    return _table(
        ("Group", "Found", "Quoted", "R@5", "R@10", "AUC"),
        [
            (
                name,
                _cell(own.recall),
                _cell(own.quoted),
                _cell(own.ranking.at_5),
                _cell(own.ranking.at_10),
                f"{own.ranking.auc:.3f}",
            )
            for name, own in report.groups.items()
        ],
    )


def _burden(report: Report) -> str:
    rows = [(name, "", _cell(own.false_messages), _cell(own.false_letters)) for name, own in report.groups.items()] + [
        (f"`{label}`", f"{own.threshold:.2f}", _cell(own.false_messages), _cell(own.false_letters))
        for label, own in report.labels.items()
    ]
    return (
        "How many of 100 would be flagged for nothing: of the ordinary messages of the corpus as they are, long and "
        "short, and of whole letters with a harmless sentence put in.\n\n"
        + _table(("Group or label", "Threshold", "Messages flagged", "Letters flagged"), rows)
    )


def _control(report: Report) -> str:
    if not report.control:
        return (
            "These weights were trained before a recall could be stated for them: every threshold is the lowest that "
            "keeps the burden permitted, and what recall that gives was not tested."
        )
    rows = []
    for label, own in report.control.items():
        certified = "yes" if own.certified else "**not certified**" if own.enough else "**not certified**: too few"
        rows.append(
            (
                f"`{label}`",
                f"{100 * own.stated:.0f}",
                _cell(own.now.noticed),
                f"{100 * own.now.bound:.0f}",
                certified,
                own.decided,
                _cell(own.now.burden),
                f"{_percent(own.tried[0].burden)} to {_percent(own.tried[-1].burden)}",
            )
        )
    return (
        "A recall is stated for each label, and the threshold is the highest at which it is certified with 95 % "
        "confidence (learn-then-test), by one line of each cluster of families held out in training. The burden "
        "permitted is the limit: where the recall cannot be certified within it, the threshold is the one at the limit "
        "and more goes to review. Burden: ordinary letters in 100 in which the label is found; last, from the limit "
        "to the highest threshold tried. All this is of the last model alone; what the whole scan does in letters is "
        "below.\n\n"
        + _table(
            ("Label", "Stated", "Noticed", "At least", "Certified", "Decided by", "Burden", "Burdens tried"),
            rows,
        )
    )


def _labels(report: Report) -> str:
    rows = [
        (
            f"`{label}`",
            _cell(own.named),
            _cell(own.noticed),
            _percent(own.ranking.at_5),
            _percent(own.ranking.at_10),
            _percent(own.kind_ranking.at_5),
            _percent(own.kind_ranking.at_10),
            f"{own.ranking.auc:.3f}",
            _percent(own.right),
        )
        for label, own in report.labels.items()
    ]
    return (
        "R@5, R@10 and AUC by the label's own score, then R@5 and R@10 of being noticed. Last: of 100 letters of this "
        "test in which the label is found, so many have it (the test has more concerns than an office's mail).\n\n"
        + _table(("Label", "Named", "Noticed", "R@5", "R@10", "noticed @5", "@10", "AUC", "Right"), rows)
    )


def _contrasts(report: Report) -> str:
    return (
        "Contrasts are harmless texts made to mislead: denial, quotation, idiom, policy, news, the past. Those flagged "
        "are errors. In letters the letter itself may be what is flagged. In a minimal pair a sentence stands against "
        "its harmless twin, and should score above it; a tie is wrong.\n\n"
        + _table(
            ("Group", "Flagged alone", "Flagged in letters", "Pairs right"),
            [
                (name, _cell(own.contrasts_alone), _cell(own.contrasts_in_letters), _cell(own.pairs))
                for name, own in report.groups.items()
            ],
        )
    )


def _conditions(head: str, conditions: Sequence[Condition]) -> str:
    return _table(
        (head, "Concerns found", "Quoted", "R@10", "Harmless flagged"),
        [(own.name, _cell(own.recall), _cell(own.quoted), _cell(own.at_10), _cell(own.false)) for own in conditions],
    )


def _voices(report: Report) -> str:
    voices = list(dict.fromkeys(voice for own in report.groups.values() for voice in own.by_voice))
    rows = [
        (name, *(_cell(own.by_voice[voice]) if voice in own.by_voice else "–" for voice in voices))
        for name, own in report.groups.items()
    ]
    return "Found in the sentence itself, at own thresholds.\n\n" + _table(
        ("Group", *(voice.replace("_", " ") for voice in voices)), rows
    )


def _spelling(report: Report) -> str:
    return (
        "The same letters, typed otherwise throughout: a letter dropped from every fifth longer word, or two swapped, "
        "or the short forms of a phone.\n\n" + _conditions("Spelling", report.spellings)
    )


def _languages(report: Report) -> str:
    if not report.languages:
        return "Not measured: this corpus has no phrases of either language."
    rows = [
        (
            own.language,
            _cell(own.found),
            _percent(own.by_rule),
            _percent(own.named),
            _cell(own.unsupported),
            _cell(own.false),
        )
        for own in report.languages
    ]
    labels = list(report.languages[0].labels)
    return (
        "Sentences with a concern where life may be at risk, and ordinary ones, each by itself. The lexicon has core "
        "phrases of both languages; no model was trained on either, but the encoder has met them elsewhere. Rules "
        "were written by one half of the phrases, and the figures are of the other half: other situations, that no "
        "rule was written for. The same writer wrote rules and phrases, so that mail by others will be found less "
        "often. **A concern in Welsh or Polish is mostly not found as one.** It is text in another language than "
        "English, and opens a review as that.\n\n"
        + _table(
            (
                "Language",
                "Any concern found",
                "By a rule",
                "Named",
                "Opens a review for its language",
                "Ordinary ones flagged",
            ),
            rows,
        )
        + "\n\nAny concern found, by the label of the sentence:\n\n"
        + _table(
            ("Language", *(f"`{label}`" for label in labels)),
            [(own.language, *(_cell(own.labels[label]) for label in labels)) for own in report.languages],
        )
    )


def _calibration(report: Report) -> str:
    rows = [
        (name, f"{own.low:.1f}–{own.high:.1f}", f"{own.mean_score:.2f}", _cell(own.true))
        for name in (ANY_CONCERN, "rights")
        for own in report.groups[name].calibration
    ]
    errors = ", ".join(f"{name} {report.groups[name].calibration_error:.2f}" for name in GROUPS)
    return (
        "A score is the highest of the group's in a letter; the share is of the letters of this test, of which more "
        f"have a concern than in an office's mail. Mean gap between score and share: {errors}.\n\n"
        + _table(("Group", "Score", "Mean", "Letters that have it"), rows)
    )


def _matters(report: Report) -> str:
    own = report.matters
    rows = [(f"is {true}", *(str(own.verdicts[true][verdict]) for verdict in Verdict)) for true in Verdict]
    return (
        f"Verdicts right: {_cell(own.accuracy)}. New matters taken for the same: {_cell(own.new_taken_for_same)}. "
        f"The same taken for new: {_cell(own.same_taken_for_new)}. New information in an old matter found: "
        f"{_cell(own.new_information)}. `unclear` is put before a person.\n\n"
        + _table(("", *(f"said {verdict}" for verdict in Verdict)), rows)
    )


def _certificates(report: Report) -> str:
    rows = []
    for label, own in report.labels.items():
        it = own.certificate
        if it.burden is None:
            threshold = "none but flagging everything" if it.enough else "too few letters"
        else:
            threshold = f"{it.threshold:.2g}, flagging {_percent(it.burden)} of 100"
        few = f"cannot be said: under {fewest_for(it.target)} letters"
        rows.append(
            (
                f"`{label}`",
                f"{100 * it.target:.0f}",
                str(it.noticed.of),
                _percent(it.noticed),
                f"{100 * it.bound:.0f}",
                "yes" if it.certified else "no" if it.enough else few,
                threshold,
            )
        )
    return (
        "Does the whole scan, as it is set, notice the stated share of each label, with 95 % confidence? It takes "
        f"{fewest_for(0.9)} letters without a miss to say so of 90 %, {fewest_for(0.95)} of 95 % and "
        f"{fewest_for(0.99)} of 99 %. Each label is asked by itself; about one in twenty certificates would be given "
        "in error. The last column says which threshold on the label's own score would find so many, and how many of "
        "100 ordinary messages it would flag; none is set by it. A certificate holds only for mail like these texts."
        "\n\n"
        + _table(("Label", "Stated", "Letters", "Noticed", "At least", "Certified", "Threshold that would"), rows)
    )


def _picture(name: str, title: str, caption: str) -> str:
    return f"![{title}](../pictures/{name}.svg)\n\n*{title}. {caption}*"


def _cell(share: Share) -> str:
    if not share.of:
        return "–"
    return f"{100 * share.value:.0f} ({100 * share.low:.0f}–{100 * share.high:.0f}) of {share.of}"


def _percent(share: Share) -> str:
    return f"{100 * share.value:.0f}" if share.of else "–"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
