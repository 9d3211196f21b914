"""Turns a GGUF file into bf16 safetensors with its tokenizer: run as a script, in a process of its own.

Apart, because it needs a gigabyte for half a minute and would hold the event loop's interpreter lock; its steps
go to standard output as `step SHARE`. It imports nothing of this project, so it runs by its path.
"""

import sys
from pathlib import Path


def convert(source: Path, target: Path) -> None:
    """Read `source` (a GGUF file) and write `target` (a folder that transformers loads)."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    folder, name = str(source.parent), source.name
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name, local_files_only=True)
    print("step 0.3", flush=True)
    # Without `dequantize` the weights stay in GGUF blocks, which cannot be saved.
    model = AutoModelForCausalLM.from_pretrained(
        folder,
        gguf_file=name,
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.bfloat16,
        local_files_only=True,
    )
    print("step 0.8", flush=True)
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
    print("step 0.95", flush=True)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
