"""The local generation engine: transformers and torch in this process, on one worker thread."""

import asyncio
import gc
import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import structlog

from models.errors import ContextOverflow, WeightsError
from models.generation.base import Ability, EngineInfo, Generation, GenerationRequest, Progress
from models.generation.local_model import Declared, Loaded, declared_at, load
from models.generation.sources import MODELS
from models.generation.weights import chosen_model, ensure_weights, find_weights
from models.variant import EngineRef, Message, Usage

__all__ = ["LocalEngine"]

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

# For a hub's model before its config is on disk.
_UNKNOWN_CONTEXT = 8192


class Cancelled(Exception):
    """The person who asked is gone; what was written so far is dropped."""


class LocalEngine:
    """Writes copy with a model in this process. Implements `models.generation.base.Engine`.

    The model is loaded at first use. Requests wait for one worker thread, so the event loop stays free; torch's
    own threads are set from that thread (`threads`), which on Linux leaves the thread counts of an embedding
    program's other threads alone.

    Args:
        model: A name of `models.generation.sources.MODELS` (fetched once), a folder that transformers can load, or
            a hub id; empty = the writer that was chosen for this machine.
        cache_dir: Where the default weights are kept.
        threads: torch's threads; None = one less than the machine's cores, at least one. One too many is costly: where
            other work wants the cores, torch's threads wait for each other at every layer (measured on two busy
            cores: 6 s with one thread, over 100 s with two).
        languages: What the model writes; None = what it declares, English and Chinese where it declares nothing.
    """

    def __init__(
        self,
        model: str = "",
        *,
        cache_dir: Path,
        threads: int | None = None,
        languages: Iterable[str] | None = None,
    ) -> None:
        self._model = model or chosen_model(cache_dir)
        self._cache_dir = cache_dir
        self._threads = threads or max(1, _cores() - 1)
        self._languages = frozenset(languages) if languages is not None else None
        self._loaded: Loaded | None = None
        self._worker: ThreadPoolExecutor | None = None

    @property
    def info(self) -> EngineInfo:
        """What the engine declares; read from the model's config, without loading it."""
        declared = self._loaded.declared if self._loaded else self._declared()
        # A folder's own name is enough for people; its path is nobody's business.
        name = Path(self._model).name if self._is_folder else self._model
        return EngineInfo(
            ref=EngineRef(name="local", model=name),
            ability=declared.ability,
            languages=self._languages or declared.languages or frozenset({"en", "zh"}),
            context_tokens=declared.context_tokens,
        )

    async def generate(self, request: GenerationRequest, progress: Progress | None = None) -> Generation:
        """Write `request.n` completions in one batch; cancelling the awaiting task ends it at the next token.

        `usage.completion_tokens` counts every token sampled, those of candidates that were not kept included.

        Raises:
            ContextOverflow: The prompt and `max_tokens` do not fit the model's window.
            EngineCannotServe: A line cannot hold its own prefix.
            EngineUnreachable: A hub model cannot be had.
            WeightsError: The weights are missing or broken.
        """
        return await self._run(lambda report, gone: self._generate(request, report, gone), progress)

    async def check(self) -> str:
        """Load the model and let it write a token; one sentence that says so."""
        request = GenerationRequest(
            messages=(Message(role="user", content="Say yes."),), max_tokens=1, seed=1
        )
        started = time.monotonic()
        await self.generate(request)
        ref = self.info.ref
        return f"The local engine answers with {ref.model} after {time.monotonic() - started:.1f} s."

    async def close(self) -> None:
        """Stop the worker after its current request and free the model's memory."""
        worker, self._worker = self._worker, None
        if worker:
            await asyncio.to_thread(worker.shutdown, cancel_futures=True)
        self._loaded = None
        gc.collect()

    # -- between the event loop and the worker --

    async def _run(
        self, work: Callable[[Progress, threading.Event], Result], progress: Progress | None
    ) -> Result:
        loop = asyncio.get_running_loop()
        gone = threading.Event()

        def report(done: int, total: int) -> None:
            if progress and not gone.is_set() and not loop.is_closed():
                loop.call_soon_threadsafe(progress, done, total)

        if self._worker is None:
            self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="copydesk-local")
        try:
            return await loop.run_in_executor(self._worker, work, report, gone)
        finally:
            # However the wait ended, nobody listens any more.
            gone.set()

    # -- on the worker's thread --

    def _generate(self, request: GenerationRequest, report: Progress, gone: threading.Event) -> Generation:
        # numpy and torch, which an idle bot goes without
        from models.generation.local_sampling import Sampler
        from models.generation.local_writer import WriterSampler

        loaded = self._load(report, gone)
        prompt = loaded.tokenizer.apply_chat_template(
            [message.model_dump() for message in request.messages],
            add_generation_prompt=True,
            return_dict=True,
        )["input_ids"]
        window = loaded.declared.context_tokens
        if len(prompt) + request.max_tokens > window:
            raise ContextOverflow(
                f"The prompt has {len(prompt):,} tokens and the copy may have {request.max_tokens:,}; "
                f"{self.info.ref.model} sees {window:,} together.",
                "Shorten the brief, or use a model with a larger window.",
            )
        started = time.monotonic()

        def step(done: int, total: int) -> None:
            if gone.is_set():
                raise Cancelled
            report(min(done, total), total)

        whole = loaded.declared.ability is Ability.WRITER and request.lines
        sampler = WriterSampler if whole else Sampler
        sampling = sampler(loaded.model, loaded.vocabulary, request, prompt, step).write()
        seconds = time.monotonic() - started
        report(1, 1)
        log.info(
            "copy.sampled",
            model=self.info.ref.model,
            n=request.n,
            tokens=sampling.sampled_tokens,
            ms=round(seconds * 1000),
        )
        usage = Usage(
            prompt_tokens=len(prompt), completion_tokens=sampling.sampled_tokens, seconds=round(seconds, 3)
        )
        return Generation(texts=tuple(sampling.texts), usage=usage, engine=self.info.ref)

    def _load(self, report: Progress, gone: threading.Event) -> Loaded:
        if gone.is_set():
            raise Cancelled
        if self._loaded is None:
            started = time.monotonic()
            folder: Path | None = None
            if not self._model:
                raise WeightsError(
                    "No local model was set up on this machine (`copydesk setup --writer none`).",
                    "Set OPENAI_API_KEY, or run `copydesk setup --writer gemma`.",
                )
            if self._model in MODELS:
                folder = find_weights(self._cache_dir, self._model)
                folder = folder or ensure_weights(self._cache_dir, report, self._model)
            elif self._is_folder:
                folder = Path(self._model).expanduser()
                if not folder.is_dir():
                    raise WeightsError(
                        f"There is no model folder {folder}.", "Correct COPYDESK_LOCAL_MODEL or leave it out."
                    )
            import torch

            torch.set_num_threads(self._threads)
            self._loaded = load(self._model, folder)
            log.info("model.loaded", model=self.info.ref.model, ms=round((time.monotonic() - started) * 1000))
        return self._loaded

    @property
    def _is_folder(self) -> bool:
        """Whether the model is named by a path; a hub id has the form `owner/name` and is no folder here."""
        looks_so = self._model.startswith(("/", "./", "../", "~", "\\")) or Path(self._model).is_absolute()
        return looks_so or (bool(self._model) and self._model not in MODELS and Path(self._model).is_dir())

    def _declared(self) -> Declared:
        if self._model in MODELS:
            source = MODELS[self._model]
            ability = Ability.WRITER if source.adapter else Ability.SMALL
            return Declared(ability, source.context_tokens, source.languages)
        folder = Path(self._model).expanduser() if self._is_folder else _hub_folder(self._model)
        return (declared_at(folder) if folder else None) or Declared(Ability.SMALL, _UNKNOWN_CONTEXT)


def _hub_folder(model: str) -> Path | None:
    """Where the hub's cache keeps a model's config, if it is there."""
    from huggingface_hub import try_to_load_from_cache

    try:
        found = try_to_load_from_cache(model, "config.json")
    except ValueError:  # not the form of a hub id; loading will say so
        return None
    return Path(found).parent if isinstance(found, str) else None


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
