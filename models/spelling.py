"""British and American spelling: the words that differ in spelling alone, each way only where it is sure.

Own lists rather than a package: the tables that there are (breame, eng, hyperreality's list) also turn tire, check,
story and draft, which are words of their own, and names.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

__all__ = ["Respelling", "respellings"]

Variety = Literal["us", "uk"]

# British forms; the American one leaves out the u.
_OUR = (
    "colour favour flavour honour humour labour neighbour rumour savour vigour vapour harbour behaviour endeavour "
    "armour parlour odour splendour candour ardour clamour fervour rigour tumour valour saviour demeanour"
)
# British -re, American -er.
_RE = "centre theatre fibre litre millilitre kilometre centimetre millimetre calibre lustre sombre spectre meagre"
# British -ise, American -ize: listed, since exercise, surprise and advertise keep their s everywhere.
_ISE = (
    "organ real recogn custom personal optim maxim minim visual summar priorit special standard util energ "
    "modern moistur harmon revital revolution symbol sympath memor categor character apolog author civil commercial "
    "critic crystall digit emphas equal familiar fantas final formal general global hypnot ideal immun "
    "initial item legal local magnet material mechan mesmer mobil monet neutral normal oxid patron penal popular "
    "reorgan romant sanit scrutin social steril stabil synchron tantal tender theor token traumat trivial "
    "vandal vapor verbal weather winter western aromat carbon caramel volum econom pressur glamor"
)
# British with the consonant doubled before an ending, American without.
_DOUBLED = (
    "travel cancel model label fuel level signal dial channel counsel marvel jewel tunnel quarrel equal total initial "
    "funnel pedal rival shovel snorkel spiral swivel tinsel towel bevel enamel unravel unrival panel"
)
_PAIRS = """
aluminium aluminum | anaemia anemia | anaesthetic anesthetic | analyse analyze | analysed analyzed |
analysing analyzing | analyser analyzer | paralyse paralyze | paralysed paralyzed | catalyse catalyze |
artefact artifact | artefacts artifacts | ageing aging | catalogue catalog | catalogues catalogs |
cosy cozy | cosier cozier | cosiest coziest | cosiness coziness | cosily cozily | defence defense |
defences defenses | offence offense | offences offenses | pretence pretense | encyclopaedia encyclopedia |
fulfil fulfill | fulfils fulfills | fulfilment fulfillment | enrol enroll | enrols enrolls |
enrolment enrollment | skilful skillful | skilfully skillfully | wilful willful | instalment installment |
instalments installments | grey gray | greys grays | greyish grayish | jewellery jewelry |
manoeuvre maneuver | manoeuvres maneuvers | manoeuvrable maneuverable | marvellous marvelous |
marvellously marvelously | mould mold | moulds molds | moulded molded | moulding molding |
moustache mustache | moustaches mustaches | mum mom | mums moms | oestrogen estrogen |
paediatric pediatric | plough plow | ploughed plowed | pyjama pajama | pyjamas pajamas |
sceptical skeptical | sceptic skeptic | smoulder smolder | smouldering smoldering | sulphate sulfate |
sulphates sulfates | sulphur sulfur | woollen woolen | woollens woolens | colourful colorful |
colourless colorless | colouring coloring | coloured colored | flavoured flavored | flavoursome flavorsome |
favourite favorite | favourites favorites | favourable favorable | honourable honorable |
neighbourhood neighborhood | neighbourhoods neighborhoods | behavioural behavioral |
multicoloured multicolored | watercolour watercolor | watercolours watercolors | centred centered |
centring centering | centrepiece centerpiece | traveller traveler | travellers travelers |
jeweller jeweler | jewellers jewelers | aeroplane airplane | aeroplanes airplanes | maths math |
doughnut donut | doughnuts donuts | mollusc mollusk | chequered checkered
"""
# Sure in one direction only: the other form is a word of its own, or right in both countries.
_TO_AMERICAN = """
programme program | programmes programs | cheque check | cheques checks | tyre tire | tyres tires |
kerb curb | licence license | licences licenses | practise practice | practised practiced | practising practicing |
storey story | draught draft | draughts drafts | yoghurt yogurt | yoghurts yogurts |
analogue analog | metre meter | metres meters | whilst while
"""

_WORD = re.compile(r"(?<![\w@#./-])[A-Za-z]{3,}(?![\w@]|\.\w)")
_METERS = re.compile(r"(?<=\d)[ \u00a0-](meters?)(?!\w)")


class Respelling(NamedTuple):
    """A word at `start:end` of a text that the other variety spells `instead`."""

    start: int
    end: int
    instead: str


def respellings(text: str, to: Variety) -> Iterator[Respelling]:
    """The words of a text that are spelt otherwise in a variety of English, in order.

    Words in an address, a handle or a hashtag are left alone.
    """
    table = _table(to)
    found = []
    for match in _WORD.finditer(text):
        word = match.group()
        if other := table.get(word.lower()):
            found.append(Respelling(*match.span(), _cased(other, word)))
    if to == "uk":
        # A meter measures everywhere; after a figure it is the unit.
        for match in _METERS.finditer(text):
            word = match.group(1)
            found.append(Respelling(*match.span(1), _cased(word[:3].lower() + "re" + word[5:].lower(), word)))
    yield from sorted(found)


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


@cache
def _table(to: Variety) -> dict[str, str]:
    pairs = dict(_british_american())
    if to == "us":
        return pairs | dict(_read(_TO_AMERICAN))
    return {us: uk for uk, us in pairs.items()}


def _british_american() -> Iterator[tuple[str, str]]:
    for word in _OUR.split():
        american = word[:-3] + "or"
        for ending in ("", "s", "ed", "ing"):
            yield word + ending, american + ending
    for word in _RE.split():
        american = word[:-2] + "er"
        yield word, american
        yield word + "s", american + "s"
    for stem in _ISE.split():
        for ending in ("e", "es", "ed", "er", "ers", "ing", "ation", "ations"):
            yield f"{stem}is{ending}", f"{stem}iz{ending}"
    for stem in _DOUBLED.split():
        for ending in ("ed", "ing", "er", "ers"):
            yield f"{stem}l{ending}", f"{stem}{ending}"
    yield from _read(_PAIRS)


def _read(pairs: str) -> Iterator[tuple[str, str]]:
    for pair in pairs.split("|"):
        uk, us = pair.split()
        yield uk, us
