"""`triage train`: weights of the organisation's own, put in use only where they are nowhere worse; and the way back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.exits import BadInput, Failed
from gateway.cli.opened import opened_store
from gateway.cli.settings import Config, CorpusFolder, Named, settings_of
from gateway.clock import utc_now
from gateway.logs import configure_logs
from gateway.places import corpus_directory
from gateway.settings import Settings
from gateway.weights_shelf import Shelf, Version, shelf_of, told, weights_in_use

if TYPE_CHECKING:
    from classifiers.authored import Item
    from classifiers.late_stage import LateStage
    from classifiers.scan import Scanner
    from classifiers.training.candidate import Candidate
    from classifiers.training.comparison import Comparison
    from gateway.own_lines import Background

_MOST_NAMED = 20
_RESTART = "A gateway that runs goes on with what it has loaded: restart it."


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(train)


def train(
    by: Named,
    background: Annotated[
        list[Path] | None,
        typer.Option(help="Mail that somebody has read and found harmless: an mbox, a Maildir or .eml files; repeat."),
    ] = None,
    no_reviewed: Annotated[bool, typer.Option("--no-reviewed", help="Leave reviewed contacts out.")] = False,
    roll_back: Annotated[bool, typer.Option("--roll-back", help="Train nothing: use the weights before.")] = False,
    corpus: CorpusFolder = corpus_directory(),
    config: Config = None,
) -> None:
    """Train the scan anew from the corpus, reviewed contacts and background mail; or go back to the weights before.

    The new weights are used only if no figure on the locked test is worse beyond noise; else exit 1.
    """
    settings = settings_of(config)
    if roll_back:
        if background or no_reviewed:
            raise BadInput("--roll-back trains nothing: give it alone")
        print(asyncio.run(_roll_back(settings, shelf_of(settings), by)))
        return
    _train(settings, by, background or [], reviewed=not no_reviewed, corpus=corpus)


async def _roll_back(settings: Settings, shelf: Shelf, by: str) -> str:
    async with opened_store(settings) as store:
        before, after = shelf.roll_back(by=by, now=utc_now())
        await store.audit.record("weights_rolled_back", actor=by, subject=f"weights/{after or 'shipped'}", at=utc_now())
    return f"{before} is no longer in use; now in use: {told(after)}. {_RESTART}"


def _train(settings: Settings, by: str, background: Sequence[Path], *, reviewed: bool, corpus: Path) -> None:
    # What only a training needs is not loaded for the way back.
    from classifiers.authored import CorpusError
    from classifiers.encoder import EncoderError
    from classifiers.lexicon import LexiconError
    from classifiers.weights_file import WeightsError
    from gateway.archives import ArchiveError
    from gateway.reading.process import ChildLost

    configure_logs(settings.log_level, human=sys.stderr.isatty())
    shelf = shelf_of(settings)
    # In this order: where somebody goes back between the two, the version is not put.
    in_use = shelf.in_use()
    old = weights_in_use(settings)
    try:
        with shelf.training() as folder:
            own = asyncio.run(_own_lines(settings, background, reviewed=reviewed))
            candidate, comparison = _made(settings, corpus, old, folder, own)
            about = {
                "candidate": candidate.model_dump(mode="json"),
                "instead_of": told(in_use),
                "comparison": comparison.model_dump(mode="json"),
            }
            version = shelf.finish(folder, about, utc_now())
    except (ArchiveError, CorpusError, EncoderError, LexiconError, WeightsError) as error:
        raise BadInput(str(error)) from None
    except ChildLost as error:
        raise Failed(str(error)) from None
    except OSError as error:
        raise Failed(f"{error.filename or 'the weights'} cannot be written: {error.strerror}") from None
    print(_table(comparison))
    better = not comparison.worse
    asyncio.run(_settle(settings, shelf, version, in_use, by, better=better))
    if not better:
        names = ", ".join(f"{row.about} ({row.question})" for row in comparison.worse)
        raise Failed(f"worse beyond noise: {names}. Still in use: {told(in_use)}; the candidate is in {version.folder}")
    print(f"{version.name} is in use instead of {told(in_use)}. {_RESTART}")


def _made(
    settings: Settings, corpus: Path, old: Path, folder: Path, own: Sequence[Item]
) -> tuple[Candidate, Comparison]:
    from classifiers.authored import Side, read
    from classifiers.evaluation.letters import Material
    from classifiers.late_stage import LateStage
    from classifiers.training.candidate import train as train_candidate
    from classifiers.training.comparison import compare

    authored = read(corpus)
    try:  # what the comparison would refuse in the end is refused before the long work
        Material.of(authored, Side.TEST, seed=0)
    except ValueError as error:
        raise BadInput(f"--corpus {corpus}: {error}") from None
    candidate = train_candidate(corpus, old, folder, own, _step, settings.scan.stated_recall)
    late = LateStage.NOW if "semantic" in candidate.models else LateStage.OFF
    with _step("the comparison on the locked test"):
        before, after = (_scanner(settings.scan.lexicons, weights, late) for weights in (old, folder))
        comparison = compare(before, after, authored, candidate.seed)
    return candidate, comparison


def _scanner(lexicons: Path, weights: Path, late: LateStage) -> Scanner:
    from classifiers.scan import Scanner

    scanner = Scanner.load(lexicons, weights, late)
    if scanner.scan_text("Good morning.").status.pending:
        raise Failed(f"{weights / 'semantic'} does not load, so nothing can be compared; the log says why")
    return scanner


async def _own_lines(settings: Settings, background: Sequence[Path], *, reviewed: bool) -> list[Item]:
    from classifiers.own import counted
    from gateway import own_lines
    from gateway.archives import archived
    from gateway.started import reading_pool

    lines: list[Item] = []
    for path in background:  # what is no archive is refused before anything is started
        next(archived(path))
    async with opened_store(settings) as store:
        if reviewed:
            with _step("reviewed contacts"):
                lines += await own_lines.reviewed(store)
    if background:
        with _step("background mail"):
            async with reading_pool(settings, children=settings.triage.children) as pool:
                found = await own_lines.background(background, pool)
        _tell_background(found)
        lines += found.lines
    counts = counted(lines)
    _say(f"own lines: {counts.confirmed} confirmed, {counts.dismissed} dismissed, {counts.background} of background")
    return lines


async def _settle(
    settings: Settings, shelf: Shelf, version: Version, in_use: str | None, by: str, *, better: bool
) -> None:
    """What becomes of the candidate, on the shelf and on the trail."""
    async with opened_store(settings) as store:
        if better:
            shelf.put(version.name, instead_of=in_use, by=by, now=utc_now())
        await store.audit.record(
            "weights_put" if better else "weights_not_put",
            actor=by,
            subject=f"weights/{version.name}",
            at=utc_now(),
            digest=version.digest,
        )


def _tell_background(found: Background) -> None:
    from gateway.own_lines import MOST_MESSAGES

    if not found.complete:
        _say(f"there is more background mail: only {MOST_MESSAGES} messages were taken")
    if found.without_text:
        _say(f"{found.without_text} of {found.messages} messages have no text of their own")
    if found.flagged:
        _say(f"in {len(found.flagged)} of them the scan finds something today; if it is right, stop and take them out:")
    for name, labels in found.flagged[:_MOST_NAMED]:
        _say(f"  {name}: {', '.join(labels)}")
    if len(found.flagged) > _MOST_NAMED:
        _say(f"  and {len(found.flagged) - _MOST_NAMED} more")


def _table(comparison: Comparison) -> str:
    """Every question with a difference, and a line for those with none."""
    head = ("", "of", "old", "new", "gained", "lost", "p", "")
    rows: list[tuple[str, ...]] = []
    question = None
    for row in comparison.rows:
        if row.gained + row.lost:
            if row.question is not question:
                question = row.question
                rows.append((f"{question}:",))
            numbers = (row.of, row.old, row.new, row.gained, row.lost, f"{row.p:.4f}")
            rows.append((f"  {row.about}", *map(str, numbers), "WORSE" if row.worse else "within noise"))
    same = sum(not row.gained + row.lost for row in comparison.rows)
    wide = max(len(row[0]) for row in [head, *rows])
    lines = [
        f"{row[0]:<{wide}}" + "".join(f"{cell:>8}" for cell in row[1:7]) + "".join(f"  {cell}" for cell in row[7:])
        for row in [head, *rows]
    ]
    end = f"{same} of {len(comparison.rows)} figures are the same; {comparison.texts} texts of the locked test."
    return "\n".join([*(line.rstrip() for line in lines), end])


@contextmanager
def _step(what: str) -> Iterator[None]:
    _say(f"{what} …")
    begun = monotonic()
    yield
    _say(f"{what}: {monotonic() - begun:.0f} s")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
