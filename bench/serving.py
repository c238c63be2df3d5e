"""A server of a library in a process of its own, asked over loopback as a program would ask it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.machine import memory

PATIENCE = 120.0
"""Seconds after which a server that does not answer is given up."""


class Server:
    """`sourcebook serve` on a free port; ended when the block ends."""

    def __init__(self, library: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "qa", "serve", "--library", str(library), "--no-open"]
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            [*command, "--port", str(port)],
            stdout=subprocess.DEVNULL,
            env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"},
        )

    def wait(self) -> float:
        """Seconds from the start until it takes questions."""
        while time.perf_counter() - self.began < PATIENCE:
            try:
                self._open("/healthz")
                return time.perf_counter() - self.began
            except (urllib.error.URLError, ConnectionError):
                if self._process.poll() is not None:
                    raise SystemExit("the server ended; run it by hand: sourcebook serve") from None
                time.sleep(0.02)
        raise SystemExit(f"the server did not start within {PATIENCE:.0f} s")

    def ask(self, question: str) -> float:
        """Seconds until the answer to a question is here."""
        began = time.perf_counter()
        event = json.loads(self._open("/gradio_api/call/ask", {"data": [question, 10, "", "", "", []]}))
        found = self._open(f"/gradio_api/call/ask/{event['event_id']}").decode()
        if "event: complete" not in found:
            raise SystemExit(f"the server did not answer: {found[:300]}")
        return time.perf_counter() - began

    def memory(self) -> dict[str, float]:
        """MB that its process holds, and held at most."""
        return memory(self._process.pid)

    def processor_seconds(self) -> float:
        """Seconds of processor time that its process has used (Linux)."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _open(self, path: str, body: object = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._address + path, data=data, headers={"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            content: bytes = response.read()
        return content

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
