"""What a benchmark measured, beside what it should be."""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One row. `aims`: the targets as (words, met); `cpu_ms`: CPU time a message over all processes of the measured."""

    name: str
    value: str
    cpu_ms: float | None = None
    aims: tuple[tuple[str, bool], ...] = ()


@dataclass
class Report:
    """All rows, and what must be known to read them."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Say it below the table, once."""
        if text not in self.notes:
            self.notes.append(text)

    def show(self, console: Console) -> None:
        """The one table, and the notes below it."""
        table = Table(title="Benchmarks", title_justify="left")
        table.add_column("what")
        table.add_column("measured", justify="right")
        table.add_column("CPU a message", justify="right")
        table.add_column("target")
        for figure in self.figures:
            cpu = "" if figure.cpu_ms is None else f"{figure.cpu_ms:.2f} ms"
            aims = "\n".join(f"{words}: {'met' if met else '[bold red]missed[/]'}" for words, met in figure.aims)
            table.add_row(figure.name, figure.value, cpu, aims)
        console.print(table)
        for note in self.notes:
            console.print(f"- {note}")


def rate(messages: int, seconds: float) -> str:
    """`812/s`."""
    return f"{messages / seconds:,.0f}/s"
