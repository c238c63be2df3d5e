"""The long jobs that a page has begun, each under a secret id that only its browser knows."""

from __future__ import annotations

import secrets
import threading
from typing import Generic, Protocol, TypeVar

from corpus.errors import InvalidInput
from qa.app.catalogue import say

KEPT = 50
"""So many ended jobs are remembered; older ones are forgotten."""


class Ends(Protocol):
    """Work that ends at some time."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""


Work = TypeVar("Work", bound=Ends)


class Board(Generic[Work]):
    """Jobs by id; safe to use from several threads."""

    def __init__(self) -> None:
        self._jobs: dict[str, Work] = {}
        self._lock = threading.Lock()

    def put(self, job: Work) -> str:
        """Remember a job; gives its id."""
        job_id = secrets.token_hex(16)
        with self._lock:
            ended = [key for key, each in self._jobs.items() if each.ended]
            for key in ended[: max(0, len(ended) - KEPT)]:
                del self._jobs[key]
            self._jobs[job_id] = job
        return job_id

    def jobs(self) -> list[Work]:
        """Every job that is remembered, the earliest first."""
        with self._lock:
            return list(self._jobs.values())

    def find(self, job_id: str) -> Work:
        """The job with this id; raises InvalidInput where there is none (any more)."""
        with self._lock:
            job = self._jobs.get(job_id)
        if job is None:
            raise InvalidInput(say["error_job_unknown"])
        return job
