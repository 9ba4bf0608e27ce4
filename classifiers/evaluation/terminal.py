"""A report in lines for a terminal; the page has the rest."""

from __future__ import annotations

from collections.abc import Iterator

from classifiers.evaluation.report import Report
from classifiers.evaluation.targets import targets
from classifiers.shares import Share


def told(report: Report) -> str:
    """Groups, labels, conditions and targets."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"side {report.side}, stages {', '.join(report.stages)}, {report.model}"
    if report.learnt:
        yield "the model may have learnt from this side: for comparing versions only"
    for name, group in report.groups.items():
        yield (
            f"{name:14} found {_of(group.recall)}  quoted {group.quoted.value:4.0%}  "
            f"R@5 {group.ranking.at_5.value:4.0%}  R@10 {group.ranking.at_10.value:4.0%}  AUC {group.ranking.auc:.3f}  "
            f"flagged: messages {group.false_messages.value:4.0%}, letters {group.false_letters.value:4.0%}, "
            f"contrasts {group.contrasts_alone.value:4.0%} (in letters {group.contrasts_in_letters.value:4.0%})  "
            f"pairs {_of(group.pairs)}"
        )
    for label, own in report.labels.items():
        yield (
            f"  {label:26} {own.noticed.of:4} letters  noticed {own.noticed.value:4.0%}  named {own.named.value:4.0%}  "
            f"R@10 {own.ranking.at_10.value:4.0%}  noticed @10 {own.kind_ranking.at_10.value:4.0%}  "
            f"flagged {own.false_messages.value:4.0%}"
        )
    yield from _thresholds(report)
    for what, conditions in (("words", report.lengths), ("spelling", report.spellings)):
        for one in conditions:
            yield (
                f"{what} {one.name:16} found {_of(one.recall)}  quoted {one.quoted.value:4.0%}  "
                f"R@10 {one.at_10.value:4.0%}  flagged {_of(one.false)}"
            )
    for language in report.languages:
        yield (
            f"{language.language:8} concerns found {_of(language.found)}, by a rule {language.by_rule.value:.0%}; "
            f"opens a review for its language {language.unsupported.value:.0%}; flagged {_of(language.false)}"
        )
    matters = report.matters
    yield f"matters: right {_of(matters.accuracy)}, new taken for same {_of(matters.new_taken_for_same)}"
    for target in targets(report):
        sign = "≤" if target.at_most else "≥"
        yield f"target {target.what}: {_of(target.measured)} {sign} {target.wanted:.0%}: {target.reached}"


def _thresholds(report: Report) -> Iterator[str]:
    """How training set each; nothing where it could not say."""
    for label, own in report.control.items():
        certified = "certified" if own.certified else "not certified" if own.enough else "not certified: too few"
        yield (
            f"  {label:26} stated {own.stated:.0%}: {certified}, at least {own.now.bound:.0%} of "
            f"{own.now.noticed.of} families; threshold by the {own.decided}, flagging {_of(own.now.burden)}"
        )


def _of(share: Share) -> str:
    return f"{share.value:4.0%} ({share.low:.0%}–{share.high:.0%})"
