"""What the reports about the tool itself are filled from: the settings that run, the pack, and what is in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.policy import PolicyPack


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model of the scan in use. `trained_on`: the digest of the texts it was made from. `caveat`: its own warning."""

    name: str
    stage: str
    trained_on: str
    labels: int
    caveat: str


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """`contacts_a_year`: of the last twelve months, by channel. `targets`: what is told off the premises, by name.

    `unflagged_days`: after how many days the content of contacts in which nothing was found is erased; 0: never.
    `card`: the model card that ships with the program, as Markdown; None where it is not to be found.
    """

    organisation: str
    manager: str
    pack: PolicyPack
    mode: str
    version: str
    listens: Sequence[str]
    relay: str
    targets: Mapping[str, str]
    store: str
    late_stage: bool
    auditor: bool
    contacts_a_year: Mapping[str, int]
    people: int
    strategies_in_force: int
    people_with_needs: int
    models: Sequence[ModelFacts]
    own_weights: bool
    unflagged_days: int
    card: str | None
