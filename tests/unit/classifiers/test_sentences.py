"""Where sentences end, in time linear in the text."""

import time

import pytest

from classifiers.sentences import LONGEST_SENTENCE, split

CASES = [
    ("One. Two! Three?", ["One.", "Two!", "Three?"]),
    (
        "I saw Mr. Jones w/ his dog c/o no. 12 today. He ran.",
        ["I saw Mr. Jones w/ his dog c/o no. 12 today.", "He ran."],
    ),
    ("No. I will not.", ["No.", "I will not."]),
    (
        "It was approx. 12. The sergeant. He said. Letter A. Then",
        ["It was approx. 12.", "The sergeant.", "He said.", "Letter A. Then"],
    ),
    ("first line\nsecond line", ["first line", "second line"]),
    (
        "this line was folded by a mail program at seventy-two\ncharacters and goes on here. End",
        ["this line was folded by a mail program at seventy-two\ncharacters and goes on here.", "End"],
    ),
    ("Dear all\n\nHello there\n", ["Dear all", "Hello there"]),
    ("List:\n- one\n- two\n3) three", ["List:", "one", "two", "three"]),
    ("WHY HAS NOBODY RUNG ME BACK? I AM WAITING", ["WHY HAS NOBODY RUNG ME BACK?", "I AM WAITING"]),
    ('He said "I will go." Then he went.', ['He said "I will go."', "Then he went."]),
    ("It is 3.5 miles, see a.b/c...d and so on.Yes", ["It is 3.5 miles, see a.b/c...d and so on.Yes"]),
    ("First.\r\nSecond\r\n\r\n* third", ["First.", "Second", "third"]),
    ('Why?!") he said... Nothing', ['Why?!")', "he said...", "Nothing"]),
    ("", []),
    (" \n\t ", []),
    # A narrow window, or a line for every word or two.
    (
        "I have had\nenough. I am\ngoing to\ntake my own\nlife on\nFriday night.\n\nThe bins",
        ["I have had\nenough.", "I am\ngoing to\ntake my own\nlife on\nFriday night.", "The bins"],
    ),
    ("i\nwant\nto\nkill\nhim\n\nthe bins", ["i\nwant\nto\nkill\nhim", "the bins"]),
    ("I AM\r\nGOING TO\r\nKILL\r\nHIM", ["I AM\r\nGOING TO\r\nKILL\r\nHIM"]),
    ("> I am\n> going to\n> hurt him", ["> I am\n> going to\n> hurt him"]),
    ("he said he is going to\nhurt me and the kids", ["he said he is going to\nhurt me and the kids"]),
    # Lists, notes, addresses and signatures.
    ("milk\neggs\nbread\nbutter", ["milk", "eggs", "bread", "butter"]),
    ("the bin\nthe fence\nthe gate\nthe lamp", ["the bin", "the fence", "the gate", "the lamp"]),
    ("lamp out\nbin full\npath blocked", ["lamp out", "bin full", "path blocked"]),
    ("what happened to\n- the bin\n- the fence", ["what happened to", "the bin", "the fence"]),
    ("1 say what code 14 is\n2 pay them", ["1 say what code 14 is", "2 pay them"]),
    ("Flat 2\n14 The Grove\nStafford\nST16 1AA", ["Flat 2", "14 The Grove", "Stafford", "ST16 1AA"]),
    ("kind regards\ndave\nsent from my iphone", ["kind regards", "dave", "sent from my iphone"]),
    (
        "rang re bin not emptied\nsays crew drove past\nwants call back",
        [
            "rang re bin not emptied",
            "says crew drove past",
            "wants call back",
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_split(text, expected):
    assert [text[span.start : span.end] for span in split(text)] == expected


def test_a_narrow_column_is_no_longer_than_the_longest_sentence():
    text = "on my\n" * 200
    spans = split(text)
    assert all(span.end - span.start <= LONGEST_SENTENCE for span in spans)
    assert " ".join(text[span.start : span.end] for span in spans).split() == text.split()


def test_a_text_without_punctuation_is_cut_at_spaces():
    text = "word " * 1000
    spans = split(text)
    assert all(span.end - span.start <= LONGEST_SENTENCE for span in spans)
    assert " ".join(text[span.start : span.end] for span in spans).split() == text.split()


@pytest.mark.parametrize(
    "piece", [".", ".)", ". ", "\n", "\r\n", "\n \t", "\n- ", "\r", ". \n(1", "my\n", "a b\n", "> to\n", '"', "?\"')]"]
)
def test_a_hostile_text_takes_time_linear_in_its_length(piece):
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        start = time.process_time()
        split(text)
        return time.process_time() - start

    seconds(1000)
    assert min(seconds(200_000) for _ in range(3)) < 40 * max(min(seconds(20_000) for _ in range(3)), 0.002)
