"""How long a person waits for the first answer, and what a server holds in memory.

Run it as `python -m bench.start LIBRARY --question "..."`.
On a busy machine the processor's seconds say more than the clock's.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from bench.machine import heading, middle
from bench.serving import Server
from qa.options import run_script

HEAVY = ("torch", "sentence_transformers", "gradio", "fastapi", "sklearn", "scipy", "transformers")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path)
    parser.add_argument("--question", default="How many soldiers did KFOR have in 2010?")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(heading("openvino", "gradio", "faiss-cpu", "tantivy") + "\n")
    print("| command | seconds, median (best) | processor seconds |\n|---|---|---|")
    ask = ("ask", options.question, "--library", str(options.library))
    for name, arguments in (("sourcebook --help", ("--help",)), ("sourcebook ask", ask)):
        runs = [command(arguments) for _ in range(options.rounds)]
        walls = [wall for wall, _ in runs]
        print(
            f"| {name} | {middle(walls):.2f} ({min(walls):.2f}) | {middle([busy for _, busy in runs]):.2f} |"
        )
    print(f"\nheavy packages that `ask` imports: {', '.join(imported(ask)) or 'none'}")
    print("\n| server | seconds from its start | its processor seconds | MB held (most) |\n|---|---|---|---|")
    with Server(options.library) as server:
        taken = server.wait()
        row("takes questions", taken, server)
        server.ask(options.question)
        row("first answer", time.perf_counter() - server.began, server)
        for _ in range(20):
            server.ask(options.question)
        row("after 20 more", time.perf_counter() - server.began, server)


def row(name: str, taken: float, server: Server) -> None:
    held = server.memory()
    print(
        f"| {name} | {taken:.2f} | {server.processor_seconds():.2f} | {held.get('VmRSS', 0):.0f} "
        f"({held.get('VmHWM', 0):.0f}) |"
    )


def command(arguments: tuple[str, ...]) -> tuple[float, float]:
    """Seconds on the clock and of the processors that a command takes, its start included."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "qa", *arguments], stdout=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    return time.perf_counter() - began, used.ru_utime + used.ru_stime


def imported(arguments: tuple[str, ...]) -> list[str]:
    """Which of the heavy packages a command loads."""
    script = f"import sys; sys.argv[1:] = {list(arguments)!r}\nfrom qa.cli import main\nmain()\n"
    script += f"sys.stderr.write(' '.join(sorted({set(HEAVY)!r} & sys.modules.keys())))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return run.stderr.split()


if __name__ == "__main__":
    run_script(main)
