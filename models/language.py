"""Which language a text is in: one review, one copy, one line."""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import Field

from models.brief import detect_language
from models.variant import Value

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNDETERMINED = "und"
"""ISO 639's code for texts without words: emoji, figures, addresses, nothing."""

# fmt: off
LANGUAGES = (
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "th",
    "tl", "tr", "uk", "ur", "vi", "zh",
)
# fmt: on
"""What `detect` can answer besides `und`, by ISO 639-1 (tl: Tagalog)."""

MAX_LOOKED_AT = 2_000
"""Characters that are looked at; a text's language shows long before."""

# English reviews are short, full of names and of loans (cliché, pastiche, bravo): another language has to be
# clearly ahead, or English clearly out. On 3,000 short English texts the wrong winners stayed below 0.73, on the
# labelled lines of other languages the right ones are above 0.87.
_CLEARLY = 0.75
_LIKELY = 0.5
_ENGLISH_IS_OUT = 0.02

_NOT_WORDS = re.compile(
    r"https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,255}|[@#][\w-]+|:[a-z0-9_+-]+:"
    r"|(?<![^\W\d_])\d[\d.,]*\s?[a-zA-Z]{1,4}(?![^\W\d_])"
)
_LETTER = re.compile(r"[^\W\d_]")
_KANA = re.compile(r"[\u3041-\u3096\u309d-\u30fa\u30fd-\u30ff\uff66-\uff9d]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class Detected(Value):
    """A text's main language: an ISO 639-1 code or `und`, and how sure that is, 0 to 1."""

    code: str
    confidence: float = Field(ge=0, le=1)


def detect(text: str) -> Detected:
    """The main language of a text that exists (for the language copy is to be *written* in, the brief decides:
    `models.brief.detect_language` takes any text for English or Chinese).

    Links, addresses, mentions, hashtags and figures with units are left out of account. Chinese, Japanese and
    Korean go by their characters, Chinese against Latin words by the brief's rule (a Han character weighs as
    much as a word, names half); all else by py3langid. Only the first 2,000 characters are looked at.
    """
    words = _NOT_WORDS.sub(" ", text[:MAX_LOOKED_AT])
    letters = len(_LETTER.findall(words))
    if not letters:
        return Detected(code=UNDETERMINED, confidence=0.0)
    han, kana, hangul = (len(script.findall(words)) for script in (_HAN, _KANA, _HANGUL))
    if hangul * 2 > letters:
        return Detected(code="ko", confidence=hangul / letters)
    if kana * 5 >= max(han + kana, 1) and (han + kana) * 2 > letters:
        # Hardly a Japanese sentence does without kana, and a Chinese one has a の at most.
        return Detected(code="ja", confidence=(han + kana) / letters)
    if han and (han == letters or detect_language(words) == "zh"):
        return Detected(code="zh", confidence=_share_of_han(words, han))
    return _by_letters(words)


def _share_of_han(words: str, han: int) -> float:
    rest = len(re.findall(r"[^\W\d_]+", _HAN.sub(" ", words)))
    return han / (han + rest)


def _by_letters(words: str) -> Detected:
    """The language of a text that is not Chinese, Japanese or Korean."""
    rest = unicodedata.normalize("NFC", _HAN.sub(" ", words))
    if not _LETTER.search(rest):
        return Detected(code=UNDETERMINED, confidence=0.0)
    # Names in capitals and whole texts in capitals are read like any other.
    ranked = _identifier().rank(rest.lower() if rest.isupper() else rest)
    code, confidence = ranked[0]
    if code != "en":
        english = dict(ranked)["en"]
        if confidence < _CLEARLY and (english > _ENGLISH_IS_OUT or confidence < _LIKELY):
            code, confidence = "en", english
    return Detected(code=code, confidence=min(1.0, max(0.0, confidence)))


_loading = threading.Lock()


def _identifier() -> "LanguageIdentifier":
    with _loading:
        return _load()


@lru_cache(maxsize=1)
def _load() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # numpy and a 4 MB model

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
