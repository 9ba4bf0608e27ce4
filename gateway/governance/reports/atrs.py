"""A record by the Algorithmic Transparency Recording Standard, version 3.0: tier 1 for everybody, tier 2 in detail.

The fields and their numbers are the standard's, the words are ours; an office checks them before it publishes.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.governance.reports.about import RISKS, in_short, volume
from gateway.governance.reports.document import TO_COMPLETE, Document, Rows, Section
from gateway.governance.reports.facts import ModelFacts, OfficeFacts
from routing.calendar import in_full

_HEAD = ("Field", "Entry")


def atrs(facts: OfficeFacts) -> Document:
    """The record, as far as the product knows."""
    return Document(
        title="Algorithmic transparency record: triage of incoming contact",
        organisation=facts.organisation,
        opening=(
            f"By the Algorithmic Transparency Recording Standard 3.0. Filled in by the triage gateway, version "
            f"{facts.version}. What stands as {TO_COMPLETE} is for the office to say, and the rest for it to check."
        ),
        sections=(
            _section("Tier 1: overview", _overview(facts)),
            _section("Tier 2.1: owner and responsibility", _owner(facts)),
            _section("Tier 2.2: description and rationale", _rationale(facts)),
            _section("Tier 2.3: decision-making process", _process(facts)),
            _section("Tier 2.4.1: the system", _system(facts)),
            *(
                _section(f"Tier 2.4.2: model {number}, {made.name}", _model(made))
                for number, made in enumerate(facts.models, start=1)
            ),
            _section("Tier 2.4.3: data", _data()),
            _section("Tier 2.5: risks, mitigations and impact assessments", _risks(facts)),
        ),
    )


def _section(title: str, rows: Sequence[tuple[str, str]]) -> Section:
    return Section(title, (Rows(_HEAD, rows),))


def _overview(facts: OfficeFacts) -> list[tuple[str, str]]:
    return [
        ("1.1 Name", "Triage gateway"),
        ("1.2 Description", in_short(facts)),
        ("1.3 Website URL", TO_COMPLETE),
        ("1.4 Contact email", TO_COMPLETE),
    ]


def _owner(facts: OfficeFacts) -> list[tuple[str, str]]:
    return [
        ("2.1.1 Organisation or department", facts.organisation),
        ("2.1.2 Team", TO_COMPLETE),
        ("2.1.3 Senior responsible owner", TO_COMPLETE),
        ("2.1.4 External supplier involvement", f"The program is open source (MIT). Who runs it here: {TO_COMPLETE}"),
        ("2.1.4.1 External supplier", TO_COMPLETE),
        ("2.1.4.2 Companies House number", TO_COMPLETE),
        ("2.1.4.3 External supplier role", TO_COMPLETE),
        ("2.1.4.4 Procurement procedure type", TO_COMPLETE),
        ("2.1.4.5 Data access terms", TO_COMPLETE),
    ]


def _rationale(facts: OfficeFacts) -> list[tuple[str, str]]:
    return [
        (
            "2.2.1 Detailed description",
            "A contact is stored, then read by three stages: written rules, a linear model on every sentence, and a "
            "sentence encoder on the most telling ones. Written rules of the contract and of the policy pack "
            f"({facts.pack.name}, version {facts.pack.version}) then say who should see it, by when, and whether it "
            f"keeps to the person's {facts.pack.strategy_term}. Each outcome lists the rules that applied and the "
            "paragraphs they rest on.",
        ),
        (
            "2.2.2 Scope",
            "Email, calls (from logs and notes), voicemail, letters, visits, web forms, text messages and social media "
            "messages to this office. It scores no person, proposes no restriction and answers nobody.",
        ),
        (
            "2.2.3 Benefit",
            "Signs of danger and requests with a statutory clock are before a person at once, also in mail that a "
            "restriction would otherwise leave unread.",
        ),
        ("2.2.4 Previous process", TO_COMPLETE),
        ("2.2.5 Alternatives considered", TO_COMPLETE),
    ]


def _process(facts: OfficeFacts) -> list[tuple[str, str]]:
    acts = "what people decided is acted on" if facts.mode == "enforce" else "everything is delivered as addressed"
    return [
        (
            "2.3.1 Process integration",
            f"It stands before the office's mailboxes, in the mode `{facts.mode}`: {acts}. It opens review items and "
            "alerts; people decide on each.",
        ),
        (
            "2.3.2 Provided information",
            "The contact, what was found with the words it rests on and why, who it is from and how surely, the rules "
            "that applied with their paragraphs, and by when somebody should look.",
        ),
        ("2.3.3 Frequency and scale of usage", volume(facts)),
        (
            "2.3.4 Human decisions and review",
            "A named person makes, approves, reviews and ends each strategy, confirms or dismisses each breach and "
            "each concern, and answers. Nothing is confirmed by a machine.",
        ),
        ("2.3.5 Required training", _training(facts)),
        ("2.3.6 Appeals and review", _appeals(facts)),
    ]


def _training(facts: OfficeFacts) -> str:
    asked = "; ".join(rule.says for rule in facts.pack.life.training)
    return f"The policy asks for: {asked}. In the use of this tool: {TO_COMPLETE}" if asked else TO_COMPLETE


def _appeals(facts: OfficeFacts) -> str:
    dispute = facts.pack.life.dispute
    roles = [facts.pack.life.roles.get(role, role) for role in dispute.to]
    own = f"A strategy can be disputed with: {', '.join(roles)}." if roles else "The policy names no route of its own."
    onward = f" Further: {'; '.join(dispute.onward)}." if dispute.onward else ""
    return own + onward


def _system(facts: OfficeFacts) -> list[tuple[str, str]]:
    late = "with" if facts.late_stage else "without"
    return [
        (
            "2.4.1.1 System architecture",
            "One service on a machine of the office's own: mail is taken in, stored encrypted, read in separate "
            f"processes with limits, decided on by rules, and sent on. It runs {late} the sentence encoder and calls "
            "no service elsewhere.",
        ),
        ("2.4.1.2 Phase", TO_COMPLETE),
        (
            "2.4.1.3 Maintenance",
            "Figures are measured again with each version (`triage evaluate`). Own weights are put in use only if no "
            f"figure got worse. Who looks after it here, and how often: {TO_COMPLETE}",
        ),
        ("2.4.1.4 Models", "; ".join(f"{made.name}: {made.stage.lower()}" for made in facts.models) or "none"),
    ]


def _model(made: ModelFacts) -> list[tuple[str, str]]:
    labels = f"a score for each of {made.labels} labels" if made.labels else "a verdict: same matter, new, or unclear"
    return [
        ("2.4.2.1 Model name", made.name.partition("-")[0]),
        ("2.4.2.2 Model version", made.name),
        ("2.4.2.3 Model task", "To put contacts in order for people who read them"),
        ("2.4.2.4 Model input", "Sentences of a contact"),
        ("2.4.2.5 Model output", labels.capitalize()),
        ("2.4.2.6 Model architecture", made.stage),
        ("2.4.2.7 Model performance", f"See the model card. {made.caveat}".strip()),
        ("2.4.2.8 Datasets", f"Texts written for the purpose, digest {made.trained_on or 'not known'}"),
        ("2.4.2.9 Dataset purposes", "Training, choosing thresholds, and a locked test that is in no training"),
    ]


def _data() -> list[tuple[str, str]]:
    return [
        ("2.4.3.1 Source data name", "The authored corpus; in use: the contacts themselves, and the office's register"),
        ("2.4.3.2 Data modality", "Text"),
        ("2.4.3.3 Data description", "Short invented texts of concern, of rights, of conduct, and harmless near twins"),
        ("2.4.3.4 Data quantities", "See the model card"),
        (
            "2.4.3.5 Sensitive attributes",
            "The corpus is about nobody. Contacts may hold data about health, crime, belief and more; none of it is a "
            "feature of a person.",
        ),
        (
            "2.4.3.6 Data completeness and representativeness",
            "Many voices, dialects and spellings of English, written by several writers; other languages are not "
            f"covered, and are told to a person. How it fits this office's mail: {TO_COMPLETE}",
        ),
        ("2.4.3.7 Source data URL", "The corpus ships with the program"),
        ("2.4.3.8 Data collection", "Written for the purpose; the register is kept by the office"),
        ("2.4.3.9 Data cleaning", "Copies and near copies are found and kept on one side of the split"),
        ("2.4.3.10 Data sharing agreements", TO_COMPLETE),
        (
            "2.4.3.11 Data access and storage",
            "Encrypted record by record on the office's own machine; each view is on an audit trail. Periods: see the "
            "policy pack.",
        ),
    ]


def _risks(facts: OfficeFacts) -> list[tuple[str, str]]:
    day = facts.pack.equality_impact_assessed_on
    assessed = f"assessed on {in_full(day)}" if day else f"the policy pack names no day, {TO_COMPLETE}"
    risks = [(f"2.5.2 Risk and mitigation: {risk}", measure) for risk, measure in RISKS]
    return [
        (
            "2.5.1 Impact assessments",
            f"Data protection: {TO_COMPLETE}. Equality, of the policy: {assessed}. Equality, of the use of this tool: "
            f"{TO_COMPLETE}",
        ),
        *risks,
    ]
