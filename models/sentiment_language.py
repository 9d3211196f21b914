"""Which language a text is in, as far as choosing a sentiment model needs."""

import re
import unicodedata

from models.brief import detect_language

UNDETERMINED = "und"
"""ISO 639's code for texts without letters: emoji, figures, nothing."""

_SCRIPTS = {
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "HEBREW": "he",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "GREEK": "el",
}
_KANA = re.compile(r"[\u3041-\u30fa\uff66-\uff9d]")
_LOOKED_AT = 20_000
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

# Words of grammar: short reviews hold several, and English copy holds none of the others'.
_GRAMMAR = {
    "en": "the and is was of to in it that this for with you not have but are they on my we be so very",
    "de": "der die das und ist nicht ich sehr ein eine mit für auf es den von zu war aber sich auch",
    "fr": "le la les des est et un une très pas je ne pour que dans avec ce cette sur il mais du",
    "es": "el los las es y un una muy no que para con por está pero en lo su del como más",
    "it": "il lo gli è e un una molto non che per con di ma sono della questo anche del",
    "pt": "o os as é e um uma muito não que para com por está mas em do da foi mais",
    "nl": "de het een is en niet van ik op te dat met voor maar zijn deze heel erg was",
}
_WORDS = {language: frozenset(words.split()) for language, words in _GRAMMAR.items()}


def language_of(text: str) -> str:
    """The ISO 639 code of a text's main language; `UNDETERMINED` where it has no letters.

    Chinese and English are told apart as briefs do it (`models.brief.detect_language`). Latin letters are
    taken for English unless two different words of grammar of another language, and more than of English,
    are found; other scripts go by their letters. Only the first 20,000 characters are looked at.
    """
    text = text[:_LOOKED_AT]
    if not _LETTER.search(text):
        return UNDETERMINED
    kana = len(_KANA.findall(text))
    if kana and kana * 5 >= len(_LETTER.findall(text)):
        return "ja"
    if detect_language(text) == "zh":
        return "zh"
    letters = _LETTER.findall(text)[:400]
    foreign: dict[str, int] = {}
    for letter in letters:
        if letter > "\u0370":
            script = unicodedata.name(letter, "?").split()[0]
            foreign[script] = foreign.get(script, 0) + 1
    if foreign:
        script, count = max(foreign.items(), key=lambda item: item[1])
        if count * 2 > len(letters):
            # One stray Han character beside a name is not a Chinese text, but a text of nothing else is.
            return "zh" if script == "CJK" else _SCRIPTS.get(script, UNDETERMINED)
    found = {word.lower() for word in _WORD.findall(text)}
    hits = {language: len(found & words) for language, words in _WORDS.items()}
    best = max(hits, key=lambda language: hits[language])
    return best if hits[best] >= 2 and hits[best] > hits["en"] else "en"
