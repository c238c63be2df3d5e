"""How fast the page feels in Chromium on the samples: first paint, page weight, Enter to answer, the engine's share of it.

Run it as `python -m bench.ui`, alone on the machine; it makes a library of the samples in a temporary folder. The answer is
timed from Enter to the frame after it stands on the screen; what is left without the engine is drawing, sending and waiting.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Page, sync_playwright

from bench.machine import heading
from embeddings.encode import default_encoder
from qa.app.server import bind, create_app
from qa.engine import Sourcebook
from qa.indexing import add_paths
from qa.options import run_script
from qa.types import Answer

SAMPLES = Path(__file__).parents[1] / "corpus" / "samples"
QUESTIONS = (
    "How many homes were destroyed in March 2004?",
    "How many troops did KFOR have in 2010?",
    "Who was the first woman to head UNMIK?",
    "When was Gate 2 declared?",
    "How do I bake bread?",
    "How many police officers did EULEX have?",
    "When did the KFOR troops enter Kosovo?",
    "Who resigned for reasons of health?",
    "Why did the mission hand over to EULEX?",
    "What did the customs strike cost?",
)
ASK = """(question) => new Promise((done) => {
  const box = document.querySelector("#question"), answers = document.querySelector("#answers");
  box.value = question;
  const begun = performance.now();
  const watch = new MutationObserver(() => {
    if (answers.getAttribute("aria-busy") === "true" || !answers.querySelector(".answer")) return;
    watch.disconnect();
    requestAnimationFrame(() => done(performance.now() - begun));
  });
  watch.observe(answers, { childList: true, subtree: true, attributes: true });
  document.querySelector("#ask").requestSubmit();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        add_paths(library, [SAMPLES], default_encoder())
        served: list[float] = []
        with server(library, served) as address:
            report(measure(address, options.rounds), served)


class Timed(Sourcebook):
    """A library that notes how long it took for each question, in milliseconds."""

    served: list[float]

    def ask(self, *arguments: Any, **named: Any) -> Answer:  # noqa: ANN401  # passed on as they came
        """As `Sourcebook.ask`."""
        begun = time.perf_counter()
        answer = super().ask(*arguments, **named)
        self.served.append(1000 * (time.perf_counter() - begun))
        return answer


@contextmanager
def server(library: Path, served: list[float]) -> Iterator[str]:
    """The page over a library; notes how long the engine took for each question."""
    book = Timed.open(library)
    book.served = []
    book.ask("What is told here?")  # models and index are loaded, as when a person has read the first page
    book.served = served
    listening = bind("127.0.0.1", 0)
    running = uvicorn.Server(uvicorn.Config(create_app(book), log_level="error"))
    threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True).start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    running.should_exit = True


def measure(address: str, rounds: int) -> dict[str, list[float]]:
    """Cold loads and questions, each with a browser context of its own."""
    seen: dict[str, list[float]] = {
        "first paint": [],
        "box ready": [],
        "answer": [],
        "weight": [],
        "requests": [],
    }
    chromium = os.environ.get("SOURCEBOOK_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(rounds):
            context = browser.new_context(viewport={"width": 1360, "height": 850})
            page = context.new_page()
            load(page, address, seen)
            seen["answer"] += [float(page.evaluate(ASK, question)) for question in QUESTIONS]
            context.close()
        browser.close()
    return seen


def load(page: Page, address: str, seen: dict[str, list[float]]) -> None:
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    received: list[float] = []
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    begun = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("#question:focus")
    seen["box ready"].append(1000 * (time.perf_counter() - begun))
    page.wait_for_selector("#filters")
    page.wait_for_load_state("networkidle")
    paints = json.loads(page.evaluate("JSON.stringify(performance.getEntriesByType('paint'))"))
    seen["first paint"].append(min(paint["startTime"] for paint in paints))
    seen["weight"].append(sum(received) / 1000)
    seen["requests"].append(len(received))


def report(seen: dict[str, list[float]], served: list[float]) -> None:
    print(f"{heading('gradio', 'playwright')}\nmedians (worst)")
    around = [whole - engine for whole, engine in zip(seen["answer"], served, strict=True)]
    rows = [*seen.items(), ("answer, engine's share", served), ("answer, all around it", around)]
    rows.append(("asked the first time", seen["answer"][: len(QUESTIONS)]))
    units = {"weight": "kB", "requests": ""}
    for name, values in rows:
        unit = units.get(name, "ms")
        print(f"{name:24}{statistics.median(values):8.0f} ({max(values):.0f}) {unit}")


if __name__ == "__main__":
    run_script(main)
