"""How verdicts on matter pairs are counted, and which pairs teach the scan what harmless mail is."""

import pytest

from classifiers.authored import MatterPair, MatterText
from classifiers.evaluation.matters import matter_report
from classifiers.training.lessons import harmless
from models.scan import Verdict

GREYHOUND = MatterText(title="Seized greyhound", summary="Greyhound taken to kennels from Orchard Lane. Not upheld.")
ORGAN = MatterText(title="Sale of the cinema organ", summary="Wurlitzer sold at auction. Explained.")


def pair(matter: MatterText, *others: MatterText, **more) -> MatterPair:
    text = "I still do not accept what you decided on my greyhound and those kennels in Orchard Lane."
    return MatterPair(
        kind="matter_pair", matter=matter, others=others, text=text, verdict="same", family="x-greyhound", **more
    )


@pytest.mark.parametrize(
    ("judged", "verdict"), [(pair(GREYHOUND, ORGAN), Verdict.SAME), (pair(ORGAN, GREYHOUND), Verdict.UNCLEAR)]
)
def test_the_same_is_right_only_where_the_matter_meant_is_named(judged, verdict):
    assert matter_report([judged]).verdicts[Verdict.SAME][verdict] == 1


def test_letters_that_are_no_background_teach_no_harmless_mail():
    ordinary, letter = pair(GREYHOUND), pair(GREYHOUND, background=False)
    assert harmless([ordinary, letter]) == [ordinary]
