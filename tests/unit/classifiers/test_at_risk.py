"""Who is at risk by a sentence's own words, on a table of sentences."""

from pathlib import Path

import pytest

from classifiers.at_risk import at_risk
from classifiers.lexicon import load_folder
from classifiers.normalise import Folder
from classifiers.stages import Sentence
from models.finding import CATEGORY_OF, CONCERN_CATEGORIES, Label

LEXICONS = Path(__file__).parents[3] / "config" / "lexicons"

SAID = {
    Label.SELF_HARM: (
        ("I want to die and I mean it this time.", "the writer"),
        ("i dont want to be here any more im so tired", "the writer"),
        ("I have been cutting myself again.", "the writer"),
        ("I think my brother is going to kill himself.", "my brother"),
        ("My little sister says she wants to die.", "My little sister"),
        ("clr states wants to die", "the caller"),
        ("Caller disclosed suicide plan and a date.", "the caller"),
        ("He keeps saying he will kill himself.", "him"),
        ("My neighbour tried to take her own life on Saturday.", "My neighbour"),
        ("A girl in my form wrote in her book that she wants to kill herself.", "A girl"),
        ("Our lad has told us he can't go on.", "Our lad"),
        ("My mum says he will kill himself.", "him"),
        ("My brother says he will kill her, the children and himself.", "My brother"),
        ('Clr said "I want to die" and hung up.', "the caller"),
        ("F, 40s, suicidal, on the bridge now.", "F, 40s"),
        ("Take my house off me and I'll kill myself, and that is no figure of speech.", "the writer"),
        ("I k1ll myself tonight.", "the writer"),
        ("My best mate hung himself last month and I keep thinking he had the right idea.", None),
        ("He won't see the doctor and he'll be dead by Christmas.", "him"),
        ("There is a note on the table and the door is open.", None),
        ("My lad asked my husband if anyone had been suicidal.", None),
    ),
    Label.MEDICAL_CRISIS: (
        ("I can't breathe.", "the writer"),
        ("I am twenty weeks pregnant and I'm bleeding heavily.", "the writer"),
        ("My husband's collapsed on the stairs.", "My husband"),
        ("He has collapsed and isn't moving.", "him"),
        ("My chest feels as if somebody's parked on it.", "the writer"),
        ("My flatmate has swallowed something.", "My flatmate"),
        ("Clr fell in bath, stuck 5 hrs.", "the caller"),
        ("Dad is choking, what do I do?", "Dad"),
        ("There's a lady fainted on the bus.", "a lady"),
        ("The tablets have not come.", None),
        ("Send somebody, please.", None),
    ),
    Label.DOMESTIC_ABUSE: (
        ("My husband beats me.", "the writer"),
        ("I am frightened of my husband.", "the writer"),
        ("He has broken my arm.", "the writer"),
        ("My ex won't stop messaging me.", "the writer"),
        ("I think her boyfriend is hitting her.", "her"),
        ("He hits my mum when he has been drinking.", "my mum"),
        ("She is afraid of her husband and he controls her money.", "her"),
        ("F, 82, bruised cheek, says he's always had a temper.", "F, 82"),
        ("F clr, 8 mths preg, partner threw her out.", "her"),
        ("My mate's missus won't let him see his kids.", "him"),
        ("My ex says he'll cut my throat.", "the writer"),
        ("My friend told me he has a temper.", None),
        ("Husb speaks for wife, who greeted me at the door.", None),
        ("The key is on a string round the door.", None),
    ),
    Label.EXPLOITATION: (
        ("They force me to work without pay.", "the writer"),
        ("They took my passport and my wages.", "the writer"),
        ("My grandson is being used to carry drugs.", "My grandson"),
        ("A gang is making him sell drugs.", "him"),
        ("She served me my dinner and wrote 'help' on the bill.", None),
        ("There is a lock on the outside of the door.", None),
    ),
    Label.HARASSMENT_OR_STALKING: (
        ("He follows me home every night.", "the writer"),
        ("My ex-wife follows my new partner round the supermarket.", "my new partner"),
        ("We're going to be great friends you and me, whether you like it or not.", None),
    ),
    Label.THREAT_TO_LIFE: (
        ("I'll burn that office to the ground with every one of you in it.", "every one of you"),
        ("I will burn that office to the ground.", "that office"),
        ("I put a pillow over her face last night.", "her"),
        ("I'm going to kill him.", "him"),
        ("He says he'll kill me.", "the writer"),
        ("I will kill PC Harland the next time he turns his back on me.", "PC Harland"),
        ("I will kill you.", "you"),
        ("My ex has told me he'll kill me if I don't take him back.", "the writer"),
        ("He has threatened to shoot the councillor.", "the councillor"),
        ("Tonight I'm killing my dad.", "my dad"),
        ("He'll be dead by the weekend.", "him"),
        ("She is going to get shot.", "her"),
        ("Tell her she's dead.", "her"),
        ("Your Commissioner is going to be stabbed.", "Your Commissioner"),
        ("I'll kill that housing officer the next time she knocks.", "that housing officer"),
        ("They've come to kill my brother.", "my brother"),
        ("My client intends to kill his ex-partner's new boyfriend.", None),
        ("The judge who took my children is going to be killed.", None),
        ("I'll kill him and then I'll kill you.", None),
        ("One of us will not be walking away.", None),
        ("Approve that extension and somebody will pay.", None),
    ),
    Label.THREAT_OF_HARM: (
        ("I will burn your office down.", "your office"),
        ("I will burn your office to the ground.", "your office"),
        ("I'll hurt his kids if he doesn't pay.", "his kids"),
        ("I'll break his jaw.", "him"),
        ("He says he'll break my legs if I complain.", "the writer"),
        ("I will knock your teeth out.", "you"),
        ("I'll knock her out, watch me.", "her"),
        ("If no one mends it I'm going to hurt the next workman you send.", None),
        ("You want to watch your step.", None),
    ),
    Label.WEAPON_OR_EXPLOSIVE: (
        ("I've bought a knife and I'm going to stab the commissioner with it.", "the commissioner"),
        ("He pointed a gun at my son.", "my son"),
        ("There is a machete under the bed.", None),
    ),
    Label.CHILD_AT_RISK: (
        ("My 14 year old boy has run off with a man.", "My 14 year old boy"),
        ("Someone is giving my son drugs to sell.", "my son"),
        ("The baby is left on its own all night.", "The baby"),
        ("I'm 14 and the man said he'd hurt me if I tell.", "the writer"),
        ("I'm only nine and nobody is here.", "the writer"),
        ("My dad hits me.", "the writer"),
        ("Clr's 6yo picked up by unknown male.", "Clr's 6yo"),
        ("Yr 10 boy found in Hastings with wraps and cash.", "Yr 10 boy"),
        ("The mother has left two children under five on their own.", "two children"),
        ("My little girl's gone, the gate is open.", "My little girl"),
        ("I'm a night worker at a children's home.", None),
        ("A man was talking to my son's teacher.", None),
        ("A lad has a list of the girls that he hates.", None),
        ("There isn't a girl in her year who has heard of them.", None),
    ),
    Label.ADULT_AT_RISK: (
        ("The old lady at number 9 has no food in.", "The old lady at number 9"),
        ("My mother's carer is stealing from her.", "My mother"),
        ("I'm deaf and he answers for me.", "the writer"),
        ("My carer hits me.", "the writer"),
        ("F, 86, lives alone, no heating on.", "F, 86"),
        ("My elderly neighbour is not eating.", "My elderly neighbour"),
        ("I can't get out of bed without them.", "the writer"),
        ("I have let things go since Mother died.", None),
        ("Nobody's seen to the gutters.", None),
        ("Found by neighbour on the floor.", None),
        ("Neighbour called it in, van reg taken.", None),
        ("I was going home to Mother, it's gone dark.", None),
        ("My mum looks after my gran.", None),
    ),
}
TABLE = [(label, text, who) for label, rows in SAID.items() for text, who in rows]


@pytest.fixture(scope="module")
def folder() -> Folder:
    return load_folder(LEXICONS)


def sentence(text: str, folder: Folder, part: str = "body") -> Sentence:
    return Sentence(part, 0, len(text), text, folder.fold(text))


def test_the_table_is_long_enough_to_mean_something():
    assert len(TABLE) >= 100
    assert sum(who is None for _, _, who in TABLE) >= 25


@pytest.mark.parametrize(("label", "text", "who"), TABLE, ids=[text[:40] for _, text, _ in TABLE])
def test_who_is_named(label, text, who, folder):
    assert at_risk(label, [sentence(text, folder)]) == who


def test_the_words_are_as_they_were_written(folder):
    text = "I\u2019m going to k\u200bill  PC\n\u1e24arland."
    assert at_risk(Label.THREAT_TO_LIFE, [sentence(text, folder)]) == "PC \u1e24arland"


def test_on_the_telephone_it_is_the_caller(folder):
    assert at_risk(Label.SELF_HARM, [sentence("I want to die.", folder, "transcript")]) == "the caller"


@pytest.mark.parametrize("part", ["quoted", "attachment:letter.eml"])
def test_in_older_or_attached_text_nobody_is_the_writer(part, folder):
    assert at_risk(Label.SELF_HARM, [sentence("I want to die.", folder, part)]) is None
    assert at_risk(Label.SELF_HARM, [sentence("My brother wants to die.", folder, part)]) == "My brother"


def test_the_first_sentence_that_says_it_counts(folder):
    told = [sentence(text, folder) for text in ("It is over.", "My brother wants to die.", "I want to die.")]
    assert at_risk(Label.SELF_HARM, told) == "My brother"


@pytest.mark.parametrize("label", [label for label in Label if CATEGORY_OF[label] not in CONCERN_CATEGORIES])
def test_only_of_concerns(label, folder):
    assert at_risk(label, [sentence("I want to die, my brother will kill me, my baby is alone.", folder)]) is None


def test_nobody_is_looked_for_in_an_endless_sentence(folder):
    assert at_risk(Label.SELF_HARM, [sentence("la " * 400 + "I want to die.", folder)]) is None
