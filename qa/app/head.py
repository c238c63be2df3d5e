"""What stands in the head of a page: the words that scripts say, the style, and the scripts."""

from __future__ import annotations

import json
from pathlib import Path

from qa.app.catalogue import say

FOLDER = Path(__file__).parent
SCRIPTS = FOLDER / "scripts"
NO_MODULES = ("early.js", "drafts.js")
"""The script that stands in the head as it is, and the one of a page of its own."""


def page_head() -> str:
    """The head of the page; its style goes there because Gradio rewrites what it is given as `css`."""
    names = sorted(file.name for file in SCRIPTS.glob("*.js"))
    modules = "".join(
        f'<link rel="modulepreload" href="/scripts/{name}">' for name in names if name not in NO_MODULES
    )
    return f'{shared_head()}{modules}<script type="module" src="/scripts/main.js"></script>'


def shared_head() -> str:
    """What the pages have in common: words, style, and the script that sets the theme before the first paint."""
    words = json.dumps(say.for_scripts(), ensure_ascii=False).replace("<", "\\u003c")
    style = "".join(file.read_text(encoding="utf-8") for file in sorted((FOLDER / "style").glob("*.css")))
    early = (SCRIPTS / "early.js").read_text(encoding="utf-8")
    return (
        f'<script type="application/json" id="words">{words}</script>'
        f'<meta name="color-scheme" content="light dark"><style>{style}</style><script>{early}</script>'
    )
