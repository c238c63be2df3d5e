"""Each heavy library has its owner, and none is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import embeddings

OWNERS = {
    "faiss": {"faiss_index"},
    "openvino": {"network"},
    "safetensors": {"network", "reader_training", "rerank"},
    "sentence_transformers": {"encode", "rerank"},
    "tantivy": {"lexical"},
    "tokenizers": {"tokens"},
    "torch": {"encode", "gpu", "reader_training"},
    "transformers": {"encode", "rerank"},
}


def test_each_heavy_library_is_imported_by_its_owners_alone() -> None:
    for file in Path(embeddings.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                library = name.partition(".")[0]
                assert file.stem in OWNERS.get(library, {file.stem}), f"{file.name} imports {name}"
                assert library not in ("corpus", "qa", "eval"), f"{file.name} imports {name}"


def test_importing_the_package_loads_no_heavy_library() -> None:
    script = "import sys, embeddings.encode, embeddings.segment_builder, embeddings.lexical\n"
    script += "import embeddings.minilm, embeddings.reader\n"
    script += f"print(sorted({set(OWNERS)!r} & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
