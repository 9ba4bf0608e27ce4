"""How people speak of the single point of contact without their name."""

from __future__ import annotations

import pytest

from routing.spoc_named import speaks_of_the_post

THE_POST = [
    "My single point of contact has been rude to me.",
    "the SPOC",
    "Dear Sir, your SPOC is rude.",
    "Dear SPOC, as my single point of contact you never answer.",
    "That specific point of contact of yours",  # what the policy calls it
    "Formal complaint against your contact person for me.",
    "my named contact never answers",
    "my contact at your office shouts",
    "The person I have to write to hung up on me.",
    "the person I\u2019ve got to write to",
    "the woman you make me write to is useless",
    "the only person I'm allowed to speak to",
    "the officer I was told to contact",
    "the person who is meant to answer me",
    "the person who reads my emails",
    "Whoever reads the mailbox you told me to use never answers.",
    "whoever reads the address you told me to write to",
    "Nobody replies at the address you gave me to write to.",
    "the email address I must use is never answered",
    "the number you told me to ring",
    "the person you assigned to me is rude",
    "the lady at this address",
    "my liaison officer hung up",
    "the officer I've been restricted to",
    "the individual dealing with my correspondence",
]
SOMETHING_ELSE = [
    "Dear single point of contact, I complain about the bins.",
    "Hello SPOC\nThis is a complaint about a constable.",
    "FAO: Specific Point of Contact",
    "I complain about the bins.",
    "The contact details on your website are wrong; please contact me.",
    "My contact number is 01632 960001.",
    "the man I told to stop",
    "the officer I spoke to on Tuesday was rude",
    "the police officer I had to deal with",
    "the address of the house you told me about",
    "the people I have to live with are loud",
    "whoever emptied the bin",
    "the man who reads the meter",
]


@pytest.mark.parametrize(
    ("text", "speaks"), [*((text, True) for text in THE_POST), *((t, False) for t in SOMETHING_ELSE)]
)
def test_the_post_is_known_by_what_people_call_it(text: str, speaks: bool) -> None:
    assert speaks_of_the_post(text, "specific point of contact") is speaks
