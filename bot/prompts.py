"""Prompt templates: found by task, language and ability, rendered in a sandbox, known by their content's hash."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from models.brief import Language
from models.errors import TemplateError
from models.fences import FENCES, as_data
from models.generation.base import Ability
from models.variant import Message, PromptRef, Value

if TYPE_CHECKING:
    from jinja2 import TemplateSyntaxError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = ["Prompt", "Prompts"]

SHIPPED = Path(__file__).resolve().parent.parent / "templates" / "prompts"

MAX_PROMPT_CHARACTERS = 60_000

_FENCED = re.compile(rf"<({'|'.join(FENCES)})>.*?</\1>", re.DOTALL)
_ROLES = ("system", "user", "assistant")


class Prompt(Value):
    """A rendered prompt, and which template made it."""

    messages: tuple[Message, ...]
    ref: PromptRef

    @property
    def instructions(self) -> str:
        """What the messages say of their own: what people typed, in its fences, and the examples are left out."""
        told = [message.content for message in self.messages if message.role == "system"]
        # A small model's last message is the brief's facts, without fences.
        fenced = _FENCED.sub("", self.messages[-1].content)
        told += [fenced] if fenced != self.messages[-1].content else []
        return "\n".join(told)

    @property
    def examples(self) -> str:
        """The answers that a small model is shown, which are no copy of this brief."""
        return "\n".join(message.content for message in self.messages if message.role == "assistant")


class Prompts:
    """The templates under `templates/prompts`, and those of a folder of one's own that takes precedence.

    A task's arms for a language and an ability are the files `TASK/LANGUAGE/ABILITY-NAME.j2`. A template has one
    block a message, named for its role (`system`, `user`, `user_example`, `assistant_example` …), in order.

    Args:
        folder: Templates that replace or add to the shipped ones, laid out alike.

    Raises:
        TemplateError: `folder` is not a folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None and not folder.is_dir():
            raise TemplateError(
                f"The templates folder {folder} does not exist.",
                "Set COPYDESK_TEMPLATES to a folder laid out like templates/prompts, or leave it empty.",
            )
        self._folders = [folder, SHIPPED] if folder else [SHIPPED]
        self._own: Mapping[str, str] = MappingProxyType({})
        self._only = ""

    def with_own(self, sources: Mapping[str, str]) -> Self:
        """These templates with a workspace's own, by path, which take precedence.

        A workspace's render where little is allowed (`bot.template_sandbox`), and are seen by nobody else.
        """
        if not sources:
            return self
        return self._like(MappingProxyType(dict(sources)), self._only)

    @property
    def own(self) -> Mapping[str, str]:
        """The workspace's own templates, by path."""
        return self._own

    def only(self, path: str) -> Self:
        """These templates, with one alone for its task: to try it."""
        return self._like(self._own, path)

    def _like(self, own: Mapping[str, str], only: str) -> Self:
        made = type(self).__new__(type(self))
        made._folders, made._own, made._only = self._folders, own, only
        # The compiled templates, too.
        made.__dict__["_environment"] = self._environment
        return made

    def paths(self) -> tuple[str, ...]:
        """Every template that can be chosen for a task, in order."""
        found = {
            path.relative_to(folder).as_posix()
            for folder in self._folders
            for path in folder.glob("*/*/*.j2")
            if path.relative_to(folder).parts[1] in ("en", "zh")
        }
        return tuple(sorted(found | set(self._own)))

    def source(self, path: str) -> str:
        """A template's text.

        Raises:
            TemplateError: There is none.
        """
        from jinja2 import TemplateNotFound

        try:
            return self._source(path)
        except TemplateNotFound as error:
            raise TemplateError(
                f"There is no template {path}.", "`copydesk templates list` names all."
            ) from error

    def check_source(self, path: str) -> None:
        """Refuse what no workspace's own template may contain.

        Raises:
            TemplateError: Naming what, and the line.
        """
        from jinja2 import TemplateSyntaxError

        from bot.template_sandbox import check_tree

        try:
            check_tree(self._own_environment.parse(self._own[path]))
        except TemplateSyntaxError as error:
            raise _broken(path, error) from error
        except (RecursionError, MemoryError, SyntaxError) as error:
            raise TemplateError(f"The template {path} nests too deep.", "Make it simpler.") from error

    def unknown_names(self, path: str, known: Iterable[str]) -> set[str]:
        """Names that a template uses and nobody gives it."""
        from jinja2 import meta

        environment = self._environment_of(path)
        return set(meta.find_undeclared_variables(environment.parse(self.source(path)))) - set(known)

    @cached_property
    def _own_environment(self) -> "ImmutableSandboxedEnvironment":
        from jinja2 import FunctionLoader

        from bot.template_sandbox import WorkspaceEnvironment

        return WorkspaceEnvironment(FunctionLoader(self._own_source), as_data)

    def _own_source(self, name: str) -> str | None:
        """A source for a workspace's template: its own, or a shared file."""
        if name in self._own:
            return self._own[name]
        loader = self._environment.loader
        assert loader is not None  # noqa: S101 - the environment was made with one
        return loader.get_source(self._environment, name)[0] if name.startswith("shared/") else None

    def _environment_of(self, path: str) -> "ImmutableSandboxedEnvironment":
        return self._own_environment if path in self._own else self._environment

    @cached_property
    def _environment(self) -> "ImmutableSandboxedEnvironment":
        from jinja2 import FileSystemLoader, StrictUndefined

        from bot.template_sandbox import TrustedEnvironment

        environment = TrustedEnvironment(
            loader=FileSystemLoader(self._folders),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # Prompts are plain text: nothing in them is ever read as HTML.
            autoescape=False,
        )
        environment.filters["data"] = as_data
        return environment

    def arms(self, task: str, language: Language, ability: Ability) -> tuple[str, ...]:
        """The templates for a task, by path, in alphabetical order.

        Raises:
            TemplateError: There is none.
        """
        under = Path(task) / language
        if self._only.startswith(f"{task}/{language}/"):
            return (self._only,)
        found = {
            f"{task}/{language}/{path.name}"
            for folder in self._folders
            for path in (folder / under).glob(f"{ability.value}-*.j2")
        }
        found |= {path for path in self._own if path.startswith(f"{task}/{language}/{ability.value}-")}
        if not found:
            raise TemplateError(
                f"There is no {ability.value} prompt template for {task} in {language}.",
                f"Add a file {under / (ability.value + '-NAME.j2')} to the templates folder.",
            )
        return tuple(sorted(found))

    def render(self, path: str, context: Mapping[str, Any]) -> Prompt:
        """Render one template's messages.

        Args:
            path: As `arms` gives it.
            context: The names that the template may use.

        Raises:
            TemplateError: The template is missing, does not compile, uses an unknown name, does something that
                the sandbox forbids, or renders to nothing or to too much.
        """
        from jinja2 import TemplateError as JinjaError
        from jinja2 import TemplateSyntaxError

        try:
            with self._bounds(path):
                template = self._environment_of(path).get_template(path)
                variables = template.new_context(dict(context))
                messages = [
                    Message(role=role, content=text)
                    for name, block in template.blocks.items()
                    if (role := _role(path, name)) and (text := "".join(block(variables)).strip())
                ]
        except TemplateSyntaxError as error:
            raise _broken(error.name or path, error) from error
        except (RecursionError, MemoryError, SyntaxError) as error:
            raise TemplateError(
                f"The template {path} calls itself without end, or nests too deep.", "Make it simpler."
            ) from error
        except (JinjaError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise TemplateError(
                f"The template {path} does not render: {error}.", "Correct the template."
            ) from error
        if not messages or messages[-1].role != "user":
            raise TemplateError(
                f"The template {path} does not end with a user's message.", "Give it a block `user`."
            )
        size = sum(len(message.content) for message in messages)
        if size > MAX_PROMPT_CHARACTERS:
            raise TemplateError(
                f"The template {path} renders to {size:,} characters; the limit is {MAX_PROMPT_CHARACTERS:,}.",
                "Shorten the template or the brief.",
            )
        return Prompt(messages=tuple(messages), ref=PromptRef(template=path, sha256=self.digest(path)))

    def digest(self, path: str) -> str:
        """The SHA-256 of a template's source with the sources of all that it includes, in order of name.

        Raises:
            TemplateError: One of them is missing.
        """
        sources: dict[str, str] = {}
        wanted = [path]
        while wanted:
            name = wanted.pop()
            if name not in sources:
                sources[name] = self.source(name)
                wanted += self._referenced(sources[name])
        joined = "\0".join(f"{name}\0{sources[name]}" for name in sorted(sources))
        return hashlib.sha256(joined.encode()).hexdigest()

    def _bounds(self, path: str) -> AbstractContextManager[None]:
        if path not in self._own:
            return nullcontext()
        from bot.template_sandbox import bounded

        return bounded()

    def _source(self, name: str) -> str:
        if name in self._own:
            return self._own[name]
        loader = self._environment.loader
        assert loader is not None  # noqa: S101 - the environment was made with one
        return loader.get_source(self._environment, name)[0]

    def _referenced(self, source: str) -> list[str]:
        from jinja2 import meta

        return [name for name in meta.find_referenced_templates(self._environment.parse(source)) if name]


def _broken(path: str, error: "TemplateSyntaxError") -> TemplateError:
    return TemplateError(
        f"The template {path} has an error in line {error.lineno}: {error.message}.",
        "Correct the template; the syntax is Jinja's.",
    )


def _role(path: str, block: str) -> Any:
    role = block.split("_")[0]
    if role not in _ROLES:
        raise TemplateError(
            f"The template {path} has a block `{block}`, which names no role.",
            "Name each block system, user or assistant, with an ending such as user_example where one recurs.",
        )
    return role
