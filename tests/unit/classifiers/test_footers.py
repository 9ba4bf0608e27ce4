"""A right is never found in the boilerplate under an email, and always in what its writer says (CONTRACT §4.6, §5)."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest

from classifiers.footers import footers
from classifiers.normalise import to_ascii
from classifiers.scan import Scanner
from classifiers.sentences import split, split_ascii
from models.contact import Channel, Contact, Part
from models.finding import Category, Label

FOOTERS = [
    "Please note that information held by this organisation may be disclosed under the Freedom of Information Act 2000 "
    "or the Environmental Information Regulations 2004. Personal data is processed under UK GDPR; see our privacy "
    "notice for how to make a subject access request or to complain to the Information Commissioner.",
    "*****************************************************************\n"
    "This message may contain confidential information. If you are not the intended recipient please inform the sender "
    "that you have received the message in error before deleting it. Please do not disclose, copy or distribute "
    "information in this e-mail or take any action in relation to its contents.\n"
    "Information held by the Trust, including this email, is subject to the Freedom of Information Act 2000 and may be "
    "disclosed to the public.",
    "This email is subject to the provisions of the Freedom of Information Act 2000 and may be disclosed on request. "
    "We process personal data under UK GDPR. To find out what data we hold about you or to complain about how we handle "
    "it, see our website.",
    "-----\nSent from my Galaxy. This email and its attachments are confidential and may be subject to the Data "
    "Protection Act 2018 and the Freedom of Information Act 2000. If you are not the intended recipient you have no "
    "right of access to it.",
    # Council.
    "Emails sent to and from Nextborough Council may be monitored and may have to be disclosed to third parties under "
    "the Freedom of Information Act 2000, the Data Protection Act 2018 or other legislation. The Council is the data "
    "controller for the personal information you provide. For further information about how we use your personal data "
    "and your rights, including how to request a copy of it, please visit www.nextborough.example/privacy.",
    "Unless the information is legally exempt from disclosure, the confidentiality of this e-mail and your reply cannot "
    "be guaranteed.",
    # Police.
    "This e-mail carries a disclaimer, a copy of which may be read on our website. All communications to and from the "
    "Force may be monitored and recorded. Under the Freedom of Information Act 2000 the contents of this email may be "
    "disclosed. To make a complaint about the police visit our website or contact the Independent Office for Police "
    "Conduct.",
    # NHS.
    "The information contained in this e-mail may be subject to public disclosure under the NHS Code of Openness or the "
    "Freedom of Information Act 2000. If you would like to make a complaint or need this information in large print, "
    "Braille or another language please contact our PALS team.",
    # Solicitors.
    "Stubbs & Hale LLP is authorised and regulated by the Solicitors Regulation Authority, SRA number 000000. If you "
    "are unhappy with our service see our complaints procedure. We hold your personal data in accordance with the UK "
    "GDPR; you have the right to access, correct or erase it and to complain to the Information Commissioner.",
    # Companies.
    "Registered in England no. 0000000. Registered office: 1 Mill Lane. To unsubscribe, or to have your details deleted "
    "from our records, click here. Our privacy policy explains how we use your data and how to exercise your rights.",
    "If you have received this email in error please let me know and delete all copies.",
    "This message and any attachment is intended only for the person it is addressed to. If you are not that person "
    "please delete it and let me know.",
    "Peel & Daughters Ltd processes personal data in accordance with the UK GDPR and the Data Protection Act 2018. You "
    "have the right to request access to, rectification or erasure of your personal data.",
    "This document is available in alternative formats on request. If you need an interpreter or large print call us.",
    "DISCLAIMER: The views expressed in this email are personal and may not necessarily reflect those of Stafford Borough Council unless explicitly stated otherwise. Any personal data you give us will be handled in line with data protection law. You can ask us for a copy of your information, or ask us to correct or delete it, at any time.",
    "Data Protection: Your information will be used by the Council to deal with your enquiry. For more details go to www.council.example/dataprotection. You have rights under the UK GDPR including access, rectification and erasure. Contact the Data Protection Officer at dpo@council.example.",
    "NHSmail is the secure email service. Patient confidential data must be protected. Requests for information under the Freedom of Information Act should be sent to foi@trust.example.",
    "To make a Freedom of Information request email foi@police.example. To make a subject access request visit www.police.example/sar. To report a crime online visit our website. In an emergency dial 999.",
    "Our office does not discriminate and will make reasonable adjustments. If you need this letter in Easy Read, large print or another language, tell us. We can arrange a sign language interpreter.",
    "Privacy: we will only use your data to answer you and will delete it after two years. You can object to our processing, ask for a copy, or complain to the ICO (www.ico.org.uk).",
    "University of Anytown is a charitable body. The University is subject to FOISA. You may be entitled to request recorded information that we hold.",
    "Customer service standards: we aim to reply within 10 working days. Not happy? Ask for a manager to review our decision, or use our two-stage complaints process.",
]
BODY = "Half past three again, and the dogs have not stopped."
NAME = "\n\nBeryl Amos\nCatering Supervisor\n\n"
REQUESTS = [
    ("please send me every email you hold about me", Label.SUBJECT_ACCESS_REQUEST),
    ("Please provide, under the Freedom of Information Act, the number of stops in each of the last two years.",
     Label.FOI_REQUEST),
    ("I want to complain about your officer, who swore at me on the doorstep.", Label.COMPLAINT),
    ("Your privacy notice says six years. You sent my medical records to my neighbour without my permission.",
     Label.DATA_PROTECTION_COMPLAINT),
    ("Please write to me in large print, I am nearly blind.", Label.ADJUSTMENT_REQUEST),
]  # fmt: skip


def found(scanner: Scanner, **parts: str) -> set[Label]:
    contact = Contact(
        id="c",
        channel=Channel.EMAIL,
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
        parts=tuple(Part(name=name, text=text) for name, text in parts.items()),
    )
    findings = scanner.scan(contact).findings
    assert all(parts[e.part][e.start : e.end] == e.quote for f in findings for e in f.evidence)
    return {finding.label for finding in findings if finding.category is Category.RIGHTS}


@pytest.mark.parametrize("footer", FOOTERS)
def test_no_right_is_found_in_a_footer_wherever_it_stands(scanner: Scanner, footer: str) -> None:
    assert found(scanner, body=BODY + NAME + footer) == set()
    assert found(scanner, body=BODY, signature=NAME.strip() + "\n\n" + footer) == set()
    assert found(scanner, body=BODY, quoted=NAME + footer) == set()


@pytest.mark.parametrize("footer", FOOTERS[:6])
@pytest.mark.parametrize(("request_", "label"), REQUESTS)
def test_what_somebody_asks_is_found_above_and_below_a_footer(
    scanner: Scanner, footer: str, request_: str, label: Label
) -> None:
    assert label in found(scanner, body=f"{request_}{NAME}{footer}")
    assert label in found(scanner, body=f"{BODY}{NAME}{footer}\n\nPS: {request_}")
    assert label in found(scanner, body=BODY, signature=f"{NAME}PS: {request_}\n\n{footer}")
    assert label in found(scanner, body=BODY, signature=f"{NAME}{footer}\nPS: {request_}")


def test_below_a_name_models_find_only_what_somebody_asks(scanner: Scanner) -> None:
    asked = "How many people moaned about officers last year, and how many of those officers lost their jobs?"
    assert found(scanner, body=BODY, signature=f"{NAME}PS {asked}") == {Label.FOI_REQUEST}
    listed = "Access to records, erasure and correction of personal data"
    assert Label.DATA_RIGHTS_REQUEST in found(scanner, body=listed)
    assert found(scanner, body=BODY, signature=NAME + listed) == set()


def test_a_concern_in_a_footer_counts_in_full(scanner: Scanner) -> None:
    threat = "If you are not the intended recipient I am going to kill myself tonight."
    contact = Contact(
        id="c",
        channel=Channel.EMAIL,
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
        parts=(Part(name="signature", text=f"{FOOTERS[1]} {threat}"),),
    )
    assert scanner.scan(contact).scores[Label.SELF_HARM] == scanner.scan_text(threat).scores[Label.SELF_HARM]


def test_footers_end_where_somebody_asks() -> None:
    text = (
        "This email is confidential. Views are not necessarily ours and not those of the sender. Thank you.\n"
        "How many emails were sent in error? See page nine.\n\nThank you."
    )
    spans = split(text)
    assert [
        text[s:e] for (s, e), is_footer in zip(spans, footers(to_ascii(text), spans), strict=True) if is_footer
    ] == [
        "This email is confidential.",
        "Views are not necessarily ours and not those of the sender.",
        "Thank you.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Your privacy notice says one thing, your staff do another.",
        "Please deal with this under your complaints procedure.",
        "The email was sent to the wrong man by mistake.",
        "This information is required under the Freedom of Information Act.",
        "Information about your spending on agency staff.",
        "How the force manages the contract.",
        "The data controller has failed to answer.",
        "Emails between the chief executive and the developer are subject to the Freedom of Information Act.",
        "Copies of all that is recorded of the contract, which may be disclosed under the Environmental Regulations.",
        "If you refuse this request, under which section of the Freedom of Information Act?",
        "This email is a subject access request under the Data Protection Act 2018.",
        "Could this letter be provided in another format?",
        "I know that emails may be disclosed under the Freedom of Information Act.",
    ],
)
def test_what_people_say_themselves_is_no_footer(text: str) -> None:
    assert footers(to_ascii(text), split(text)) == [False]


SECONDS = 10
"""Far above what a megabyte takes, and far below what it would if each hit met each other, or the whole text."""


@pytest.mark.parametrize(
    "unit",
    [
        "this email is confidential and may be privileged. ",
        "this email is confidential.\n\n",
        "if you are not the intended recipient of this email\n\nhello there.\n\n",
        "if you are not the intended recipient of this email and ",
    ],
)
def test_a_letter_of_nothing_but_footers_is_read_in_its_time(unit: str) -> None:
    text = (unit * (1_000_000 // len(unit))).encode()
    spans = split_ascii(text)
    started = process_time()
    assert any(footers(text, spans))
    assert process_time() - started < SECONDS
