"""What several tests of libraries share: small documents, and how they are added and looked at."""

from __future__ import annotations

from corpus.library import Library
from corpus.types import passage_id
from tests.corpus import library_driver as driver

KOSOVO = b"UNMIK had 510 posts. Its head changed."
EULEX = b"EULEX was deployed. It had 1,712 staff. Then it left."
BREAD = b"Bake it."


def add(library: Library, **documents: bytes) -> None:
    with library.writer(wait=0) as writer:
        for name, data in documents.items():
            driver.stage(writer, f"/{name}.txt", data)
        writer.publish(driver.build)


def places(data: bytes, *spans: tuple[int, int]) -> list[int]:
    return [passage_id(driver.digest(data), start, end) for start, end in spans]


def index_lines(library: Library) -> list[str]:
    with library.snapshot() as snapshot:
        assert snapshot.generation.folder is not None
        return (snapshot.generation.folder / driver.INDEX_NAME).read_text().splitlines()
