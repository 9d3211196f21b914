"""Which sentences of a review ask for something, in English and Chinese."""

import re

_ENGLISH = re.compile(
    r"\b(?:(?:i|we|only|just)\s+wish(?:ed)?\b(?!\s+i\s+(?:had|hadn|never|would))"
    r"|wish\s+(?:it|they|there|you|the|this|that|i\s+could)\b"
    r"|please\s+(?:\w+ly\s+)?(?:add|make|bring|include|fix|improve|offer|consider|allow|change|give|let|provide|sell)\b"
    r"|would(?:\s+have)?\s+(?:be|been)\s+(?:so\s+|really\s+|very\s+|even\s+)?"
    r"(?:nice|nicer|great|good|better|perfect|helpful|useful|awesome|cool)\s+(?:if|to\s+(?:have|see|be|get)|with)\b"
    r"|would\s+(?:love|like|prefer|appreciate)\s+(?:if|it\s+if|to\s+(?:see|have)|an?\s+(?:longer|bigger|smaller|better|option))\b"
    r"|(?<!i )(?<!we )(?<!you )should\s+(?:really\s+)?(?:have\s+(?:an?|more|better|at\s+least)|come\s+with|include|add"
    r"|offer|ship\s+with)\b"
    r"|(?<!i )(?<!we )(?<!you )(?:needs?|could\s+use|lacks?)\s+"
    r"(?:an?\s+(?:\w+er|better|more|bit)|some|more|better|longer|bigger|improvement|work|to\s+be\s+(?:\w+er|improved|fixed))\b"
    r"|hope(?:fully)?\s+(?:that\s+)?(?:the\s+next|(?:\w+\s+){1,2}?(?:will\s+|can\s+|could\s+)?"
    r"(?:adds?|fix(?:es)?|improves?|makes?|brings?|considers?|offers?))\b|if\s+only\b(?!\s+i\b)"
    r"|(?:my|one|a)\s+suggestion|suggestions?\s*:|i\s+suggest\s+(?:they|adding|making|that\s+(?:they|the))\b|feature\s+request)",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?:希望|期待|盼望|期望)[^。！？；\n]{0,12}?(?:能够?|可以|改[进善良]|增加|加[上强个入快]|提[高升供]|优化|完善|推出"
    r"|尽[快早]|及时|补[发偿]|给个|换个|降|解决|多[出些搞送])"
    r"|建议(?![^。！？；\n]{0,12}(?:买|购|入手|下单|选择|自己|大家|亲|慎|贴|同学|朋友))[^。！？；\n]{2,}"
    r"|(?:要是|如果|假如|若|倘若)[^。！？；\n]{1,30}?(?:就(?:更|太|最)?(?:好|完美|棒|满意|爽|方便)|更(?:好|完美|棒))"
    r"|(?<![不技可功性智])能[^。！？；\n]{1,16}就(?:更|太)?(?:好|完美)了|最好(?:是|能|可以|再|给|加|把)[^。！？；\n]{2,}"
    r"|(?<![技可功性智])能不能(?!用|买|退)[^。！？；\n]{2,}"
    r"|请(?:务必|尽快|增加|改进|加[强上快]|解决|商家|卖家|厂家|优化|及时|改善|注意)"
    r"|应该(?:再|多)?(?:加|配|附|增加|送个|改进|提高|提供)|(?:有待|还需要?|亟待)(?:改[进善]|提[高升]|加强|完善|优化)"
)
# A hope for one's own use, a good wish or advice to other buyers asks nothing of the seller.
_NO_REQUEST = re.compile(
    r"希望[^。！？；\n]{0,4}(?:能够?|可以)(?:用|坚持|撑|耐用|长久|一直|多用|对.{0,6}有|抽中|中奖)|不建议|没有建议"
    r"|希望(?:大家|对(?:你|大家))|希望.{0,12}(?:越来越|越做越|合作|抽中)"
)


def asks(sentence: str, language: str) -> int | None:
    """Whether a sentence asks the maker or seller for something: where the asking words end, or None."""
    if language == "zh":
        found = None if _NO_REQUEST.search(sentence) else _CHINESE.search(sentence)
    else:
        found = _ENGLISH.search(sentence)
    return found.end() if found else None
