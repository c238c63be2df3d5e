"""A figure to draw into; the only module here that imports matplotlib."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from eval.collections import cache_folder

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@contextmanager
def drawing(size: tuple[float, float], settings: Mapping[str, object]) -> Iterator[tuple[Figure, Axes]]:
    """A figure of this size in inches, and its axes, under these settings of matplotlib."""
    os.environ.setdefault("MPLCONFIGDIR", str(cache_folder() / "fonts"))  # where it keeps its list of fonts
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    changed: Any = {"font.size": 10, **settings}
    with rc_context(changed):
        figure = Figure(figsize=size, layout="constrained")
        yield figure, figure.add_subplot()
