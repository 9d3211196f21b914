"""Where workspaces' own templates render: little is allowed, and no template can take long or grow without end.

Jinja's sandbox keeps a template from private attributes and from changing what it is given. It does not keep it from
calling any public method (a pydantic model's `parse_raw` unpickles), from nested loops, from doubling a text line by
line, nor from `center(10**9)`. So here attributes, methods, filters and globals are those of a list; operators take
numbers alone; and every loop, call and printed text is counted.
"""

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.loaders import BaseLoader
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, pass_context
from jinja2.visitor import NodeTransformer
from pydantic import BaseModel

__all__ = ["FILTERS", "TrustedEnvironment", "WorkspaceEnvironment", "bounded", "check_tree"]

MAX_STEPS, MAX_TEXT, MAX_SECONDS = 5_000, 400_000, 1.0
"""Turns of loops and calls, characters handled, and seconds of the processor, for one rendering."""

MAX_NUMBER = 10**9
MAX_RANGE = 1_000

_JINJAS = (
    *("upper", "lower", "title", "capitalize", "trim", "length", "count", "default", "d", "first", "last"),
    *(
        "int",
        "abs",
        "list",
        "sort",
        "unique",
        "reverse",
        "map",
        "select",
        "reject",
        "selectattr",
        "rejectattr",
    ),
)
FILTERS = tuple(sorted((*_JINJAS, "data", "join", "replace")))
"""The filters that a workspace's template may use."""

_LOOP = frozenset(
    (
        "index",
        "index0",
        "revindex",
        "revindex0",
        "first",
        "last",
        "length",
        "previtem",
        "nextitem",
        "cycle",
        "changed",
    )
)
_TEXT = frozenset(
    ("upper", "lower", "title", "capitalize", "strip", "startswith", "endswith", "split", "count")
)
_MAPPING = frozenset(("items", "keys", "values", "get"))
_ENUM = frozenset(("name", "value"))
_DERIVED = frozenset(("facts", "resolved_language"))
"""Properties of a brief."""


@dataclass
class _Budget:
    steps: int = MAX_STEPS
    text: int = MAX_TEXT
    until: float = 0.0

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise SecurityError(f"it takes more than {MAX_STEPS:,} turns of loops and calls")
        if time.thread_time() > self.until:
            raise SecurityError(f"it takes longer than {MAX_SECONDS:g} s")

    def handle(self, size: int) -> None:
        self.text -= size
        if self.text < 0:
            raise SecurityError(f"it makes more than {MAX_TEXT:,} characters")


_BUDGET: ContextVar[_Budget | None] = ContextVar("template_budget", default=None)


@contextmanager
def bounded() -> Iterator[None]:
    """One rendering: what is counted begins at nothing."""
    token = _BUDGET.set(_Budget(until=time.thread_time() + MAX_SECONDS))
    try:
        yield
    finally:
        _BUDGET.reset(token)


class TrustedEnvironment(ImmutableSandboxedEnvironment):
    """For the templates that are shipped, and those of the folder of whoever runs the bot.

    Jinja's sandbox, and of a model its fields alone: a brief's methods read files and unpickle.
    """

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute."""
        if isinstance(obj, BaseModel | type):
            return _is_field(obj, attr)
        return bool(super().is_safe_attribute(obj, attr, value))


class WorkspaceEnvironment(ImmutableSandboxedEnvironment):
    """For the templates of a workspace.

    Args:
        loader: Finds a workspace's templates and the shared ones.
        data: The filter `data`, through which everything goes that a workspace's own template prints.
    """

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self, loader: BaseLoader, data: Callable[[object], str]) -> None:
        super().__init__(
            loader=loader,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
            finalize=_printed,
        )
        self.code_generator_class = _Counting
        jinjas = {name: _counted(JINJA_FILTERS[name]) for name in _JINJAS}
        self.filters = {
            **jinjas,
            "data": lambda value: data(_printed(value)),
            "join": _join,
            "replace": _replace,
            "_turns": _turns,
        }
        self.globals = {"range": _range, "namespace": Namespace}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute: those of a list."""
        if attr.startswith("_"):
            return False
        if isinstance(obj, BaseModel) or is_dataclass(obj):
            return _is_field(obj, attr)
        if isinstance(obj, Enum) and attr in _ENUM:
            return True
        if isinstance(obj, str):
            return attr in _TEXT
        if isinstance(obj, Mapping):
            return attr in _MAPPING
        if isinstance(obj, LoopContext):
            return attr in _LOOP
        # Of an imported template its macros; of a namespace what was put there.
        return type(obj).__name__ in ("TemplateModule", "TemplateReference") or isinstance(obj, Namespace)

    def wrap_str_format(self, value: Any) -> None:
        """No `format`: a width of a thousand million is one text."""

    def is_safe_callable(self, obj: Any) -> bool:
        """Whether a template may call something: macros, blocks, and the methods that it may read."""
        return isinstance(obj, Macro) or bool(super().is_safe_callable(obj))

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call something, and count it."""
        if budget := _BUDGET.get():
            budget.step()
            if isinstance(owner := getattr(__obj, "__self__", None), str):
                budget.handle(len(owner))
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Reckon with numbers, and put lists together; texts are put together by printing them."""
        if operator == "+" and isinstance(left, list | tuple) and isinstance(right, list | tuple):
            if len(left) + len(right) > MAX_RANGE:
                raise SecurityError(f"it makes a list of more than {MAX_RANGE:,}")
            return [*left, *right]
        for value in (left, right):
            if not isinstance(value, int | float):
                raise SecurityError(f"“{operator}” takes numbers alone; print texts one after the other")
        if operator == "**" or abs(left) > MAX_NUMBER or abs(right) > MAX_NUMBER:
            raise SecurityError("it reckons with numbers too large")
        return super().call_binop(context, operator, left, right)


def _is_field(obj: Any, attr: str) -> bool:
    if isinstance(obj, type):
        return False
    if isinstance(obj, BaseModel):
        return attr in type(obj).model_fields or attr in _DERIVED
    return attr in {one.name for one in fields(obj)}


def _printed(value: Any) -> Any:
    """What `{{ … }}` prints: text and numbers, counted."""
    if isinstance(value, Undefined):
        return value
    if not isinstance(value, str | int | float):
        raise SecurityError(
            f"it prints a {type(value).__name__}, which is no text; go through it, or use `join`"
        )
    if budget := _BUDGET.get():
        budget.handle(len(value) if isinstance(value, str) else 20)
    return value


def _counted(do: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that counts what it is given."""

    @functools.wraps(do)
    def counting(*args: Any, **kwargs: Any) -> Any:
        if budget := _BUDGET.get():
            budget.step()
            budget.handle(sum(len(one) for one in args if isinstance(one, str)))
        return do(*args, **kwargs)

    return counting


def _join(value: Iterable[Any], between: str = "") -> str:
    items = []
    for item in value:
        items.append(str(_printed(item)))
        if budget := _BUDGET.get():
            budget.handle(len(between))
    return str(between).join(items)


def _replace(value: str, old: str, new: str) -> str:
    text, old, new = str(_printed(value)), str(old), str(new)
    if budget := _BUDGET.get():
        budget.handle(text.count(old) * len(new))
    elif text.count(old) * len(new) > MAX_TEXT:
        raise SecurityError(f"it makes more than {MAX_TEXT:,} characters")
    return text.replace(old, new)


def _range(*limits: int) -> range:
    made = range(*limits)
    if len(made) > MAX_RANGE:
        raise SecurityError(f"its range has {len(made):,} numbers; the limit is {MAX_RANGE:,}")
    return made


@pass_context
def _turns(context: Context, items: Iterable[Any]) -> Iterator[Any]:
    """A loop's items, counted."""
    for item in items:
        if budget := _BUDGET.get():
            budget.step()
        yield item


class _Counted(NodeTransformer):
    """Puts the counting into a template, and `data` around what a workspace's own prints."""

    def __init__(self, tree: nodes.Template, own: bool) -> None:
        self.own = own
        self.macros = {one.name for one in tree.find_all(nodes.Macro)}
        self.macros |= {one.target for one in tree.find_all(nodes.Import)}

    def visit_For(self, node: nodes.For) -> nodes.Node:
        """Count the turns."""
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "_turns", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        """Fence what people typed, whether the template asks for it or not; a macro's text has fences of its own."""
        self.generic_visit(node)
        if self.own:
            node.nodes = [
                one
                if isinstance(one, nodes.TemplateData) or self._of_macro(one)
                else nodes.Filter(one, "data", [], [], None, None, lineno=node.lineno)
                for one in node.nodes
            ]
        return node

    def _of_macro(self, node: nodes.Node) -> bool:
        called = node.node if isinstance(node, nodes.Call) else None
        owner = called.node if isinstance(called, nodes.Getattr) else called
        return isinstance(owner, nodes.Name) and owner.name in self.macros


class _Counting(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        own = not (self.name or "").startswith("shared/")
        super().visit_Template(_Counted(node, own).visit(node), frame)


_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Block, nodes.For, nodes.If, nodes.CondExpr),
    *(nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.Include, nodes.Import, nodes.Name, nodes.NSRef),
    *(
        nodes.Const,
        nodes.Tuple,
        nodes.List,
        nodes.Dict,
        nodes.Pair,
        nodes.Getattr,
        nodes.Getitem,
        nodes.Slice,
    ),
    *(nodes.Filter, nodes.Test, nodes.Call, nodes.Keyword, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod),
    *(nodes.Neg, nodes.Pos),
)


def check_tree(tree: nodes.Template) -> None:
    """Refuse what no workspace's template may contain, wherever it stands and whether it would run or not.

    Raises:
        TemplateSyntaxError: Naming what, and the line.
    """
    for block in tree.find_all((nodes.Node,)):
        _check_node(block)
    for child in tree.body:
        loose = isinstance(child, nodes.Output) and any(
            not isinstance(one, nodes.TemplateData) or one.data.strip() for one in child.nodes
        )
        if loose:
            _refuse("text outside of blocks is not sent; put it into a block, e.g. `user`", child)


def _check_node(node: nodes.Node) -> None:
    match node:
        case nodes.Include() | nodes.Import():
            wanted = node.template
            if not (isinstance(wanted, nodes.Const) and str(wanted.value).startswith("shared/")):
                _refuse("only files under shared/ may be included, by their names", node)
        case nodes.Getattr(attr=str(name)) if name.startswith("_"):
            _refuse(f"`{name}` is private", node)
        case nodes.Getitem(arg=nodes.Const(value=str(name))) if name.startswith("_"):
            _refuse(f"`{name}` is private", node)
        case nodes.Name(name=str(name)) if name.startswith("_"):
            _refuse(f"`{name}` is private", node)
        case nodes.Filter(name=str(name)) if name not in FILTERS:
            _refuse(f"there is no filter `{name}` here; there are {', '.join(FILTERS)}", node)
        case nodes.List() | nodes.Dict() | nodes.Tuple(ctx="load"):
            if not _constant(node):
                _refuse("a list may hold constants alone", node)
        case nodes.For(recursive=True):
            _refuse("loops cannot be recursive", node)
        case nodes.Concat():
            _refuse("`~` is not here; print texts one after the other", node)
        case _ if not isinstance(node, _NODES):
            _refuse(f"“{type(node).__name__}” is not among what templates may use", node)


def _constant(node: nodes.Node) -> bool:
    inner = (nodes.Const, nodes.List, nodes.Dict, nodes.Tuple, nodes.Pair, nodes.Neg)
    return all(isinstance(one, inner) for one in node.find_all((nodes.Node,)))


def _refuse(what: str, node: nodes.Node) -> None:
    raise TemplateSyntaxError(what, node.lineno)
