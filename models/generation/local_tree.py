"""One prompt with many continuations in one forward pass: a tree of branches over a shared cache.

The usual batch copies the prompt's keys and values for every sequence. Here all continuations lie in one sequence
and a mask lets each see the prompt, its parent's text and its own, nothing else; positions count along the branch.
So a step for 24 candidates of a 300-token prompt reads one copy of the prompt, not 24, and finished candidates
cost nothing.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["Tree"]

_ROOT = -1


class Tree:
    """The shared cache of a prompt and its branches.

    Args:
        model: A transformers causal language model with plain attention.
        prompt: The prompt's token ids; they are read at once.
    """

    def __init__(self, model: Any, prompt: Sequence[int]) -> None:
        import torch
        from transformers import DynamicCache

        self._torch = torch
        self._model = model
        self._cache = DynamicCache()
        self._owner = np.full(0, _ROOT)
        self._length: dict[int, int] = {_ROOT: 0}
        self._parent: dict[int, int] = {_ROOT: _ROOT}
        self._prompt_logits = self.feed([(_ROOT, prompt)])

    @property
    def prompt_logits(self) -> Any:
        """Logits after the prompt, shape (1, vocabulary)."""
        return self._prompt_logits

    @property
    def size(self) -> int:
        """Tokens in the cache, over all branches."""
        return len(self._owner)

    def branch(self, name: int, parent: int = _ROOT) -> None:
        """Open a branch that continues the prompt, or a branch of it; two levels are enough here."""
        self._parent[name] = parent
        self._length[name] = self._length[parent]

    def feed(self, texts: Sequence[tuple[int, Sequence[int]]]) -> Any:
        """Append tokens to branches in one pass.

        Args:
            texts: (branch, token ids), each branch at most once, no empty ones.

        Returns:
            float32 logits after each branch's last token, shape (len(texts), vocabulary).
        """
        torch = self._torch
        tokens = [token for _, part in texts for token in part]
        owner = np.array([name for name, part in texts for _ in part])
        parent = np.array([self._parent[name] for name in owner])
        positions = [self._length[name] + index for name, part in texts for index in range(len(part))]
        last = np.cumsum([len(part) for _, part in texts]) - 1
        before = self.size
        owners = np.concatenate([self._owner, owner])
        seen = (owners == _ROOT) | (owners == owner[:, None]) | (owners == parent[:, None])
        order = np.arange(len(owners))
        seen &= order <= (before + np.arange(len(tokens)))[:, None]
        with torch.inference_mode():
            output = self._model(
                input_ids=torch.tensor([tokens]),
                attention_mask=torch.from_numpy(seen)[None, None],
                position_ids=torch.tensor([positions]),
                cache=self._cache,
                use_cache=True,
                logits_to_keep=torch.from_numpy(last),
            )
        self._owner = owners
        for name, part in texts:
            self._length[name] += len(part)
        return output.logits[0].float()

    def rewind(self, size: int, lengths: dict[int, int]) -> None:
        """Forget what was fed after the cache had `size` tokens; `lengths` is what `mark` returned then."""
        if size < self.size:
            self._cache.crop(size - self.size)
            self._owner = self._owner[:size]
        self._length = dict(lengths)

    def mark(self) -> tuple[int, dict[int, int]]:
        """The state to rewind to."""
        return self.size, dict(self._length)
