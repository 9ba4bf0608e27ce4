"""How danger is said, and by whom or to whom: the phrases by which `at_risk` reads a sentence.

Written like lexicons (`mentions.pattern`) and tried on the folded sentence, in linear time.
"""

from __future__ import annotations

import re2

from classifiers.mentions import pattern


def _compiled(text: str) -> re2._Regexp:
    return re2.compile(pattern(text).encode())


SMALL_WORDS = _compiled(
    r"(?:'(?:s|m|ve|ll|d|re)|,|:|-| (?:says?|said|saying|states?|stated|stating|thinks?|thought|feels?|felt|feeling|"
    r"like|that|has|have|had|been|is|am|are|was|were|be|being|just|really|only|still|now|also|keeps?|kept|on|"
    r"going to|gonna|goin to|going|will|would|might|may|must|should|could|can|cannot|can't|cant|tried|trying|tries|"
    r"to|tonight|about|thinking of|thinking about|so|do|did|does|not|don't|didn't|doesn't|won't|never|talking|talks|"
    r"talked|threatening|threatened|threatens|planning|plans|planned|wants?|wanted|ready|off|and|then|very|all|"
    r"disclosed|reports?|reported|expressed|expressing|has got|got|already|again|actually|honestly|even|often|"
    r"constantly|said to|telling us|tells us|told us|telling me|tells me|told me|ever|long|lately|suddenly|both|"
    r"intends?|means?|meant|want|deserves?|needs?))* ?"
)
BESIDE = _compiled(r"(?: (?:up|down|off|out of|at|on|with|all of|the life out of|the hell out of|to|all|both|and))* ?")
WHO_DID = _compiled(r"\b(?:who|that|which) (?:\w+ ){1,2}$")
"""What comes next belongs to a clause about somebody before it: "the judge who took my children"."""
LONG_OVER = _compiled(r"\b(?:hung|hanged|killed|shot|drowned|topped|gassed) $")
REFLEXIVE = _compiled(
    r"\b(?:(my ?self|me ?self|mi ?self|my own life|end(?:ing)? my life|take my life|my wrists)"
    r"|(him ?self|his ?self|his own life|his wrists|(?:end|take|took|ending|taking) his (?:own )?life)"
    r"|(her ?self|her own life|her wrists|(?:end|take|took|ending|taking) her (?:own )?life)"
    r"|(themsel(?:f|ves)|their own li(?:fe|ves)))\b"
)
WANTS_TO_DIE = _compiled(
    r"\b(?:wants? to (?:die|be dead|end it|kill|not (?:be|wake)|disappear)|wanted to die|wanna die|wish(?:es)? (?:i|"
    r"he|she) (?:was|were) dead|end(?:ing)? it(?: all)?\b|suicidal|suicide|(?:took|taken|taking|take|"
    r"taking) (?:an? )?(?:overdose|od|all|too many|tablets|pills)|overdosed|self ?-?harm(?:s|ed|ing)?|cutting again|"
    r"jump(?:ing)?\b|better off dead|want to (?:live|be here|wake up|go on|carry on|be alive|exist)|(?:can't|"
    r"cannot) (?:go on|carry on|do this|take|see)|be here (?:tomorrow|on monday|much longer|by)|had enough|"
    r"no reason to live|give up on life|drown|end things|dead (?:by|soon)|hang from|(?:can't|cannot) face)\b"
)
ILL = _compiled(
    r"\b(?:(?:can't|cannot|isn't|isnt|not|barely|hardly|struggling to|stopped|stop|short of) breath(?:e|ing|)|"
    r"unconscious|unresponsive|not responding|collaps(?:ed|ing)|bleeding|having (?:a|an) (?:stroke|heart attack|"
    r"seizure|fit|asthma"
    r" attack|allergic reaction|baby)|chest pains?|(?:a|bad|terrible|crushing) pain|overdos(?:e|ed|ing)|fitting|"
    r"fainted|passed out|blacked out|fallen|fell|choking|turned blue|going blue|gone blue|gone grey|swallowed|"
    r"in labour|miscarrying|vomiting|coughing up|woken up|waking up|won't wake|been sick|slurring|confused|"
    r"face has dropped|has no pulse|run out of|missed|died|dying|burnt|burned|taken)\b"
)
_BODY = (
    r"jaw|face|head|neck|throat|legs?|arms?|knees?|kneecaps|fingers?|hands?|nose|teeth|skull|back|bones?|brains?|"
    r"eyes?|wrists?|ribs?|ankles?|heart|chest|windpipe|tongue|ears?|guts"
)
MY_BODY = _compiled(rf"\bmy (?:left |right |whole )?(?:{_BODY}|waters|insulin|stomach|belly|breathing|lips)\b")
_FIRMLY = (
    r"kill(?:ing)?|murder(?:ing)?|shoot(?:ing)?|stab(?:bing)?|behead(?:ing)?|strangl(?:e|ing)|throttl(?:e|ing)|"
    r"firebomb(?:ing)?|petrol bomb(?:ing)?|slaughter|assassinate|poison(?:ing)?|torch(?:ing)?|blow(?:ing)? up|bombing"
)
_LOOSELY = (
    r"burn|bomb|batter|beat|smash|break|hurt|harm|hit|knife|run over|cut|slit|hang|drown|deck|punch|slap|kick|gut|"
    r"attack|get|come for|come after|go for|bury|finish|end|execute|shoot|lamp|bray|knock|stamp on|do|leather|twat|"
    r"chin|glass|bottle|set fire to|set light to|jump|blow|drive (?:straight )?(?:through|into)|ram|rape|wait for|"
    r"be waiting for"
)
_MEANS_TO = (
    r"(?:will|'ll|ll|gonna|gunna|going to|goin to|want to|wants to|wanna|would|should|shall|must|deserves? to|"
    r"need to|might|threatened to|threatening to|threatens to|i'd|he'd|she'd|they'd|hed|theyd|coming to|come and|"
    r"go and|and)(?: (?:just|fucking|bloody|gladly|happily|personally|literally|come|and|go|round|there|down|to))*"
)
_SMOTHERS = r"(?:put(?:ting)?|h[eo]ld(?:ing)?|press(?:ed|ing)?) (?:a|the|his|her|my) (?:pillow|cushion|bag) over"
ATTACKS = _compiled(rf"\b(?:(?:{_FIRMLY})|{_MEANS_TO} (?:{_LOOSELY})|{_SMOTHERS})\b")
WITH_PEOPLE_IN_IT = _compiled(
    r" (?:down |up |to the ground |to the floor |to ash(?:es)? )?with (every (?:last |single )?one of (?:you|them)|"
    r"all of (?:you|them)|the lot of (?:you|them)|you(?: all| lot)?|everyone|everybody|them(?: all)?|him|her) "
    r"(?:still |all )?(?:in|inside)\b"
)
THREATENS = _compiled(
    r"\b(?:threaten(?:ed|s|ing)?|threatens to hurt|pulled (?:a|the|his) (?:knife|blade|gun|machete) on|(?:point(?:ed|"
    r"ing)|aim(?:ed|ing)|waved|waving) (?:a|the|his|her) (?:gun|knife|shotgun|rifle|pistol|crossbow|blade|"
    r"machete) at|came at|coming at|went for|lunged at|a bullet for|(?:a |the )?bullet with|(?:come|comes|came|"
    r"coming) (?:at|for|after)|(?:is|are) after|out to get)\b"
)
DOOMED = _compiled(
    r"(?:\b(?:(?:should|ought to|deserves? to|must|needs? to|will|gonna|going to|'ll|got to|has to|have to) (?:all |"
    r"both )?die|(?:be|is|are|gets?|getting|end up|ends up|ending up) (?:shot|stabbed|hung|hanged|killed|murdered|"
    r"hurt|burned|burnt|beheaded|battered|done in|buried|beaten|cut|jumped|lynched|strung up|executed|dead)|"
    r"a dead (?:man|woman|person)|dead (?:man|woman|meat))|'(?:s|re) dead|\b(?:re|s) dead)\b"
)
BODY_OF = _compiled(rf"(?:my|your|ur|his|her|their) (?:\w+ )?(?:{_BODY})\b")
PROPERTY = _compiled(
    r"(?:(?:my|your|ur|his|her|their|our|this|that|the|a|mr \w+'s) )(?:(?:whole|bloody|council|police|town|fucking|"
    r"own|new|nice|front|contact|job|civic|magistrates|crown|county|head) ){0,2}(?:offices?|buildings?|house|home|"
    r"flat|station|court|hotel|mosque|school|synagogue|church|temple|hall|reception|counter|shop|surgery|hospital|"
    r"clinic|depot|car|van|windows?|door|doors|centre|gaff|town hall|library|headquarters|hq|caravans?|barracks|"
    r"council|chamber|kids|bungalow)\b"
)
HURTS = _compiled(
    r"\b(?:hit(?:s|ting)?|beat(?:s|ing|en)?(?: up)?|batter(?:s|ed|ing)?|punch(?:es|ed|ing)?|slap(?:s|ped|ping)?|"
    r"kick(?:s|ed|ing)?|strangl(?:es|ed|ing|e)|chok(?:es|ed|ing|e)|throttl(?:es|ed|ing|e)|push(?:es|ed|ing)|"
    r"shov(?:es|ed|ing)|burn(?:s|ed|t)|hurt(?:s|ing)?|kill(?:ing)?|rap(?:es|ed|ing)|lock(?:s|ed|ing)|track(?:s|ed|"
    r"ing)|follow(?:s|ed|ing)|stalk(?:s|ed|ing)?|watch(?:es|ed|ing)|control(?:s|led|ling)|threaten(?:s|ed|ing)?|"
    r"abus(?:es|ed|ing)|bull(?:ies|ied|ying)|smack(?:s|ed|ing)?|grab(?:s|bed|bing)|force(?:s|d)?|forcing|mak(?:es?|"
    r"ing)|harass(?:es|ed|ing)?|messaging|terroris(?:es|ing)|pinch(?:es|ed|ing)|drag(?:s|ged|ging)|throw(?:s|ing)|"
    r"threw|spat|spits|shout(?:s|ing)|scream(?:s|ing)|swear(?:s|ing)|torment(?:s|ed|ing)?|bite?s|bit|bites|sold|"
    r"selling|touch(?:es|ed|ing)?|trapp(?:ed|ing)|knock(?:s|ed|ing)|won't let|wont let|doesn't let|never lets|lets|"
    r"not let)\b"
)
AFRAID = _compiled(
    r"\b(?:scared|frightened|terrified|afraid|petrified|fearful|in fear) (?:of|for)|\b(?:fears? for (?:his|"
    r"her) (?:life|safety)|being (?:used|groomed|hit|beaten|abused|controlled|stalked|followed|trafficked|exploited|"
    r"forced|made to)|not allowed|(?:escape|escaped|fled|fleeing) (?:from )?(?:my|his|her|violent|abusive)|"
    r"walks? on eggshells|is a victim)\b"
)
MY_THINGS = _compiled(
    r"\b(?:my|our) (?:\w+ )?(?:passports?|wages|bank card|benefits?|pension|money|documents|visa|phone|throat|neck|"
    r"face|arms?|ribs?|nose|hair|jaw|eyes?|purse|savings|papers|account|food|body)\b"
)
TOLD_ME = _compiled(
    r"\b(?:t(?:old|ells?|elling|ext(?:ed|s)?)|left|bought|gets?|got|show(?:ed|s)|ask(?:ed|s)|rang|rung|ring|rings|"
    r"call(?:ed|s)|let|to|give|gave|sent|with|help|behind|above|below|near|beside|opposite) $"
)
A_CHILD = _compiled(
    r"\b(?:child|children|kids?|kiddies?|bab(?:y|ies)|toddlers?|infant|newborn|bairns?|wean|little one|sons?|"
    r"daughters?|(?:grand|step|foster )(?:son|daughter|child|children|kids)s?|lads?|lass|lasses|lassie|boys?|girls?|"
    r"pupils?|nephew|niece|twins|teenager|little (?:brother|sister)|baby (?:brother|sister)|youngest|eldest|"
    r"students?|\d{1,2} ?-?(?:yo|y/o|year|yr|month|week|mth)\b.*|(?:f|m|male|female|son|daughter),? \(?(?:1[0-7]|"
    r"[1-9])(?:yo|yrs?)?\)?|(?:year|yr|y) ?\d.*|\w+(?: |-)(?:year|month|week)(?: |-)olds?)$"
)
GROWN = _compiled(r"(?:1[89]|[2-9]\d) ?-?(?:yo|y/o|year|yr)|\b(?:the|an|that|this|poor) old (?:boy|girl)|adult|grown")
I_AM_A_CHILD = _compiled(
    r"\b(?:i'm|i am|im) (?:only |just |nearly )?(?:[5-9]|1[0-7]|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen)"
    r"(?: (?:years? old|now|and|an|but|man)\b|[.,!?]| ?$)|\b(?:i'm|i am|im|i) in (?:year|yr) ?(?:[1-9]|1[0-3])\b|"
    r"\bi'm in foster care\b|\bmy (?:mum|mam|mom|dad|daddy|stepdad|step dad|mums boyfriend|mum's boyfriend) (?:hits|"
    r"beats|hurts|locks|punches|burns|kicks|touches|makes|slaps) me\b"
)
FRAIL = _compiled(
    r"\b(?:(?:mum|mam|mother|dad|father|nan|nana|nanna|nain|gran|granny|grandma|grandmother|grandad|granddad|grandpa|"
    r"grandfather|taid|aunt|auntie|aunty|uncle)\b|(?:old|elderly|frail|vulnerable|disabled|blind|deaf|autistic|"
    r"confused|lonely|poor|pensioner|resident|patient|pt|service user|old dear)\b)|(?:f|m|male|female|woman|man|"
    r"widower?),? \(?(?:early |mid |late )?[6-9]\d|\bgreat aunt\b"
)
NEIGHBOURLY = _compiled(
    r"\b(?:neighbour|lady|gentleman|brother|sister|wife|husband|customer|tenant|client|friend|cousin|man|woman|fella|"
    r"chap)\b"
)
I_NEED = _compiled(
    r"\b(?:i (?:can't|cannot|can not|couldn't) (?:get|manage|cope|stand|wash|dress|feed|cook|reach|see|walk|afford|"
    r"look after|do (?:the|my|for))|i(?:'ve| have)? (?:not|n't) (?:eaten|had (?:a|any|me|my) (?:meal|food|dinner|"
    r"wash|bath))|i haven't (?:eaten|had|washed)|i've (?:fallen|no food|nothing to eat)|i(?:'m| am|m) (?:old|"
    r"disabled|blind|deaf|housebound|bedbound|elderly|autistic|in a wheelchair)|"
    r"i(?:'ve)? got (?:a )?learnin[g']? disabilit(?:y|ies)|my learning disabilit(?:y|ies)|"
    r"my (?:so called )?carers? (?:\w+ )?(?:hits|hit|takes|took|steals|shouts|pinches|eats|locks|won't|never|doesn't|"
    r"hasn't))\b"
)
NOTED = _compiled(r"(?:vulnerable )?(?:f|m|female|male|clr|caller)(?: clr)?,? ?\(?(?:early |mid |late |c\.? ?)?\d")
GONE = _compiled(
    r"(?:'s (?:home|tv|funeral|death|grave|party|centre|ward|hospital)| (?:died|passed|is dead|services))\b"
)
NOBODY = _compiled(r"\b(?:by|home to|minded|taught|isn't|not|no|never|without|wasn't|aren't) $")
OWNS = _compiled(
    r"'s (?:[a-z-]+ )?(?:mother|father|mum|mam|dad|parents?|teacher|school|year|class|form|friends?|boyfriend|"
    r"girlfriend|brother|sister|uncle|aunt|nan|gran|carer|son|daughter|nephew|niece|phone|account|room|football|"
    r"coach|mate|mates|house|flat|husband|wife|partner)\b"
)
