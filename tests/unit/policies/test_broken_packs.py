"""Packs that are wrong: each fault names file, line and field, with what was expected; nothing of them is taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gateway.faults import YamlFileError
from gateway.policies import Policies, load_pack
from models.policy_cautions import cautions

GOOD = """\
id: office
name: Office
version: "1"
cites: {new_matter: [Office 1]}
life:
  roles:
    staff: Staff
    manager: Manager
    chief: Chief Executive
    equality_adviser: Adviser
  stages:
    - {number: 1, name: Warning}
    - {number: 2, name: Managed}
  behaviours:
    - {id: abuse, says: Abuse}
    - {id: chasing, says: Chasing}
  checklist:
    - {id: explained, question: "Explained?"}
    - {id: news, question: "News?", required_answer: no, stages: [2]}
  approvals:
    - {id: consulted, act: consulted, roles: [manager], before: submission}
    - {id: signed, act: signs, roles: [manager], stages: [2]}
    - {id: decided, act: decides, roles: [chief], distinct_from: [author, signed], nominee_of: chief}
  measures:
    - {kind: spoc_only}
    - {kind: call_window, stages: [1], fields: [calls]}
    - {kind: call_window, stages: [2]}
  warning:
    needed: waivable
    waivers: {safety: At risk}
  notice:
    any_of: [post]
    parts: [reasons, dispute, ombudsman, policy_copy, rights, emergency]
    attachments: [policy]
    senders: [staff]
    sender_when: {manager: Across services}
  review:
    every: P3M
    ceiling: P6M
    reviewers: [manager]
    not_by: [author, decider]
    silent_outcomes_need: chief
  duration:
    least: P1M
    usual: P6M
    most: P1Y
  dispute:
    to: [chief]
    reviewed_by: [chief]
    window: 15
    covers: [strategy]
    onward: [An ombudsman]
  breaches:
    - {action: reminder_letter, decided_by: [manager]}
    - {action: next_stage, from_count: 2, decided_by: [chief]}
  police:
    always: [violence]
    consider: [abuse]
    by: [manager]
  sharing:
    asked: [chief]
  incidents:
    - kind: visit
      asks:
        - {id: called, question: "Police called?"}
      tasks:
        - {id: welfare, says: Support, to: manager}
  welfare:
    - {id: support, says: Support, to: manager}
  referrals:
    - {id: care, name: Adult Social Care, for: wellbeing}
  registers:
    - {kind: dangerous_persons, name: Dangers, approvers: [chief], review_every: P1Y, review_by_approver: true}
  conference: {chair: chief, invites: [Legal], settles: [A path]}
  retention:
    - {record: strategy, trigger: closed, period: P24M}
  reports:
    - {id: figures, says: Figures, to: chief}
  needs_reason: [scope_organisation]
  rules:
    X-01:
      modes: [enforced]
      says: Reviewed.
      by: [review.every, checklist.news, pack.cites.new_matter, "feature:clocks"]
"""

Case = tuple[str, str, str]
"""What is altered, into what, and the line that says so; F is the file."""

NAMES: list[Case] = [
    (
        'version: "1"\n',
        'version: "1"\nconflict_to: maneger\n',
        "F:4: conflict_to: no queue is called maneger; expected",
    ),
    (
        "approvers: [chief], review_every",
        "approvers: [chief], seen_by: [chef], review_every",
        "F:73: life.registers[0].seen_by[0]: chef is not among the roles; did you mean chief?",
    ),
    (
        "roles: [chief], distinct",
        "roles: [boss], distinct",
        "F:23: life.approvals[2].roles[0]: boss is not among the roles",
    ),
    (
        "nominee_of: chief",
        "nominee_of: chef",
        "F:23: life.approvals[2].nominee_of: chef is not among the roles; did you mean chief?",
    ),
    (
        "needs_reason: [scope_organisation]",
        "complaints_about: {staff: The chief}\n  complaints_elsewhere: [staf]",
        "F:80: life.complaints_elsewhere: staf is not among complaints_about; did you mean staff?",
    ),
    (
        "cites: {new_matter: [Office 1]}",
        "alerts: {immediate: {rungs: [{to: queue}, {to: chef}]}}\ncites: {new_matter: [Office 1]}",
        "F:4: alerts.immediate.rungs[1].to: chef is none of queue, manager, deputy, nor among the roles; did you mean chief?",
    ),
    (
        "cites: {new_matter: [Office 1]}",
        "alerts: {same_day: {rungs: [{to: chief}, {to: queue}]}}\ncites: {new_matter: [Office 1]}",
        "F:4: alerts.same_day.rungs[1].to: the last rung is the alert's own addresses again; expected somebody else",
    ),
    ("senders: [staff]", "senders: [clerk]", "F:35: life.notice.senders[0]: clerk is not among the roles"),
    (
        "{manager: Across",
        "{managers: Across",
        "F:36: life.notice.sender_when.managers: managers is not among the roles; did you mean manager?",
    ),
    (
        "reviewers: [manager]",
        "reviewers: [manager, nobody]",
        "F:40: life.review.reviewers[1]: nobody is not among the roles",
    ),
    (
        "silent_outcomes_need: chief",
        "silent_outcomes_need: ig",
        "F:42: life.review.silent_outcomes_need: ig is not among the roles",
    ),
    ("    to: [chief]\n", "    to: [panel]\n", "F:48: life.dispute.to[0]: panel is not among the roles"),
    (
        "reviewed_by: [chief]",
        "reviewed_by: [director]",
        "F:49: life.dispute.reviewed_by[0]: director is not among the roles",
    ),
    (
        "from_count: 2, decided_by: [chief]",
        "from_count: 2, decided_by: [irm]",
        "F:55: life.breaches[1].decided_by[0]: irm is not among the roles",
    ),
    ("    by: [manager]\n", "    by: [sergeant]\n", "F:59: life.police.by[0]: sergeant is not among the roles"),
    ("asked: [chief]", "asked: [dpo]", "F:61: life.sharing.asked[0]: dpo is not among the roles"),
    (
        "        - {id: welfare, says: Support, to: manager}",
        "        - {id: welfare, says: Support, to: hr}",
        "F:67: life.incidents[0].tasks[0].to: hr is not among the roles",
    ),
    (
        "    - {id: support, says: Support, to: manager}",
        "    - {id: support, says: Support, to: hr}",
        "F:69: life.welfare[0].to: hr is not among the roles",
    ),
    (
        "approvers: [chief]",
        "approvers: [chiefs]",
        "F:73: life.registers[0].approvers[0]: chiefs is not among the roles; did you mean chief?",
    ),
    ("{chair: chief", "{chair: director", "F:74: life.conference.chair: director is not among the roles"),
    ("says: Figures, to: chief", "says: Figures, to: slt", "F:78: life.reports[0].to: slt is not among the roles"),
    (
        "    equality_adviser: Adviser\n",
        "",
        "F:5: life.adjustment_advice_from[0]: equality_adviser is not among the roles",
    ),
    ("{id: chasing,", "{id: abuse,", "F:16: life.behaviours[1].id: abuse is used already"),
    ("{id: news,", "{id: explained,", "F:19: life.checklist[1].id: explained is used already"),
    ("{id: signed,", "{id: consulted,", "F:22: life.approvals[1].id: consulted is used already"),
    ("action: next_stage", "action: reminder_letter", "F:55: life.breaches[1].action: reminder_letter is used already"),
    ("{number: 2,", "{number: 1,", "F:13: life.stages[1].number: 1 is used already"),
    ("{number: 2,", "{number: 3,", "F:11: life.stages: expected the numbers 1, 2, 3 … in order, got 1, 3"),
    (
        "required_answer: no, stages: [2]",
        "required_answer: no, stages: [3]",
        "F:19: life.checklist[1].stages[0]: stage 3 is not declared; there are 1, 2",
    ),
    (
        "roles: [manager], stages: [2]",
        "roles: [manager], stages: [4]",
        "F:22: life.approvals[1].stages[0]: stage 4 is not declared; there are 1, 2",
    ),
    (
        "call_window, stages: [2]",
        "call_window, stages: [2, 5]",
        "F:27: life.measures[2].stages[1]: stage 5 is not declared; there are 1, 2",
    ),
]
CHAIN: list[Case] = [
    (
        "[author, signed]",
        "[author, sined]",
        "F:23: life.approvals[2].distinct_from[1]: sined is no act of the chain; expected author, consulted, signed, decided",
    ),
    ("[author, signed]", "[decided]", "F:23: life.approvals[2].distinct_from[0]: decided is this act itself"),
    (
        "act: decides",
        "act: proposes",
        "F:23: life.approvals[2].act: the last act at stage 1 decides nothing; expected decides, signs or agrees",
    ),
    (
        "nominee_of: chief}",
        "stages: [2]}",
        "F:21: life.approvals[0].act: the last act at stage 1 decides nothing; expected decides, signs or agrees",
    ),
    (
        "nominee_of: chief}",
        "before: submission}",
        "F:23: life.approvals[2].before: the last act at stage 1 comes before submission; expected approval",
    ),
    (
        "act: decides",
        "act: approves",
        "F:23: life.approvals[2].act: expected 'consulted', 'proposes', 'agrees', 'signs' or 'decides'",
    ),
    ("not_by: [author, decider]", "not_by: [writer]", "F:41: life.review.not_by[0]: nobody is known as writer"),
]
MEASURES: list[Case] = [
    (
        "- {kind: spoc_only}",
        "- {kind: call_window}",
        "F:26: life.measures[1].kind: call_window is listed twice for stage 1",
    ),
    (
        "call_window, stages: [2]",
        "call_window, stages: [1]",
        "F:27: life.measures[2].kind: call_window is listed twice for stage 1",
    ),
    (
        "fields: [calls]",
        "fields: [minutes]",
        "F:26: life.measures[1].fields[0]: call_window has no setting minutes; expected slots, calls, per",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: spoc_only, fields: [name]}",
        "F:25: life.measures[0].fields[0]: spoc_only has no setting name; it has none",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: spoc}",
        "F:25: life.measures[0].kind: no such restriction; there are channel_blocked",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: reply_cycle, limits: {minutes: {most: 9}}}",
        "F:25: life.measures[0].limits.minutes: reply_cycle has no setting minutes; expected every",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: spoc_only, limits: {every: {most: P1M}}}",
        "F:25: life.measures[0].limits.every: spoc_only has no setting every; it has none",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: reply_cycle, limits: {every: {most: 30}}}",
        "F:25: life.measures[0].limits.every.most: every is a period; expected one such as P1M, got 30",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: reply_cycle, limits: {every: {most: monthly}}}",
        "F:25: life.measures[0].limits.every.most: expected an ISO 8601 duration of at least a day such as P14D or P1M",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: reply_cycle, limits: {every: {most: 0}}}",
        "F:25: life.measures[0].limits.every.most: expected a number of at least 1, or a period such as P1M",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: reply_cycle, limits: {every: {least: P2M, most: P1M}}}",
        "F:25: life.measures[0].limits.every.least: more than most: P2M is more than P1M",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: reply_cycle, limits: {every: {}}}",
        "F:25: life.measures[0].limits.every: limits nothing; expected least, most or among",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: reply_cycle, limits: {every: {maximum: P1M}}}",
        "F:25: life.measures[0].limits.every.maximum: there is no such field",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: call_duration, limits: {minutes: {least: P1D}}}",
        "F:25: life.measures[0].limits.minutes.least: minutes is a number; expected one such as 10, got P1D",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: channel_only, limits: {channels: {among: [fax]}}}",
        "F:25: life.measures[0].limits.channels.among[0]: channels is never fax; expected email, telephone",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: channel_only, limits: {channels: {most: 1}}}",
        "F:25: life.measures[0].limits.channels.most: channels is chosen from a list; expected among",
    ),
    (
        "- {kind: spoc_only}",
        "- {kind: cease_and_desist, limits: {text: {most: 9}}}",
        "F:25: life.measures[0].limits.text: text takes no limit",
    ),
]
TIMES: list[Case] = [
    ("ceiling: P6M", "ceiling: P1M", "F:39: life.review.ceiling: shorter than every: P1M is less than P3M"),
    (
        "ceiling: P6M",
        "ceiling: six months",
        "F:39: life.review.ceiling: expected an ISO 8601 duration of at least a day such as P14D or P1M",
    ),
    ("least: P1M", "least: P2Y", "F:44: life.duration.least: longer than most: P2Y is more than P1Y"),
    ("usual: P6M", "usual: P14D", "F:45: life.duration.usual: shorter than least: P14D is less than P1M"),
    ("usual: P6M", "usual: P18M", "F:45: life.duration.usual: longer than most: P18M is more than P1Y"),
]
LETTERS: list[Case] = [
    (", emergency]", "]", "F:33: life.notice.parts: emergency is missing; every notice says how to reach help"),
    (
        "any_of: [post]",
        "any_of: []",
        "F:31: life.notice: no way of sending it: expected all_of or any_of with post, email or both",
    ),
    ("any_of: [post]", "any_of: [fax]", "F:32: life.notice.any_of[0]: expected 'post' or 'email'"),
    ("parts: [reasons,", "parts: [reasons, reasons,", "F:33: life.notice.parts[1]: reasons is named twice"),
    (
        "attachments: [policy]",
        "attachments: []",
        "F:33: life.notice.parts[3]: policy_copy: the letter says that the policy is enclosed",
    ),
    ("    onward: [An ombudsman]\n", "", "F:48: life.dispute.to: there is nobody to turn to after it; expected onward"),
    ("    onward: [An ombudsman]\n", "", "F:33: life.notice.parts[2]: ombudsman: dispute.onward names none"),
    ("    to: [chief]\n", "", "F:33: life.notice.parts[1]: dispute: dispute.to names nobody"),
    (
        "    to: [chief]\n",
        "",
        "F:49: life.dispute.window: the policy names nobody to whom a decision is disputed; expected to",
    ),
    (
        "    waivers: {safety: At risk}\n",
        "",
        "F:28: life.warning: waivers: missing; a warning that may be left out needs the reasons that count",
    ),
    (
        "needed: waivable",
        "needed: required",
        "F:30: life.warning.waivers: a warning that is required is never left out",
    ),
    (
        "    waivers: {safety: At risk}\n",
        "    waivers: {safety: At risk}\n    waiver_stages: {safty: [1]}\n",
        "F:31: life.warning.waiver_stages.safty: safty is not among waivers; did you mean safety?",
    ),
    (
        "    waivers: {safety: At risk}\n",
        "    waivers: {safety: At risk}\n    waiver_stages: {safety: [3]}\n",
        "F:31: life.warning.waiver_stages.safety: stage 3 is not declared",
    ),
]
WORDS: list[Case] = [
    ("always: [violence]", "always: [violense]", "F:57: life.police.always[0]: unknown kind violense; expected violence"),
    ("consider: [abuse]", "consider: [violence]", "F:58: life.police.consider[0]: violence is among always; it is one or the other"),
    ("    by: [manager]\n", "    by: []\n", "F:59: life.police.by: nobody decides whether police are told; expected a role"),
    ("asked: [chief]", "asked: []", "F:61: life.sharing.asked: nobody is asked before details go to others; expected a role"),
    ("  sharing:\n", "  adjustment_advice_from: []\n  sharing:\n", "F:60: life.adjustment_advice_from: nobody advises on equality, so no adjustment could be changed or taken away; expected a role"),
    ("approvers: [chief], review_every", "approvers: [chief], tells: [chief], review_every", "F:73: life.registers[0].tells[0]: chief would be told of what they may not see; expected a role of seen_by"),
    ("approvers: [chief], review_every", "approvers: [chief], asked_by: [chef], review_every", "F:73: life.registers[0].asked_by[0]: chef is not among the roles; did you mean chief?"),
    ("kind: dangerous_persons", "kind: complex_cases, asked_by: [chief]", "F:73: life.registers[0].asked_by: nobody asks this register before a visit; expected it of dangerous persons or properties"),
    ("approvers: [chief], ", "", "F:73: life.registers[0].approvers: nobody approves an entry, so no approver can look at it again"),
    ("record: strategy", "record: stratergy", "F:76: life.retention[0].record: unknown record stratergy; expected strategy"),
    ("record: strategy, trigger: closed", "record: contact, trigger: dormant", "F:76: life.retention[0].trigger: a contact never comes to rest; expected opened or closed"),
    ("trigger: closed", "trigger: shut", "F:76: life.retention[0].trigger: unknown trigger shut; expected opened, closed"),
    ("covers: [strategy]", "covers: [bans]", "F:51: life.dispute.covers[0]: unknown record bans; expected strategy"),
    ("[scope_organisation]", "[scope_organization]", "F:79: life.needs_reason[0]: unknown word scope_organization; expected scope_organisation"),
    ("required_answer: no", "required_answer: na", "F:19: life.checklist[1].required_answer: expected yes or no"),
    ("required_answer: no", "required_answer: never", "F:19: life.checklist[1].required_answer: expected 'yes', 'no' or 'na'"),
    ("[review.every,", "[review.evry,", "F:84: life.rules.X-01.by[0]: review.evry leads nowhere in this pack: there is no evry"),
    ("checklist.news", "checklist.olds", "F:84: life.rules.X-01.by[1]: checklist.olds leads nowhere in this pack: there is no olds"),
    ("[review.every,", "[duration.cites,", "F:84: life.rules.X-01.by[0]: duration.cites is empty in this pack, so it meets nothing"),
    ("pack.cites.new_matter", "pack.cites.old_matter", "F:84: life.rules.X-01.by[2]: pack.cites.old_matter leads nowhere in this pack: there is no old_matter"),
    ("cites: {new_matter:", "cites: {always_reviewd: [Office 2], new_matter:", "F:4: cites.always_reviewd: no decision has a reason or restriction always_reviewd; did you mean always_reviewed?"),
    ("policy_copy, rights, emergency]", "policy_copy, emergency]", "F:33: life.notice.parts: rights is missing; every notice says"),
    ("feature:clocks", "feature:clock", "F:84: life.rules.X-01.by[3]: no such feature clock; did you mean clocks?"),
    ("      says: Reviewed.\n", "      says: Reviewed.\n      invariant: true\n", "F:85: life.rules.X-01.by[0]: review.every can be altered, and an invariant cannot; expected features, and paragraphs quoted for it"),
    ("version: \"1\"", "version: 1", "F:3: version: expected text, got a number; put it in quotes"),
    ("version: \"1\"", "version: \"1\"\nholidays: atlantis", "F:4: holidays: unknown bank holiday division 'atlantis'"),
    ("version: \"1\"", "version: \"1\"\noffice_hours: {opens: \"09:00Z\"}", "F:4: office_hours.opens: a time of day has no offset; it is in the organisation's zone"),
    ("version: \"1\"", "version: \"1\"\noffice_hours: {days: []}", "F:4: office_hours.days: expected at least 1 in the list, got 0"),
    ("version: \"1\"", "version: \"1\"\noffice_hours: {opens: \"17:00\"}", "F:4: office_hours: an office closes after it opens, got 17:00 to 17:00"),
    ("version: \"1\"", "version: \"1\"\noffice_hours: {opens: \"10:00\", closes: \"08:00\"}", "F:4: office_hours.closes: an office closes after it opens, got 10:00 to 08:00"),
    ("version: \"1\"", "version: \"1\"\nrights: {foi_working_days: 200}", "F:4: rights.foi_working_days: expected a number of at most 20"),
    ("version: \"1\"", "version: \"1\"\nrights: {eir_working_days: 21}", "F:4: rights.eir_working_days: expected a number of at most 20"),
    ("version: \"1\"", "version: \"1\"\nrights: {data_rights_months: 2}", "F:4: rights.data_rights_months: expected a number of at most 1"),
    ("version: \"1\"", "version: \"1\"\nrights: {data_protection_complaint_days: 31}", "F:4: rights.data_protection_complaint_days: expected a number of at most 30"),
    ("version: \"1\"", "version: \"1\"\nrights: {complaint_working_days: 0}", "F:4: rights.complaint_working_days: expected a number over 0"),
    ("{id: called,", "{blocking: true, id: called,", "F:65: life.incidents[0].asks[0].blocking: there is no such field"),
    ("  reports:", "  report:", "F:77: life.report: there is no such field"),
]  # fmt: skip
BROKEN = [*NAMES, *CHAIN, *MEASURES, *TIMES, *LETTERS, *WORDS]


def test_the_pack_that_is_altered_is_good(tmp_path: Path) -> None:
    path = tmp_path / "office.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert Policies.load(tmp_path) and load_pack(path).life.checklist[1].required_answer == "no"
    assert len(BROKEN) >= 50


@pytest.mark.parametrize(("old", "new", "said"), BROKEN)
def test_a_fault_names_its_line_and_field(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    path = tmp_path / "office.yaml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(YamlFileError) as caught:
        load_pack(path)
    faults = str(caught.value).replace(str(path), "F").splitlines()
    assert any(fault.startswith(said) for fault in faults), "\n".join(faults)


NO_CAUTION = GOOD.replace("cites:", "equality_impact_assessed_on: 2026-01-01\ncites:", 1)

CAUTIONS: list[Case] = [
    ("    ceiling: P6M", "    ceiling: P2Y", "life.review.ceiling: more than a year may pass"),
    ("[author, signed]", "[signed]", "life.approvals.2: whoever writes a strategy may also decide it"),
    ("    senders: [staff]\n", "", "life.notice.senders: nobody named; a letter may be let go in any role"),
    (
        "    reviewers: [manager]\n",
        "",
        "life.review.reviewers: nobody named; a strategy may be looked at again in any role",
    ),
    (
        "    window: 15\n",
        "    window: 15\n    not_by: []\n",
        "life.dispute.not_by: whoever wrote or decided a strategy may",
    ),
    (
        "not_by: [author, decider]",
        "not_by: [author]",
        "life.review.not_by: whoever decided a strategy may also review it",
    ),
    (
        "equality_impact_assessed_on: 2026-01-01\n",
        "",
        "equality_impact_assessed_on: not set; whether the policy's effect",
    ),
    ("cites: {", "review_due: 2026-01-01\ncites: {", "review_due: the policy itself was to be reviewed by 2026-01-01"),
]


@pytest.mark.parametrize(("old", "new", "said"), CAUTIONS)
def test_a_caution_is_no_fault(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "office.yaml"
    path.write_text(NO_CAUTION, encoding="utf-8")
    assert list(cautions(load_pack(path), date(2026, 6, 1))) == []
    path.write_text(NO_CAUTION.replace(old, new), encoding="utf-8")
    ((location, message),) = cautions(load_pack(path), date(2026, 6, 1))
    assert f"{'.'.join(map(str, location))}: {message}".startswith(said)


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (("X-01", "X-02", "Y-1", "Z"), None),
        (("X-01", "X-99", "X-03"), "X-99: it follows X-01, where X-02 is expected"),
        (("X-01", "X-03"), "X-03: it follows X-01, where X-02 is expected"),
        (("X-09", "X-10", "X-12"), "X-12: it follows X-10, where X-11 is expected"),
    ],
)
def test_a_rule_that_is_left_out_or_goes_by_another_id_is_a_caution(
    tmp_path: Path, ids: tuple[str, ...], said: str | None
) -> None:
    rule = NO_CAUTION[NO_CAUTION.index("    X-01:") :]
    path = tmp_path / "office.yaml"
    path.write_text(NO_CAUTION.replace(rule, "".join(rule.replace("X-01", id_) for id_ in ids)), encoding="utf-8")
    found = [f"{location[-1]}: {message}" for location, message in cautions(load_pack(path), date(2026, 6, 1))]
    assert len(found) == (said is not None) and all(one.startswith(said or "") for one in found)


def test_no_route_of_dispute_and_no_questions_are_cautions(tmp_path: Path) -> None:
    text = GOOD.replace("    to: [chief]\n    reviewed_by: [chief]\n    window: 15\n", "").replace(" dispute,", "")
    text = text[: text.index("  checklist:")] + text[text.index("  approvals:") :].replace("checklist.news, ", "")
    path = tmp_path / "office.yaml"
    path.write_text(text, encoding="utf-8")
    told = " ".join(message for _, message in cautions(load_pack(path), date(2026, 6, 1)))
    assert "21 001 276" in told and "no questions are asked" in told


def test_no_life_is_no_pack(tmp_path: Path) -> None:
    path = tmp_path / "office.yaml"
    path.write_text("id: office\nname: Office\nversion: '1'\n", encoding="utf-8")
    with pytest.raises(YamlFileError, match="life: missing"):
        load_pack(path)


def test_one_broken_pack_and_none_of_the_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "office.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(
        GOOD.replace("id: office", "id: other").replace("P6M\n    rev", "P1M\n    rev")
    )
    with pytest.raises(YamlFileError, match=r"other.yaml:39: life.review.ceiling: shorter"):
        Policies.load(tmp_path)


def test_a_pack_in_use_goes_by_the_name_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "office-2025.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_pack(path).id == "office"
    with pytest.raises(
        YamlFileError, match=r"office-2025\.yaml:1: id: expected office-2025, the file's name, got office"
    ):
        Policies.load(tmp_path)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "office.yaml"
    path.write_text(GOOD.replace("ceiling: P6M", "ceiling: P1M").replace("senders: [staff]", "senders: [clerk]"))
    with pytest.raises(YamlFileError) as caught:
        load_pack(path)
    assert len(str(caught.value).splitlines()) == 2
