"""Where the command line prints: the terminal as rich knows it; it knows no documents."""

from __future__ import annotations

from rich.console import Console


class Output(Console):
    """The standard output; who reads it may have had enough, which is no error (`qa.options.plain_errors`)."""

    def on_broken_pipe(self) -> None:
        """Leave it to who knows what to do; rich would end the program with exit code 1."""
        raise BrokenPipeError
