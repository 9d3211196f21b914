"""What a person is told about an optimisation: what was aimed at, how many rewrites got there, what else to try."""

from collections.abc import Sequence

from bot.optimise_aims import Aim, Plan
from bot.work import MAX_ROUNDS
from models.brief import Language

__all__ = ["aim_names", "aimed_at", "notes_on"]

_AIMS: dict[Aim, tuple[str, str]] = {
    "warmer": ("warmer", "更温暖"),
    "calmer": ("calmer", "更平实"),
    "clearer": ("clearer", "更易读"),
    "shorter": ("shorter", "更短"),
    "longer": ("longer", "更长"),
}


def aim_names(plan: Plan, language: Language) -> str:
    """The aims in words: `warmer, shorter`."""
    return ("、" if language == "zh" else ", ").join(_AIMS[aim][language == "zh"] for aim in plan.aims)


def aimed_at(plan: Plan, language: Language) -> str:
    """One sentence: what is weak, and what is therefore, or because the person said so, aimed at."""
    chinese, names = language == "zh", aim_names(plan, language)
    weak = ("；" if chinese else "; ").join(plan.weak)
    if plan.asked:
        said = f"目标：{plan.asked}" if chinese else f"Aim: {plan.asked}"
        if not weak:
            return f"{said}。" if chinese else f"{said}."
        return f"{said}。弱点：{weak}。" if chinese else f"{said}. Weak: {weak}."
    if plan.basis == "weak":
        return f"弱点：{weak}。目标：{names}。" if chinese else f"Weak: {weak}. Aim: {names}."
    if chinese:
        return f"各项指标都不弱。目标：{names}。"
    return f"Nothing that I measure is weak. Aim: {names} still."


def notes_on(
    plan: Plan, *, asked: int, shown: int, reasons: Sequence[str], language: Language, small: bool
) -> list[str]:
    """The sentences under an answer.

    Args:
        plan: What was aimed at.
        asked: How many rewrites were wanted.
        shown: How many are shown.
        reasons: Why others are not, the most frequent first.
        language: The copy's language.
        small: Whether a small model wrote.
    """
    chinese = language == "zh"
    notes = []
    if plan.unscored:
        notes.append(
            "这种语言的情感暂未评分，因此没有按情感判断；改用其他指标。"
            if chinese
            else "Sentiment is not scored in this language yet, so the wish is not judged by it but by other figures."
        )
    if plan.basis == "unmeasured" and not plan.unscored:
        notes.append(
            f"“{plan.asked}”无法用指标衡量：请自行判断。各项指标没有明显变差。"
            if chinese
            else f"“{plan.asked}” is nothing that I measure: judge for yourself. No figure got clearly worse."
        )
    rounds = MAX_ROUNDS + 1
    if shown:
        notes.append(_count(plan, asked, shown, chinese, rounds))
    else:
        notes += _none(asked, reasons, chinese, rounds, small)
    return notes


def _count(plan: Plan, asked: int, shown: int, chinese: bool, rounds: int) -> str:
    if plan.basis == "unmeasured":
        done = f"{asked}条改写中有{shown}条可用" if chinese else f"{shown} of {asked} rewrites can be shown"
    else:
        done = (
            f"{asked}条改写中有{shown}条确有改善" if chinese else f"{shown} of {asked} rewrites improved it"
        )
    if shown >= asked:
        return f"{done}。" if chinese else f"{done}."
    if chinese:
        return f"{done}；其余的最多重写{rounds}轮仍未达到，没有展示。"
    return f"{done}; the others did not after up to {rounds} rounds and are left out."


def _none(asked: int, reasons: Sequence[str], chinese: bool, rounds: int, small: bool) -> list[str]:
    if chinese:
        said = [f"{asked}条改写最多写了{rounds}轮，没有一条确有改善，因此都不展示。"]
        if reasons:
            said.append(f"主要原因：{'；'.join(reasons[:3])}。")
        said.append("可以换一个目标，分段优化，或在这个消息列里说明要改哪里。")
        if small:
            said.append("目前是小模型在写；设置 `OPENAI_API_KEY` 用更强的模型会好得多。")
        return said
    said = [f"None of {asked} rewrites improved it in up to {rounds} rounds, so none is shown."]
    if reasons:
        said.append(f"Most often: {'; '.join(reasons[:3])}.")
    said.append("Try another aim, a shorter piece, or reply here with what exactly should change.")
    if small:
        said.append("A small model is writing; a stronger one does much better: set `OPENAI_API_KEY`.")
    return said
