"""The command line with addresses of this machine allowed: a page can be added from a server that runs here.

python -m tests.qa.cli.local_web add http://127.0.0.1:8000/page.html --library DIR
"""

from __future__ import annotations

from functools import partial
from unittest import mock

from corpus.fetch import Address
from qa.cli import cli
from qa.web import fetch_pages


def is_here(address: Address) -> bool:
    """Whether an address is this machine itself."""
    return address.is_loopback


if __name__ == "__main__":
    with mock.patch("qa.adding.fetch_pages", partial(fetch_pages, allowed=is_here)):
        cli()
