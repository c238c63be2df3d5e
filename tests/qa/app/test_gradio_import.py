"""Gradio comes without writing stub files beside its components, and a Gradio that writes none is left alone."""

from __future__ import annotations

import subprocess
import sys

NO_STUBS = """
import sys
from pathlib import Path
before = sys.meta_path[:]
from qa.app.gradio_import import import_gradio
written = []
write = Path.write_text
Path.write_text = lambda self, *_, **__: written.append(self) or 0
read = Path.read_text
parsed = []
import ast
parse = ast.parse
ast.parse = lambda source, *a, **k: parsed.append(1) or parse(source, *a, **k)
gradio = import_gradio()
assert gradio.Blocks and gradio.Textbox
assert sys.meta_path == before
print(len(written), len(parsed) < 20)
"""


def test_no_stub_is_written_and_no_component_parsed() -> None:
    done = subprocess.run([sys.executable, "-c", NO_STUBS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "True"]
