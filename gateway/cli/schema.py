"""`triage schema`: the JSON Schema of every format we read or write, and the reasons a decision can give."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter

from gateway.cli.exits import BadInput
from gateway.governance.reports.annual_page import AnnualReport
from models.contact import Contact
from models.decision import Decision, ReviewItem
from models.envelope import Envelope
from models.finding import Finding
from models.history import EarlierContact, Outbound
from models.identity import Match
from models.matter import Matter
from models.organisation import Organisation
from models.person import Person
from models.policy import PolicyPack
from models.register import Register
from models.restriction import Restriction
from models.scan import MatterVerdict, ScanResult
from models.strategy import Strategy
from routing.reasons import REASONS

SCHEMAS: dict[str, Any] = {
    "annual-report": AnnualReport,
    "contact": Contact,
    "decision": Decision,
    "earlier-contact": EarlierContact,
    "envelope": Envelope,
    "finding": Finding,
    "matter": Matter,
    "match": Match,
    "matter-verdict": MatterVerdict,
    "organisation": Organisation,
    "outbound": Outbound,
    "person": Person,
    "policy": PolicyPack,
    "register": Register,
    "restriction": Restriction,
    "review-item": ReviewItem,
    "scan": ScanResult,
    "strategy": Strategy,
}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(schema)


def schema(name: Annotated[str, typer.Argument(help="A format's name, or `reasons`.")]) -> None:
    """Print a format's JSON Schema, or the ids of the reasons with their meanings."""
    if name == "reasons":
        document: object = dict(sorted(REASONS.items()))
    elif name in SCHEMAS:
        document = TypeAdapter(SCHEMAS[name]).json_schema(by_alias=True)
    else:
        raise BadInput(f"no schema {name!r}; there are reasons, {', '.join(SCHEMAS)}")
    json.dump(document, sys.stdout, indent=2)
    sys.stdout.write("\n")
