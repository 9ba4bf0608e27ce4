"""The model card's pictures, as SVG by file name."""

from __future__ import annotations

from classifiers.evaluation import plot
from classifiers.evaluation.groups import ANY_CONCERN
from classifiers.evaluation.plot import PER_CENT, Axis, Dot, Line
from classifiers.evaluation.report import Report

_CURVES = (ANY_CONCERN, "rights", "conduct")
_ROW = 22


def pictures(report: Report) -> dict[str, str]:
    """`scan-curve.svg`, `scan-calibration.svg`, `scan-length.svg`, `scan-labels.svg`."""
    return {
        "scan-curve.svg": _curve(report),
        "scan-calibration.svg": _calibration(report),
        "scan-length.svg": _length(report),
        "scan-labels.svg": _labels(report),
    }


def _curve(report: Report) -> str:
    lines = [Line(name, [Dot(point.burden, point.recall) for point in report.groups[name].curve]) for name in _CURVES]
    said = "; ".join(
        f"{name} {report.groups[name].ranking.at_5.value:.0%} at 5 % and "
        f"{report.groups[name].ranking.at_10.value:.0%} at 10 %"
        for name in _CURVES
    )
    return plot.lines_plot(
        "What is found, and what it costs",
        f"The share of letters found, against the share of harmless letters flagged with them: {said}.",
        Axis("harmless letters flagged", tuple((step / 20, f"{5 * step} %") for step in range(7))),
        Axis("found", PER_CENT),
        lines,
        every=5,
    )


def _calibration(report: Report) -> str:
    names = (ANY_CONCERN, "rights")
    lines = [
        Line(
            name,
            [
                Dot(own.mean_score, own.true.value, own.true.low, own.true.high)
                for own in report.groups[name].calibration
            ],
        )
        for name in names
    ]
    gaps = " and ".join(f"{report.groups[name].calibration_error:.2f} for {name}" for name in names)
    return plot.dots_plot(
        "Scores as probabilities",
        "The share of letters that have what was scored, by score, with 95 % intervals. Were scores probabilities, "
        f"the points would lie on the dashed diagonal; the mean gap is {gaps}.",
        Axis("highest score in the letter", tuple((step / 5, f"{step / 5:.1f}") for step in range(6))),
        Axis("letters that have it", PER_CENT),
        lines,
    )


def _length(report: Report) -> str:
    places = list(enumerate(report.lengths))
    found = Line(
        "concern found",
        [Dot(number, own.recall.value, own.recall.low, own.recall.high) for number, own in places],
    )
    quoted = Line(
        "in the sentence itself",
        [Dot(number, own.quoted.value, own.quoted.low, own.quoted.high) for number, own in places],
    )
    false = Line(
        "harmless letter flagged",
        [Dot(number, own.false.value, own.false.low, own.false.high) for number, own in places],
    )
    said = "; ".join(
        f"{own.name} words {own.recall.value:.0%}, {own.quoted.value:.0%} and {own.false.value:.0%}"
        for own in report.lengths
    )
    return plot.lines_plot(
        "Letters by length",
        "Of letters with a concern in them the share found, and found in the sentence itself; of harmless letters the "
        f"share flagged: {said}.",
        Axis("words in the letter", tuple((number, own.name) for number, own in places), margin=0.3),
        Axis("letters", PER_CENT),
        [found, quoted, false],
    )


def _labels(report: Report) -> str:
    top, left = 100, 230
    width = plot.WIDTH - plot.RIGHT - left
    bottom = top + _ROW * len(report.labels)
    body = [
        plot.mark(0, left, 58) + f'<text class="small" x="{left + 12}" y="63">noticed, with its 95 % interval</text>',
        _ring(left + 250, 58) + f'<text class="small" x="{left + 262}" y="63">named</text>',
    ]
    for share, text in PER_CENT:
        x = left + share * width
        body.append(f'<line class="grid" x1="{x:.1f}" y1="{top - 12}" x2="{x:.1f}" y2="{bottom}"/>')
        body.append(f'<text class="small" x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{text}</text>')
    for number, (label, own) in enumerate(report.labels.items()):
        y = top + _ROW * number
        body.append(f'<text class="small" x="{left - 12}" y="{y + 4}" text-anchor="end">{label}</text>')
        if not own.noticed.of:
            body.append(f'<text class="small" x="{left + 8}" y="{y + 4}">no letters</text>')
            continue
        ends = f'x1="{left + own.noticed.low * width:.1f}" x2="{left + own.noticed.high * width:.1f}"'
        body.append(f'<line class="axis" {ends} y1="{y}" y2="{y}"/>')
        body.append(plot.mark(0, left + own.noticed.value * width, y))
        body.append(_ring(left + own.named.value * width, y))
    said = "; ".join(
        f"{label} {own.noticed.value:.0%} and {own.named.value:.0%}" for label, own in report.labels.items()
    )
    return plot.document(
        "Found at the thresholds in force, by label",
        f"The share of letters with each label that is noticed as anything of its kind, and that is named: {said}.",
        body,
        bottom + 36,
    )


def _ring(x: float, y: float) -> str:
    """A square that leaves visible what stands under it."""
    return f'<rect class="ring" x="{x - 7:.1f}" y="{y - 7:.1f}" width="14" height="14"/>'
