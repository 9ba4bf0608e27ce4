"""Phrases by which people say whether they write of an old matter, a new one, or bring something fresh.

Plain tuples of RE2 alternatives over lower-case ASCII, so that a phrase can be added without reading the code.
"""

BREAKS_AWAY = (
    (
        r"(?:this|that|it|i'm|i am|am)(?:'s| is| has|'m)? ?(?:isn'?t|is not|not|nothing|got nothing)(?: "
        r"writing| ringing| calling| here)? ?(?:about|the|to do with|concerning|regarding|connected|related|"
        r"on about|over)"
    ),
    r"nothing (?:whatever |whatsoever |at all )?to do with",
    r"not (?:about|to do with|connected|related to|the same)",
    r"isn'?t (?:about|the|to do with)",
    r"has no(?:thing)? (?:to do|connection) with",
    (
        r"(?:a|an|another|some|quite a|my) (?:completely |totally |entirely |quite |wholly |brand )?(?:new|"
        r"different|separate|fresh|unrelated|other|further) (?:matter|issue|complaint|problem|subject|thing|"
        r"incident|question|concern|query|one)"
    ),
    r"something (?:else|new|different|quite different|separate)(?: entirely| altogether| completely| now)?",
    (
        r"(?:altogether|quite|wholly|entirely) (?:another|a different|different|separate) (?:matter|thing|"
        r"point|subject)"
    ),
    r"(?:the other|one other|another|a second) (?:thing|matter|point)",
    r"(?:i'd|i would|i|we|may i) also (?:like|want|wish|mention|raise|report)",
    r"(?:on|in|as) (?:a|an|another) (?:different|separate|unrelated|other) (?:note|matter|subject|thing)",
    r"unrelated",
    r"separately",
    r"changing the subject",
    r"different kettle of fish",
    r"not that old business",
    r"forget the",
)
"""The writer says that this is about something else."""

NEW_INFORMATION = (
    (
        r"(?:i have|i've|we have|we've|have|has|'ve) (?:now|since|just|at last|finally|only now|today|"
        r"recently) (?:obtained|got|received|found|been (?:given|sent|told|shown|contacted)|had|come "
        r"(?:across|into)|discovered|learn(?:ed|t)|traced|seen|located|recovered|heard)"
    ),
    (
        r"(?:new|fresh|further|additional|more) (?:evidence|information|witness(?:es)?|facts?|material|"
        r"document(?:s|ation)?|statement|footage|photographs?|photos?|proof)"
    ),
    (
        r"(?:enclosed|attached|enclosing|attaching|i enclose|i attach|please find|here is|"
        r"herewith)[^.!?]{0,40}(?:statement|report|photo(?:graph)?s?|footage|evidence|letter from|recording|"
        r"log|invoice|receipt|test|survey|results?|records?|document|video|cctv|transcript|minutes|affidavit|"
        r"expert|certificate)"
    ),
    r"(?:come|came|comes) (?:to light|forward)",
    r"(?:has|have) (?:emerged|surfaced|admitted|confessed|come forward|turned up)",
    r"witness (?:who|has|statement|says|will)",
    r"(?:was|were|is) not (?:considered|available|disclosed|known|seen) (?:before|then|at the time|by)",
    r"(?:didn'?t|did not|couldn'?t) have (?:this |it |that )?(?:before|at the time|then)",
    r"body ?worn (?:footage|video)",
    r"since (?:your|the) (?:decision|letter|review)[^.!?]{0,60}(?:found|obtained|received|told|shows?|learned)",
    (
        r"(?:i|we|i'm|i've|we've|am|are|copy|is|are|it's|note's|letter|print) ?(?:'?m |am |are |have "
        r")?(?:attach(?:ed|ing)?|enclos(?:e|ed|ing)|sending (?:it|you|the) (?:on|print))"
    ),
    r"(?:attached|enclosed)(?: is| for you| with| please|,|\\.|$)",
    r"send herewith",
    (
        r"(?:you|you've|you'd|you have|you had|nobody|no one|your [a-z]+|the panel|the tribunal) (?:'?ve |'?d "
        r"|have |had |has |could )?(?:not|never|hadn'?t|haven'?t|didn'?t|won'?t|could)(?: have)? (?:had|have|"
        r"seen|see|listened|spoken|been told|taken account|considered)"
    ),
    (
        r"(?:wasn'?t|weren'?t|hadn'?t been|hasn'?t been|never been|was never|not been|not) (?:been "
        r")?(?:mentioned|known|disclosed|available|told|seen)"
    ),
    r"(?:nobody|no one|neither) (?:of [a-z ]{3,24} )?(?:could have|has listened|was before|had seen)",
    r"new since",
    r"only now",
    r"hadn'?t been any",
    (
        r"(?:has|have) (?:since|now) (?:written|shown|told|let slip|been released|diagnosed|gone up|turned|"
        r"confirmed|been diagnosed)"
    ),
    (
        r"(?:owned up|turned up|got in touch|let slip|come across|kept the (?:film|footage)|i've discovered|i "
        r"have discovered|has found|have found|been to the record office)"
    ),
    r"(?:different|another|quite another) (?:face|light|complexion) on",
    r"alters things",
    r"hard proof",
    r"here'?s the evidence",
    r"been sent proof",
    r"which proves",
)
"""The writer has something that was not known before."""

GOES_ON = (
    r"as i(?:'ve| have)? said",
    r"i said",
    r"still",
    r"i refer to",
    r"return(?:ing)? to",
    r"following the (?:hearing|review|decision|panel)",
    r"continue(?:d|s)?",
    r"disagree\w*",
    r"our opinion",
    r"the (?:finding|ruling|review) ",
    r"you(?:'ve| have) (?:told|decided|said|drawn|looked)",
    r"go(?:es)? on (?:saying|asking|writing)",
    r"go on",
    r"one last time",
    r"dealt with",
    r"an answer of",
    r"got in touch",
    r"since the [a-z]+ went in",
    r"as i say",
    r"i (?:still|again)",
    r"still (?:not|haven'?t|waiting|no|say|think|feel|happening|here|there)",
    r"again",
    r"once more",
    r"look(?:ed)? (?:at|into)?[^.!?]{0,20} again",
    r"reopen",
    r"re-open",
    r"reconsider",
    r"change your minds?",
    (
        r"your (?:last |final )?(?:decision|finding|answer|reply|letter|conclusion|reviewer|review|"
        r"investigation|refusal)"
    ),
    (
        r"(?:you|they|he|she|i was|i've been|i have been|we've been|we were) (?:told|said|decided|closed|"
        r"refused|found|wrote|informed|say|call|agreed)"
    ),
    r"(?:don'?t|do not|can'?t|cannot|won'?t|never) (?:accept|agree|let (?:it|this) (?:go|lie|drop|rest))",
    r"nobody(?:'s| has) (?:ever )?(?:answered|said sorry|apologised|looked)",
    r"keep (?:writing|ringing|asking|on)",
    r"not (?:satisfied|finished|over|closed)",
    r"the same (?:matter|issue|thing)",
    r"how many times",
    r"i've asked",
    r"i have asked",
    r"last chance",
    r"i remind you",
)
"""The writer speaks as one who has asked before, and of what we answered."""

FRESH = (
    r"yesterday",
    r"last night",
    r"this (?:morning|afternoon|evening|week)",
    r"today",
    r"tonight",
    r"tomorrow",
    r"on (?:mon|tues|wednes|thurs|fri|satur|sun)day",
    r"last (?:week|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend)",
    (
        r"(?:on )?(?:the )?[0-9]{1,2}(?:st|nd|rd|th)?(?: of)? (?:january|february|march|april|may|june|july|"
        r"august|september|october|november|december)"
    ),
    r"complain(?:t)? about",
    r"i (?:wish|want|would like) to (?:report|complain|make|ask|apply|request)",
    r"i'd like to (?:report|complain|make|ask|apply|book|know)",
    r"(?:could|can|would|do|may|should|shall) (?:you|i|we) (?:please |need |have |kindly )?",
    r"is (?:it|there) (?:possible|a|any)",
    r"how (?:do|can|long|much)",
    r"who do i",
    r"where (?:do|can|is)",
    r"what's the",
)
"""The writer speaks of these days, or asks for something."""

NOTHING_NEW = (
    r"no",
    r"nothing",
    r"not any",
    r"without any",
    r"isn'?t any",
    r"haven'?t any) (?:new",
    r"fresh",
    r"further",
    r"more",
)
"""Words that only sound like new information."""
