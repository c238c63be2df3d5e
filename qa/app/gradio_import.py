"""Importing Gradio without what its import does for people who write components: the only place that changes Gradio.

On its import Gradio (6.31) parses the source of each of its components to write stub files for editors beside them: 0.6 s of
its 1.6 s, and files in a folder that belongs to the installer. Nothing at run time needs them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

_WRITES_STUBS = "gradio.component_meta"
_FUNCTION = "create_or_modify_pyi"


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if hasattr(module, _FUNCTION):
            setattr(module, _FUNCTION, lambda *_: None)


class _Finder:
    """Finds the one module whose loading is changed."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name == _WRITES_STUBS else None
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(name, spec.origin)
        return spec


def import_gradio() -> ModuleType:
    """Gradio, which looks up no hosts and does not sum up all past events after each: it reads these when imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    sys.meta_path.insert(0, _Finder)
    try:
        import gradio
    finally:
        sys.meta_path.remove(_Finder)
    module: ModuleType = gradio
    return module
