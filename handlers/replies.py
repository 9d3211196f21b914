"""Which reply in a copy's thread asks for a rewrite, and of which variant. See docs/slack.md."""

import re
from collections.abc import Sequence

from bot.store import Delivery

# One word or a short phrase that thanks or agrees.
_CHATTER = re.compile(
    r"(?:(?:ok(?:ay)?|yes|yep|yeah|no|nope|nice|great|cool|lol|perfect|done|good|super|wow|hm+|haha+|hi|hello|"
    r"thanks?(?: you)?|thx|ty|cheers|love (?:it|this|that)|well done|so good|looks? (?:good|great)|lgtm|"
    r"good (?:job|work|one|stuff)|nice (?:job|work|one)|got it|noted|same here|agreed|"
    r"a lot|so much|very much|everyone|all|team|again|try|keep it up|this|that|it|for|the|and|there|"
    r"谢谢|多谢|感谢|辛苦了?|好的?|好呀|不错|很好|真好|太[好棒赞]了|收到|赞|可以|行|嗯|哈|明白|了解|没问题|同意|"
    r"你|您|大家|各位|啦|呀|啊|了)"
    r"[\s!.,~！。，、～…?？]*)+",
    re.IGNORECASE,
)
_EMOJI = re.compile(r":[a-z0-9_+'\-]+:(?::skin-tone-\d:)?")
# What asks for a change wherever it stands: a comparison or a measure.
_COMPARISON = re.compile(
    r"\b(?:(?<!no )more|less|fewer|too(?=\s+\w)|instead|without|rather than|"
    r"(?:short|long|warm|cool|bold|funn|friendl|simpl|clear|catch|punch|calm|strong|soft|light|bright|tight|kind|"
    r"cheek|playful|formal|casual|fresh|snapp|sharp|nic|small|bigg|loud|quiet|rich|bett)i?er)\b"
    r"|更(?!好了|新)|再(?!见|看|说|议|等|来)|太(?!好|棒|赞|强|美|厉害|感谢|谢谢)|[短长]一?[点些]|一点",
    re.IGNORECASE,
)
# What asks for a change where a sentence asks for something: at its start, after a comma, after “please”.
_VERB = re.compile(
    r"(?:^|[.,;:!?，。；！？、\n]\s*|\b(?:and|but|please|pls|you|also|then|just|or)\s+)"
    r"(?:(?:again|now|maybe|perhaps)[, ]+)?"
    r"(?:make|rewrite|redo|rephrase|reword|shorten|lengthen|add|remove|drop|delete|cut|trim|mention|include|"
    r"replace|swap|change|use|try|keep|put|begin|start|end|lead|focus|emphasi[sz]e|highlight|stress|avoid|"
    r"translate|simplify|say|don'?t|do not|tone|turn|give|write|leave|skip|no)\b(?! (?:problem|worries|idea|it up)\b)"
    r"|改(?!天)|换|加(?!油|班)|去掉|删|不要|别(?!人|的)|减少|提到|强调|突出|重写|重新|语气|保留|避免|翻译|用.{1,8}风格",
    re.IGNORECASE,
)
# People talking to each other.
_TALK = re.compile(
    r"(?:i|i'?m|i'?ll|i'?ve|i'?d|we|we'?re|we'?ll|we'?ve|he|she|they|it'?s|that'?s|this is|who|why|when|where|"
    r"let'?s|let me|did|does|do (?:we|you)|is (?:it|this|that)|are (?:we|you)|(?:what|how)(?! about)|fyi|btw|"
    r"我|我们|咱们|他|她|这是|那是|谁|为什么|什么时候|怎么)(?:\b|(?<=[\u3400-\u9fff]))",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？]\s*$")
_NAMED = re.compile(
    r"^\s*(?:(?:#|no\.?|number|variant|option)\s*([1-8])\b|([1-8])(?=\s*[:：.、,，)）])|"
    r"第\s*([1-8一二三四五六七八两])\s*[个条版份]?)"
    r"\s*[:：.、,，)）-]*\s*",
    re.IGNORECASE,
)
_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八", start=1)} | {"两": 2}


def asks_for_change(text: str, *, by_asker: bool, alone: bool = False) -> bool:
    """Whether a reply without a mention asks for a rewrite.

    Never: to somebody else (`<@U…>`), an aside (`// …`), only emoji, only thanks or agreement. In a direct message
    with the bot everything else counts. From the person who asked for the copy everything else counts, but talk and
    questions without a word of change. From anybody else it counts when it names a variant or says a word of
    change, and is no talk.

    Args:
        text: The reply as Slack sends it, without mentions of the bot.
        by_asker: Whether the person who asked for the copy wrote it.
        alone: Whether it stands in a direct message with the bot.
    """
    stripped = _EMOJI.sub("", text).strip()
    if "<@" in text or stripped.startswith("//") or not re.search(r"\w", stripped):
        return False
    if _CHATTER.fullmatch(stripped):
        return False
    if alone or _NAMED.match(stripped):
        return True
    changes = bool(_COMPARISON.search(stripped) or _VERB.search(stripped))
    talks = bool(_TALK.match(stripped))
    if by_asker:
        return changes or not (talks or _QUESTION.search(stripped))
    return changes and not talks


def chosen_variant(instruction: str, shown: Sequence[Delivery]) -> tuple[str, str]:
    """The variant that a reply is about, and the instruction without its number.

    A number (`2: warmer`, `第二个：…`) names a variant of the latest message in the thread that shows several,
    or else of the only one; without a number it is the lead of the latest message.

    Args:
        instruction: What the reply says.
        shown: The thread's copy, oldest first; at least one.
    """
    latest = shown[-1].variant_ids[0]
    named = _NAMED.match(instruction)
    if not named:
        return latest, instruction
    figure = named.group(1) or named.group(2) or named.group(3)
    number = _NUMERALS.get(figure) or int(figure)
    several = next((one for one in reversed(shown) if len(one.variant_ids) > 1), shown[-1])
    if number > len(several.variant_ids):
        return latest, instruction
    return several.variant_ids[number - 1], instruction[named.end() :].strip() or instruction
