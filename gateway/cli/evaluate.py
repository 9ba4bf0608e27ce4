"""`triage evaluate`: what the scan finds and misses of the authored corpus, and the model card that says so."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from classifiers.authored import CorpusError, Side, read
from classifiers.scan import Scanner
from gateway.cli.exits import BadInput, Failed
from gateway.cli.settings import Config, CorpusFolder, settings_of
from gateway.cli.writing import writing
from gateway.places import corpus_directory
from gateway.started import all_stages
from gateway.weights_shelf import weights_in_use


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(evaluate)


def evaluate(
    side: Annotated[
        Side, typer.Option("--side", help="`test` is the locked one: open it for a report only.")
    ] = Side.DEV,
    as_json: Annotated[bool, typer.Option("--json", help="All figures as one JSON object, without speed.")] = False,
    write: Annotated[
        Path | None,
        typer.Option("--write", help="A folder of documents: writes reference/model-card.md and pictures/scan-*.svg."),
    ] = None,
    corpus: CorpusFolder = corpus_directory(),
    seed: Annotated[int | None, typer.Option("--seed", help="Instead of the one the model was trained with.")] = None,
    config: Config = None,
) -> None:
    """Measure the scan on letters made from the corpus: recall, burden, calibration, and how sure each figure is."""
    # What only this command needs is not loaded for the others.
    from classifiers.evaluation import evaluate as measured
    from classifiers.evaluation.languages import held_out
    from classifiers.evaluation.page import card
    from classifiers.evaluation.pictures import pictures
    from classifiers.evaluation.speed import machine, speeds
    from classifiers.evaluation.terminal import told
    from classifiers.fast import FastModel
    from classifiers.lexicon import LexiconError
    from classifiers.weights_file import WeightsError

    if write is not None and not write.is_dir():
        raise BadInput(f"--write {write}: there is no such folder")
    whole = settings_of(config)
    settings, weights = whole.scan, weights_in_use(whole)
    try:
        authored, other_languages = read(corpus), held_out(corpus)
    except CorpusError as error:
        raise BadInput(str(error)) from None
    try:
        scanner = Scanner.load(settings.lexicons, weights, all_stages(whole))
        if seed is None:
            manifest = FastModel.load(weights / "fast").manifest
            seed = manifest.seed if manifest else 0
    except (LexiconError, WeightsError) as error:
        raise BadInput(str(error)) from None
    speed = [] if as_json else speeds(scanner, settings.lexicons, weights, authored)
    try:
        report = measured(scanner, authored, seed, side, other_languages)
    except ValueError as error:
        raise Failed(str(error)) from None
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=1) + "\n")
    else:
        print(told(report))
        for own in speed:
            print(f"speed: {own.stages} {own.messages_a_second:,.0f} messages/s of 120 words, one core ({machine()})")
    if write is not None:
        _put(write / "reference" / "model-card.md", card(report))
        for name, picture in pictures(report).items():
            _put(write / "pictures" / name, picture)


def _put(path: Path, text: str) -> None:
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
