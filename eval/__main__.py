"""Runs the command `eval` as `python -m eval`."""

from __future__ import annotations

from eval.command import eval_command

if __name__ == "__main__":
    eval_command(prog_name="python -m eval")
