"""Common given names of Britain, and the short and pet forms that stand for one another.

Used only to tell "Karen" under a letter from "Thursday" or "Stafford": a name missing here weakens no match.
"""

from __future__ import annotations

from typing import Final

GIVEN_NAMES: Final = frozenset(
    """
    aaron abdul abdullah abigail adam adele adrian agnes ahmed aiden aisha akash alan alana alastair albert alec aled
    alex alexander alexandra alfie alfred alfreda ali alice alicia alison alistair allan allen alma amanda amara amber
    amelia amina amir amit amy ana andrea andrew angela angus anil anita ann anna annabel anne annette annie anthony
    antonia anwar april archie arjun arthur asha ashley asif audrey austin ava avril barbara barrie barry beatrice
    beatrix becky belinda ben benjamin bernadette bernard beryl bethany betty beverley bill billy blanche bob bonnie
    brandon brenda brendan brett brian bridget bronwen bruce bryan bryn callum cameron carl carla carmel carol carole
    caroline carolyn cassandra catherine cathy cecil cecilia cedric celia ceri chandra chantelle charlene charles
    charlie charlotte chelsea cheryl chloe chris christian christina christine christopher cindy claire clare clarence
    claude claudia clifford clive colin connie connor conor constance cora craig crystal curtis cynthia cyril daisy
    dale damian dan daniel danielle danny daphne darren dave david dawn dean deborah debbie declan deepak delia denis
    denise dennis derek dermot desmond diana diane dilys dinesh dominic don donald donna doreen doris dorothy doug
    douglas duncan dwayne dylan eamon ebony eddie edgar edith edmund edna edward edwin eileen elaine eleanor elena eli
    elijah elizabeth ella ellen ellie elliott elsa elsie elspeth emily emma enid eric erica erin ernest esme esther
    ethan ethel eugene eunice eva eve evelyn ewan faith farah farhan fatima fay felicity felix fergus finlay fiona
    florence frances francesca francis frank fred freda freddie frederick freya gail gareth gary gavin gemma geoff
    geoffrey george georgia georgina gerald geraldine gerard gertrude gethin gillian gladys glen glenda glenn gloria
    glyn gordon grace graeme graham grant greg gregory gurpreet guy gwen gwendoline gwyneth hamish hanif hannah harold
    harpreet harriet harry harvey hassan hayley hazel heather hector heidi helen helena henry herbert hilary hilda
    holly howard hugh hughie hugo huw iain ian ibrahim ida imogen imran india ingrid iqbal irene iris isaac isabel
    isabella isla isobel ivan ivor ivy jack jackie jacob jacqueline jade jake james jamie jan jane janet janice jasmine
    jason jasper jay jayne jean jeanette jeff jeffrey jemima jenna jennifer jenny jeremy jerry jess jesse jessica jill
    jim jimmy jo joan joanna joanne jocelyn jodie joe joel john johnny jon jonathan jordan jordy joseph josephine josh
    joshua joy joyce judith judy julia julian julie june justin karen karl kate katherine kathleen kathryn kathy katie
    katy kay kayleigh keeley keith kelly ken kenneth kerry kevin khadija khalid kieran kim kimberley kirsty krishna
    kristina kuldeep kulwinder kumar kyle lakshmi lana lance laura lauren laurence layla leah leanne lee lena len leo
    leon leonard leroy leslie lewis liam lily linda lindsay lionel lisa liz logan lois lorna lorraine louis louisa
    louise lucas lucinda lucy luke lydia lynda lynette lynn lynne mabel madeleine maggie mahmood maisie malcolm mandy
    manjit marc marcia marcus margaret margery marguerite maria marian marie marilyn marion marjorie mark marlene
    martha martin martyn mary mason matilda matthew maud maureen maurice mavis max maxine may megan mehmet mel melanie
    melissa melvin meredith mia michael michaela michelle mick mike mildred miles millie miranda miriam mohamed
    mohammad mohammed moira molly mona monica morag morgan morris muhammad muriel myra myrtle nadia nadine nancy naomi
    nasreen natalie natasha nathan nathaniel neil nellie neville niall nicholas nick nicola nigel nina noah noel nora
    noreen norma norman nuala olga oliver olive olivia omar oscar owen paige pam pamela pat patience patricia patrick
    paul paula pauline pearl peggy penelope penny percy peter petra phil philip philippa phillip phoebe phyllis polly
    poppy pradeep priya quentin rachel raj rajesh ralph ramesh randolph rashid ravi ray raymond rebecca reece reg
    reginald reuben rex rhian rhiannon rhys richard rick ricky riley rita rob robert roberta robin rod roderick rodney
    roger roisin roland ron ronald rory ros rosa rosalind rosamund rose roseanne rosemary rosie ross rowan roy ruby
    rukhsana rupert russell ruth ryan sabrina sadie saeed saira sally sam samantha samir samuel sandra sandy sanjay
    sara sarah sasha saul scott sean sebastian selina serena seth shabana shane shannon sharon shaun shauna sheena
    sheila shelley shirley shona sian sidney sidra simon simone sonia sophia sophie spencer stacey stan stanley stella
    stephanie stephen steve steven stewart stuart sue suki sukhi sunita susan susanna suzanne sybil sylvia tabitha
    tamara tamsin tania tanya tara tariq tegan teresa terence terry tess thelma theo theodore theresa thomas tiffany
    tim timothy tina toby todd tom tommy tony tracey tracy trevor trisha tyler tyrone una ursula usman valerie vanessa
    vera verity vernon veronica vicky victor victoria vijay vikram vincent viola violet vivian vivienne wallace walter
    wanda warren wayne wendy wesley wilfred will william winifred winston xavier yasmin yusuf yvette yvonne zachary
    zainab zara zoe
    """.split()  # noqa: SIM905 - a page of names reads better than a thousand quoted strings
)

_GROUPS: Final = """
    abigail abby gail | albert bert bertie al | alexander alex alec sandy sasha xander | alexandra alex sandra lexi
    alfred alf alfie fred | alison ali | amanda mandy | andrew andy drew | angela angie | ann anne annie anna nan nancy
    anthony tony ant | antonia toni | archibald archie | arthur art | barbara barb babs | barry barrie baz bazza
    beatrice bea trixie | benjamin ben benny | bernadette bernie detta | bernard bernie | beverley bev | brian bryan
    bridget biddy bridie | cameron cam | caroline carol carrie caz | catherine katherine kathryn cathy kathy kate katie
    katy kath kay kit kitty | cecilia cecily celia | charles charlie chas chuck | charlotte charlie lottie
    christine christina chris chrissie tina | christopher chris kit topher | clifford cliff | constance connie
    cynthia cindy | daniel dan danny | david dave davey davy dai taff | deborah debbie deb debs | denise den dee
    dennis denis den | derek del | desmond des | dominic dom nick | donald don donny | dorothy dot dottie dolly thea
    douglas doug dougie | edmund ed eddie ned ted | edward ed eddie ted teddy ned | edwin ed eddie | eileen aileen
    eleanor ellie nell nellie nora lena | elizabeth liz lizzie beth betty betsy bess eliza elsie lisa libby lilibet
    ellen nell nellie ellie | emily em emmy millie | emma em | ernest ernie | eugene gene | evelyn eve evie
    florence flo florrie flossie | frances fran francesca frankie fanny | francis frank frankie | frederick fred freddie
    geoffrey jeffrey geoff jeff | george georgie | georgina georgie gina | gerald gerry jerry | gerard gerry
    gillian gill jill | gordon gordy | graham graeme gray | gregory greg | gwendoline gwen wendy | harold harry hal
    harriet hattie harry | helen nell ellen lena | henry harry hal hank | herbert herb bert | hugh hughie hugo huw
    ian iain | isabel isobel isabella izzy bel bella tibby | jacob jake | jacqueline jackie jacqui | james jim jimmy
    jamie jem | jane janey jenny | janet jan | jennifer jen jenny | jeremy jerry jez | jessica jess jessie | joan joanie
    joanna joanne jo | john jack johnny jon ian sean | jonathan jon jonny | jordan jordy | joseph joe joey
    josephine jo josie | joshua josh | judith judy jude | julia julie jules | julian jules | katherine kit kitty kay
    kathleen kath kathy kate | kenneth ken kenny | kevin kev | kimberley kim | laurence lawrence larry laurie loz
    leonard len lenny leo | leslie les | lewis louis lew lou | louise lou lulu | lucinda lucy cindy | lydia liddy
    lynda linda lyn lynn lin | madeleine maddy | malcolm malc mal | margaret maggie meg peggy peg madge marge margie
    margaret rita greta daisy maisie mags | marguerite margaret rita daisy | marion marian mari | marjorie margery marge
    mark marc | martha mattie patty | martin martyn marty | mary molly polly may mamie | matilda tilly mattie
    matthew matt matty | maureen mo reen | maurice morris mo | melanie mel | melissa mel lissa | michael mick mike
    mickey mikey micky | michelle shell shelley | mohammed muhammad mohamed mohammad mo | nathaniel nathan nat nate
    neil neal niall | nicholas nick nicky nico | nicola nicky nikki | norman norm | oliver ollie noll | olivia liv livvy
    pamela pam | patricia pat patsy paddy trish trisha tricia patti | patrick pat paddy rick | pauline polly
    penelope penny pen | peter pete | philip phillip phil pip | philippa pippa pip phil | rachel rach rae
    raymond ray | rebecca becky becca bex | reginald reg reggie | richard rick ricky dick rich richie dickie
    robert rob bob bobby robbie bert | roberta bobbie | roderick rod roddy | rodney rod | roger rog | ronald ron ronnie
    rosalind ros roz rosie lindy | rosemary rose rosie romy | rukhsana ruki | russell russ | samantha sam sammie
    samuel sam sammy | sandra sandy | sarah sara sally sadie | sharon shaz shazza | sheila shelagh | sidney sid syd
    simon si | stanley stan | stephanie steph stevie | stephen steven steve ste stevie | stuart stewart stu
    susan sue susie suzie suzanne susanna | sukhi sukhvinder sukhjit sukhdev | sylvia sylvie | terence terry tel
    teresa theresa terry tess tessa tracy | theodore theo ted teddy | thomas tom tommy | timothy tim timmy
    tracey tracy trace | trevor trev | valerie val | vanessa nessa ness | veronica ronnie vera | victor vic
    victoria vicky vikki tori | vincent vince vinny | virginia ginny ginger | vivienne vivian viv | walter walt wally
    wesley wes | wilfred wilf fred | william will bill billy willie liam | winifred win winnie freda | winston win
    mohammed mohd md | william wm | george geo | thomas thos | charles chas | joseph jos
    yvonne von | zachary zac zach zak
"""


def _diminutives() -> dict[str, frozenset[str]]:
    forms: dict[str, set[str]] = {}
    for line in _GROUPS.replace("\n", " | ").split("|"):
        words = line.split()
        for word in words:
            # Only between a name and its short forms: Bert may be Albert or Herbert, but Albert is not Herbert.
            forms.setdefault(word, set()).update({words[0]} if word != words[0] else set(words))
    return {word: frozenset(others) for word, others in forms.items()}


DIMINUTIVES: Final = _diminutives()
"""For each name, the names it may stand for or that may stand for it."""
