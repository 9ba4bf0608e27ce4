"""Strategies that have a life here, laid over what the register says of them.

What has a file is as its file says, whatever the register file says: it takes the register's place where both have it,
is added where only the file has it, and is gone where the file was erased, or says that there is none. A file that has
no projection yet says nothing, and what the register says stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from gateway.store.errors import StoreError
from gateway.store.files import open_projection, record_of
from gateway.store.schema import Row, file
from gateway.store.sealing import SealError
from gateway.store.vault import Vault
from models.register import Dossier
from models.strategy import Strategy

STRATEGY = "strategy"
"""The kind of the files that are laid over the register."""

NO_STRATEGY = "null"
"""What a file says of a strategy that never came to be, whatever the register says of it."""

_DOSSIERS_A_QUERY = 500


@dataclass(frozen=True, slots=True)
class ManagedStrategy:
    """A strategy that is as its file says. `erased`: it says that there is none."""

    id: str
    erased: bool


def lay_over(connection: sa.Connection, vault: Vault, dossiers: Sequence[Dossier]) -> tuple[Dossier, ...]:
    """The dossiers with what the files say of their strategies; the register's order, what is added at the end."""
    laid: list[Dossier] = []
    for start in range(0, len(dossiers), _DOSSIERS_A_QUERY):
        laid += _lay_over(connection, vault, dossiers[start : start + _DOSSIERS_A_QUERY])
    return tuple(laid)


def _lay_over(connection: sa.Connection, vault: Vault, dossiers: Sequence[Dossier]) -> Iterable[Dossier]:
    asked = {
        "people": [dossier.person.id for dossier in dossiers],
        # By id too: an erased file names nobody, and the register may give a strategy to another than its file does.
        # Never an empty list: for one the planner would go through every strategy there is.
        "ids": [strategy.id for dossier in dossiers for strategy in dossier.strategies] or [""],
    }
    rows = {row.id: row for row in connection.execute(_SAID, asked)}
    if not rows:
        return dossiers
    vault.look_up(connection, [record_of(id_) for id_, row in rows.items() if row.projection is not None])
    said: dict[str, dict[str, Strategy]] = defaultdict(dict)
    for id_, row in sorted(rows.items()):
        if row.projection is not None and (strategy := _what_is_said(connection, vault, row)) is not None:
            said[row.person][id_] = strategy
    return [_with(dossier, said[dossier.person.id], rows.keys()) for dossier in dossiers]


def _what_is_said(connection: sa.Connection, vault: Vault, row: Row) -> Strategy | None:
    """The strategy as its file says it is, None where it says that there is none.

    SealError, which says what to do, where that cannot be read.
    """
    try:
        text = open_projection(vault.key(connection, record_of(row.id)), row)
        return None if text == NO_STRATEGY else Strategy.model_validate_json(text)
    except (SealError, ValueError) as error:  # ValueError: it opens and is no strategy, and its text is content
        why = f" ({error})" if isinstance(error, SealError) else ""
        raise SealError(
            f"{row.id} cannot be read{why}, so nobody can tell what it restricts and what it is about until the store "
            "is restored from a backup"
        ) from None


def _with(dossier: Dossier, own: dict[str, Strategy], known: Collection[str]) -> Dossier:
    """`own`: what the files say of this person's strategies; `known`: every strategy of which a file says anything."""
    kept = {
        strategy.id: own.get(strategy.id, strategy)
        for strategy in dossier.strategies
        if strategy.id in own or strategy.id not in known
    }
    return dossier.model_copy(update={"strategies": tuple({**kept, **own}.values())})


def read_managed(connection: sa.Connection) -> tuple[ManagedStrategy, ...]:
    """Every strategy that is as its file says, by id."""
    return tuple(ManagedStrategy(row.id, row.erased_at is not None) for row in connection.execute(_MANAGED))


def read_erased(connection: sa.Connection) -> frozenset[str]:
    """The strategies that were erased here, by id."""
    return frozenset(connection.scalars(_ERASED))


def read_damaged(connection: sa.Connection, vault: Vault) -> tuple[str, ...]:
    """The strategies that have not ended whose file says nothing that can be read, by id."""

    def is_damaged(row: Row) -> bool:
        try:
            _what_is_said(connection, vault, row)
        except SealError:
            return True
        return False

    rows = connection.execute(_ALIVE).all()
    return tuple(row.id for row in rows if row.projection is not None and is_damaged(row))


def expect_the_living(
    connection: sa.Connection,
    vault: Vault,
    known: Mapping[str, Collection[str]],
    *,
    matters_now: Callable[[sa.Connection, str], Collection[str]],
) -> None:
    """StoreError where a strategy is alive whose person, or one of whose matters, is not in `known`: person -> matters.

    Without them it would go out of force, or cover less, and nobody would be told. One that cannot be read may be about
    any of the matters that the register in force has of its person, `matters_now`, and is in the way of nobody else.
    """
    alive = connection.execute(_ALIVE).all()
    vault.look_up(connection, [record_of(row.id) for row in alive])
    missing = []
    for row in alive:
        if row.person not in known:
            missing.append(f"{row.person} ({row.id})")
        elif row.projection is not None:
            about, named = _about(connection, vault, row, matters_now)
            missing += [f"{matter} of {row.person} ({named})" for matter in about if matter not in known[row.person]]
    if missing:
        raise StoreError(
            f"the register lacks what strategies here that have not ended are about: {', '.join(missing)}; "
            "put it back into the register file, or end the strategy first"
        )


def _about(
    connection: sa.Connection,
    vault: Vault,
    row: Row,
    matters_now: Callable[[sa.Connection, str], Collection[str]],
) -> tuple[Collection[str], str]:
    """The matters that it is about, or may be about where it cannot be read; and how it is called."""
    try:
        strategy = _what_is_said(connection, vault, row)
        return strategy.matters if strategy else (), row.id
    except SealError:
        return sorted(matters_now(connection, row.person)), f"{row.id}, which cannot be read"


_SAYS = (file.c.kind == STRATEGY) & (file.c.projection.is_not(None) | file.c.erased_at.is_not(None))
_SAID_OF = sa.select(file.c.id, file.c.person, file.c.steps, file.c.projection).where(_SAYS)
# Two queries in one, each by an index of its own; asked for either at once, the planner would use neither.
_SAID = sa.union_all(
    _SAID_OF.where(file.c.person.in_(sa.bindparam("people", expanding=True))),
    _SAID_OF.where(file.c.id.in_(sa.bindparam("ids", expanding=True))),
)
"""What the files say of the strategies of `people` and of those called `ids`; a row twice where it is both."""
_MANAGED = sa.select(file.c.id, file.c.erased_at).where(_SAYS).order_by(file.c.id)
_ERASED = sa.select(file.c.id).where(file.c.kind == STRATEGY, file.c.erased_at.is_not(None))
_ALIVE = (
    sa.select(file.c.id, file.c.person, file.c.steps, file.c.projection)
    .where(file.c.kind == STRATEGY, ~file.c.closed, file.c.person.is_not(None))
    .order_by(file.c.id)
)
LAST_STEP = sa.select(sa.func.coalesce(sa.func.max(file.c.last_seq), 0)).where(file.c.kind == STRATEGY)
"""The newest step in the file of any strategy, 0 for none: it moves whenever any of them changes."""
