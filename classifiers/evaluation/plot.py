"""Plots as SVG written by hand: black on white, lines told apart by dash and mark, said in words for who cannot see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 720, 460
LEFT, RIGHT, TOP, BOTTOM = 70, 24, 92, 60
_DASHES = ("none", "9 5", "2 5")
_STYLE = (
    "text { fill: #0b0c0c } .small { font-size: 13px } .axis { stroke: #0b0c0c; stroke-width: 1.5 } "
    ".grid { stroke: #d5d9dd } .line { stroke: #0b0c0c; stroke-width: 2.2; fill: none } "
    ".full { fill: #0b0c0c; stroke: #0b0c0c } .open { fill: #ffffff; stroke: #0b0c0c; stroke-width: 2 } "
    ".ring { fill: none; stroke: #0b0c0c; stroke-width: 1.5 } "
    ".even { stroke: #6b7480; stroke-width: 1.5; stroke-dasharray: 4 4 }"
)


@dataclass(frozen=True, slots=True)
class Dot:
    """A point; `low` and `high` are the ends of its interval along the y axis."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Dots joined, with the name the key gives them."""

    name: str
    dots: Sequence[Dot]


@dataclass(frozen=True, slots=True)
class Axis:
    """`ticks`: (value, what stands there). The axis reaches `margin` beyond the first and the last."""

    name: str
    ticks: Sequence[tuple[float, str]]
    margin: float = 0.0

    def share(self, value: float) -> float:
        """Where a value lies: 0 at the axis' start, 1 at its end."""
        first, last = self.ticks[0][0] - self.margin, self.ticks[-1][0] + self.margin
        return (value - first) / (last - first)


PER_CENT = tuple((step / 5, f"{20 * step} %") for step in range(6))


def document(title: str, description: str, body: Sequence[str], height: int = HEIGHT) -> str:
    """The picture with its title and description, which a screen reader reads."""
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            'aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="15">',
            f'  <title id="title">{escape(title)}</title>',
            f'  <desc id="desc">{escape(description)}</desc>',
            f"  <style>{_STYLE}</style>",
            f'  <rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            f'  <text x="{LEFT}" y="28" font-weight="600">{escape(title)}</text>',
            *(f"  {line}" for line in body),
            "</svg>\n",
        )
    )


def lines_plot(title: str, description: str, x: Axis, y: Axis, lines: Sequence[Line], *, every: int = 1) -> str:
    """Lines over two axes with a key above, and a mark on every so many dots."""
    body = _grid(x, y)
    for number, line in enumerate(lines):
        places = _places(line, x, y)
        path = " ".join(f"{left:.1f},{top:.1f}" for left, top in places)
        body += [*_key(number, line.name, len(lines)), *_intervals(line, x, y)]
        body.append(f'<polyline class="line" stroke-dasharray="{_DASHES[number]}" points="{path}"/>')
        body += [mark(number, left, top) for left, top in places[every - 1 :: every]]
    return document(title, description, body)


def dots_plot(title: str, description: str, x: Axis, y: Axis, lines: Sequence[Line]) -> str:
    """Dots alone, and a diagonal where both axes say the same."""
    body = [*_grid(x, y), f'<line class="even" x1="{LEFT}" y1="{HEIGHT - BOTTOM}" x2="{WIDTH - RIGHT}" y2="{TOP}"/>']
    for number, line in enumerate(lines):
        body += [*_key(number, line.name, len(lines), joined=False), *_intervals(line, x, y)]
        body += [mark(number, left, top) for left, top in _places(line, x, y)]
    return document(title, description, body)


def _places(line: Line, x: Axis, y: Axis) -> list[tuple[float, float]]:
    return [(_x(x.share(dot.x)), _y(y.share(dot.y))) for dot in line.dots]


def _intervals(line: Line, x: Axis, y: Axis) -> list[str]:
    return [
        f'<line class="axis" x1="{_x(x.share(dot.x)):.1f}" x2="{_x(x.share(dot.x)):.1f}" '
        f'y1="{_y(y.share(dot.low)):.1f}" y2="{_y(y.share(dot.high)):.1f}"/>'
        for dot in line.dots
        if dot.low is not None and dot.high is not None
    ]


def mark(number: int, x: float, y: float) -> str:
    """A full disc, an open square, or an open triangle."""
    if number == 0:
        return f'<circle class="full" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    if number == 1:
        return f'<rect class="open" x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9"/>'
    return f'<path class="open" d="M{x - 5.5:.1f} {y + 4.5:.1f} {x + 5.5:.1f} {y + 4.5:.1f} {x:.1f} {y - 5.5:.1f}z"/>'


def _key(number: int, name: str, count: int, *, joined: bool = True) -> list[str]:
    left = LEFT + number * (WIDTH - LEFT - RIGHT) / count
    ends = f'x1="{left:.0f}" y1="58" x2="{left + 40:.0f}" y2="58"'
    line = [f'<line class="line" stroke-dasharray="{_DASHES[number]}" {ends}/>'] if joined else []
    return [
        *line,
        mark(number, left + 20, 58),
        f'<text class="small" x="{left + 48:.0f}" y="63">{escape(name)}</text>',
    ]


def _grid(x: Axis, y: Axis) -> list[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    lines = []
    for value, text in y.ticks:
        top = _y(y.share(value))
        lines.append(f'<line class="grid" x1="{LEFT}" y1="{top:.1f}" x2="{right}" y2="{top:.1f}"/>')
        lines.append(f'<text class="small" x="{LEFT - 8}" y="{top + 4:.1f}" text-anchor="end">{escape(text)}</text>')
    for value, text in x.ticks:
        left = _x(x.share(value))
        lines.append(f'<line class="axis" x1="{left:.1f}" y1="{bottom}" x2="{left:.1f}" y2="{bottom + 5}"/>')
        lines.append(f'<text class="small" x="{left:.1f}" y="{bottom + 21}" text-anchor="middle">{escape(text)}</text>')
    middle = (LEFT + right) / 2
    return [
        *lines,
        f'<path class="axis" fill="none" d="M{LEFT} {TOP}V{bottom}H{right}"/>',
        f'<text class="small" x="{middle:.0f}" y="{HEIGHT - 16}" text-anchor="middle">{escape(x.name)}</text>',
        f'<text class="small" x="{LEFT - 58}" y="{TOP - 10}">{escape(y.name)}</text>',
    ]


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
