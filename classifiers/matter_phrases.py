"""Phrases by which people say whether they write of an old matter, a new one, or bring something fresh.

RE2 alternatives as plain data, so that a phrase can be added without reading the code; the model is trained anew after
a change of CUES. CUES are met over lower-case ASCII words with one space between them and no apostrophes ("dont").
"""

CUES: dict[str, tuple[str, ...]] = {
    "decided": (
        (
            r"you(?:ve| have|d| had)? (?:all |now |already |both )?(?:told|said|say|found|decided|closed|"
            r"refused|wrote|written|call|called|admit|admitted|agreed|looked|concluded|answered|turned|"
            r"apologised|quote|quoting|keep|kept|drawn|upheld|been through|held)"
        ),
        (
            r"your (?:last |final |first |own |whole )?(?:decision|decisions|finding|findings|conclusion|"
            r"answer|answers|reply|letter|letters|reviewer|review|investigation|refusal|reasons|response|"
            r"apology|verdict|investigator|report|ruling)"
        ),
        r"(?:been|was|were|im|am|get|got) told",
        r"the (?:decision|finding|ruling|answer|review|outcome|conclusion|refusal|investigation|criteria)",
        r"(?:upheld|out of remit|final|reasonable|lawful|acceptable|concluded|dismissed|declined)",
        r"(?:its|it is|matters|matter is|case is|all) (?:closed|over|ended|finished|final|settled|done)",
        r"turned (?:it |that |us |me |him |her )?down",
        r"(?:shut|closed) (?:my|our|his|her|their|the) (?:file|case|complaint)",
        r"(?:decisions?|outcome) (?:to be )?(?:changed|reversed|overturned)",
    ),
    "sorry": (
        r"sorry",
        r"apolog\w+",
        r"regret\w*",
    ),
    "refuse": (
        (
            r"(?:dont|do not|cant|cannot|wont|will not|never|not prepared to|unable to|shant) (?:accept|"
            r"agree|let (?:it|this|that|them|you|him|her|things|go|matters?|the|my|any)|be fobbed|drop|give up|stop|"
            r"rest)"
        ),
        r"not (?:satisfied|happy|good enough|finished|an answer|enough|over|right|just|convinced)",
        r"isnt (?:right|just|good enough|enough|over|closed|reasonable|an answer)",
        r"disagree\w*",
        r"unhappy",
        r"dissatisfied",
        r"it(?:s| is| was) wrong",
        r"unjust",
        r"disgrace\w*",
        r"scandal\w*",
    ),
    "again": (
        r"again",
        r"once more",
        r"reconsider\w*",
        r"re ?open\w*",
        r"revisit\w*",
        r"second look",
        r"afresh",
        r"change your minds?",
        r"one last time",
        r"another look",
    ),
    "goes_on": (
        r"still",
        r"(?:as )?i(?:ve| have)? (?:said|say|told you|asked|written|wrote|explained|complained)",
        r"keeps? (?:on |asking|writing|saying|ringing|calling|emailing)",
        r"(?:going|goes|went|banging|harping|moaning|ranting) on (?:and on )?about",
        r"nothing(?:s| has)? changed",
        r"(?:go|carry) on",
        r"how many times",
        r"(?:two|three|four|several|many) (?:times|letters)",
        r"twice",
        r"as before",
        r"same (?:as|answer|thing|matter|letter)",
        r"(?:my|our) (?:complaint|appeal|case|objection|request|claim)",
        r"(?:we|i)(?:ve| have) (?:asked|offered|been)",
        r"waiting",
        r"with reference to",
        r"regarding",
        r"i refer",
        r"back again",
        r"never (?:answered|said|asked|got|had)",
    ),
    "asks_money": (r"(?:compensat\w+|refund\w*|pay (?:me|up|back)|paid back|made good|owed?)",),
    "asks": (
        (
            r"(?:could|can|would|may|might|should|shall) (?:you|i|we|somebody|someone|anyone|anybody|they|"
            r"the council|a member)"
        ),
        r"(?:do|does) (?:i|we|it|the|anyone|you)",
        r"how (?:do|long|much|can|many|would|soon)",
        r"is (?:there|it|that)",
        r"are there",
        r"whom? (?:do|should|would|can)",
        r"where (?:do|can|should|would)",
        r"what (?:time|is the|are the|do i|should)",
        r"whats the",
        r"when (?:is|will|does|can|are)",
        r"id (?:like|be glad|be grateful|want) (?:to|if)",
        r"(?:i|we) (?:wish|want|would like|need) (?:to|a|an)",
        r"let me know",
        r"please (?:tell|send|can|could|let)",
    ),
    "recent": (
        r"(?:on|last|this|next|since|until|every) (?:past )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?",
        r"yesterday",
        r"last (?:night|week|weekend|month)",
        r"this (?:morning|afternoon|evening|week|weekend|month)",
        r"today",
        r"tonight",
        r"tomorrow",
        r"next (?:week|month|weekend|year)",
        r"at the weekend",
        r"on the [0-9]{1,2}(?:st|nd|rd|th)?",
        r"the [0-9]{1,2}(?:st|nd|rd|th)",
        r"[0-9]{1,2} ?(?:am|pm)",
        r"these days",
        r"just now",
        r"the other (?:day|night|week)",
        r"half term",
        r"(?:mon|tues|wednes|thurs|fri|satur|sun)day (?:night|morning|afternoon|evening)",
    ),
    "other": (
        r"this time",
        r"another",
        r"(?:a|the|some|quite a) (?:different|new|second|separate|fresh|further)",
        r"someone else",
        r"somebody else",
        r"something (?:else|different)",
        r"the other",
        r"next door",
        r"moved on",
        r"given up about",
        r"not (?:about|to do with)",
        r"nothing to do with",
        r"isnt (?:about|the|to do)",
    ),
    "mixed": (
        (
            r"(?:a|an|another|some|quite a|my|one|the) (?:completely |totally |entirely |quite |wholly |"
            r"brand )?(?:new|different|separate|fresh|unrelated|other|further|second) (?:matter|issue|"
            r"complaint|problem|subject|thing|point|question|note|one)"
        ),
        r"something (?:else|new|different|separate)",
        r"another (?:matter|thing|subject|point|one)",
        r"separate(?:ly)?",
        r"(?:while|whilst) (?:im|i am|i have|ive|were)",
        r"(?:that|which) (?:aside|apart)",
        r"apart from (?:that|this)",
        r"on top of (?:that|this)",
        r"two (?:things|matters)",
        r"second(?:ly)?",
        r"by the way",
        r"also",
        r"as well",
        r"in addition",
        r"unrelated",
        r"besides",
        r"then theres",
        r"meanwhile",
        r"not what",
        r"(?:im|am) really writing",
        r"quite apart",
        r"and now",
        r"now theres",
    ),
    "brings": (
        r"enclos\w+",
        r"attach\w+",
        r"herewith",
        r"copy",
        r"(?:has|have|s|ve) (?:now|since|just|at last|finally|only now)",
        r"come (?:to light|forward|across)",
        r"turned up",
        (
            r"(?:hadnt|havent|never|didnt|not|nobody|no one)(?: \w+)? (?:seen|had|have|available|mentioned|"
            r"listened|known|told|considered|spoken)"
        ),
        r"got hold of",
        r"prove[sd]?",
        r"proof",
        r"evidence",
        r"witness\w*",
        r"footage",
        r"photograph\w*|photos?",
        r"statement",
        r"recording",
        r"you ought to (?:see|have|know)",
        r"only now",
        r"put(?:s)? (?:a|quite|it)",
        r"admitted",
        r"since your",
    ),
    "thanks": (
        r"thank\w*",
        r"grateful",
        r"thinking of",
        r"planning",
        r"volunteer\w*",
        r"book",
        r"free",
        r"pleased",
        r"congratulat\w+",
    ),
    "tells_of": (
        r"theres (?:a|been|an|people|some|no|one)",
        r"there (?:is|are|was|were|has)",
        r"(?:a|an|some) (?:man|woman|lad|boy|girl|lady|fellow|chap|car|van|officer)",
        r"someone|somebody",
        r"noticed",
        r"saw",
    ),
    "worried": (
        r"(?:dont|doesnt) (?:know|like|want to make)",
        r"worried",
        r"report",
    ),
}
"""By what they are a sign of: of an answer had already and of not taking it, of asking or telling for the first time,
of a second thing beside the first, of something brought. How much each says is learnt."""

DENIES = (
    (
        r"(?:this|that|it|im|i am|am)(?: is| has|s)? ?(?:isnt|is not|not|nothing|got nothing)"
        r"(?: writing| ringing| calling| here)? (?:about|to do with|concerning|regarding|connected|related|over)"
    ),
    r"(?:has |have |whatever |whatsoever |at all )?nothing (?:whatever |whatsoever |at all )?to do with",
    r"not (?:about|to do with|connected (?:with|to)|related to)",
    r"isnt (?:about|to do with)",
    r"nowt (?:whatever |at all )?to do with",
    r"(?:not|isnt|aint) (?:the|my|that|our) (?:[a-z]+ ){1,2}this time",
    r"dont connect",
    r"not that old business",
    r"forget the",
)
"""The sentence says what the message is not about: its words are no likeness."""

DENIES_REFERENCE = (
    (
        r"not (?:(?:about|to do with|regarding|concerning|re|ref|reference|the|my|your|that|case|matter|complaint|"
        r"number) )*"
    ),
)
"""What stands before a reference that the message is not about. Over lower-case words without apostrophes."""

SAYS_AFTER_ALL = (
    r"but",
    (
        r"(?:it is|its|this is|i am writing|im writing|i write|i am ringing|im ringing|i am calling|im calling) "
        r"(?:about|regarding|concerning|re|to do with|over)"
    ),
    r"and (?:it )?(?:concerns|regards|relates to|is about)",
)
"""Up to which a denial reaches, if there is one before: what follows is what the message is about."""

NOT_ALONE = (r"only|just|merely|solely|alone",)
BESIDES = (r"also|too|as well",)
"""Where these stand in what is denied, or in what follows, the message is about the one and the other."""

NOT_THINGS = (
    r"^(?:no |and |but |so )?(?:its |this is |im )?not (?:the|my|that|our|about (?:the|my|that|our))(?: [a-z]+){1,2}"
    r"(?: (?:and|or|nor) (?:not )?(?:about )?(?:the|my|that|our)(?: [a-z]+){1,2})*(?: today| now)?$"
)
"""So does a whole sentence of things, "Not the garage and not the handbag", unless a word of NO_THINGS is in it."""

NO_THINGS = frozenset(
    {b"first", b"last", b"only", b"same", b"answer", b"end", b"way", b"point", b"one", b"case", b"time", b"best"}
    | {b"worst", b"least", b"right", b"fault", b"job", b"place", b"kind", b"sort", b"problem", b"issue", b"type"}
)
"""What is spoken of in "Not the first time", which denies nothing."""

ANNOUNCES = (
    (
        r"(?:this|here|it) ?(?:is|s) (?:about )?(?:a|an|another|something) (?:completely |totally |"
        r"entirely |quite |wholly )?"
        r"(?:new|different|separate|fresh|unrelated|else)"
    ),
    (
        r"(?:a|an) (?:completely |totally |entirely |quite |wholly |brand )?(?:new|fresh|unrelated) "
        r"(?:matter|complaint|issue)"
    ),
    r"something else (?:entirely|altogether|completely)",
)
"""At the start of a message: what follows is new."""

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
    (
        r"(?:report|statement|letter|photographs?|photos?|footage|survey|results?|invoice|certificate)"
        r"(?:'?s| is| are) (?:attached|enclosed)"
    ),
    (
        r"(?:i|we)(?:'?ve| have)? had (?:a|an|my own|our own) "
        r"(?:surveyor|engineer|expert|doctor|consultant|specialist|builder)"
    ),
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
"""The writer has something that was not known before. Over lower-case ASCII with its apostrophes."""

NOTHING_NEW = (r"(?:no|not any|nothing|without any|isn'?t any|haven'?t any) (?:new|fresh|further|more)",)
"""Words that only sound like new information."""

TURNS = (
    r"separate(?:ly| from (?:that|this|all))",
    (
        r"on (?:to )?(?:a|an|another|the|some|quite a|quite another)(?: [a-z]+){0,3} "
        r"(?:subject|matter|note|topic|issue|tack|front)s?"
    ),
    r"(?:on to|now for|now to|turning to) (?:something|another|other|the other)",
    (
        r"(?:(?:a|an|the|my|one|some|there is|theres|there was|there is a|theres a|i have a|ive a) )?"
        r"(?:quite |completely |entirely |wholly )?(?:other|another|different|separate|unrelated|new|fresh) "
        r"(?:matter|business|subject|issue|query|complaint)s?"
    ),
    r"(?:by the way|btw|incidentally)",
    r"(?:while|whilst|as) (?:i am|im|i have|ive|we are|were) (?:writing|at it|here|on|about it|in touch|you)",
    r"(?:quite |all )?(?:apart from|aside from|leaving|putting|setting) (?:that|this|which|all)",
    r"(?:that|which|this|all that) (?:aside|apart)",
    r"(?:leave|put|enough of|enough about|never mind|forget) (?:that|all that|this)",
    r"something (?:else|new|quite different|different|fresh|separate|unrelated)",
    r"(?:to )?chang(?:e|ing) (?:the )?subject",
    r"unrelated(?:ly)?",
    r"(?:(?:a|another|and a|now a) )?(?:new|different|separate|fresh) one$",
)
"""At the head of a sentence: what follows is something else. Over lower-case ASCII words without apostrophes."""

ADDS = (
    r"(?:(?:the|my|one|an|a) )?(?:[a-z]+ )?(?:other|another) (?:thing|point|question)s?",
    (
        r"(?:(?:a|one|my|the|theres a|there is a|i have a|ive a|just one|just a) )?"
        r"(?:more|further|last|final|quick|second|different|separate|unrelated|new) (?:thing|point|question)s?"
    ),
    r"p ?p? ?s",
    r"postscript",
    r"(?:second|third)(?:ly)?",
    r"(?:point|number) (?:two|three)",
    r"(?:also|plus|moreover|besides|additionally|in addition)",
    r"(?:there is|theres) (?:also|another|something|this|a new|a second)",
    r"i (?:should|must|would|want to|need to) also",
    r"what(?:s| is) new",
    r"on top of (?:that|this|all)",
)
"""The same where it may as well go on with the old."""

LABELS = r"(?:then|next|after that|afterwards|other|new|separate|2nd|second)(?: (?:one|thing|call|item|issue|matter))?"
"""Before a colon or a dash at the head of a sentence something else follows, in notes of calls: "Then: door jammed"."""
