"""What the models are fitted on: not a question of the articles that figures are reported on."""

from __future__ import annotations

import json
from pathlib import Path

from embeddings.encode import default_encoder
from eval.fit import gather
from eval.questions import load
from eval.reader_data import article_split, sources_of

ARTICLES = 20


def _collection(folder: Path) -> Path:
    """Articles with a question each that it answers and one that it does not."""
    articles = [f"Town {number}" for number in range(ARTICLES)]
    files: dict[str, list[dict[str, object]]] = {
        "corpus.jsonl": [
            {"_id": f"d{n}", "title": title, "text": f"{title} has {n + 2} gates."}
            for n, title in enumerate(articles)
        ],
        "queries.jsonl": [
            {"_id": f"q{n}", "text": f"How many gates has {title}?"} for n, title in enumerate(articles)
        ],
        "unanswerable.jsonl": [
            {"_id": f"u{n}", "text": f"How many wells has {title}?", "source_article": title}
            for n, title in enumerate(articles)
        ],
        "answers.jsonl": [{"_id": f"q{n}", "answers": [str(n + 2)]} for n in range(ARTICLES)],
    }
    for name, rows in files.items():
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "qrels").mkdir()
    lines = ["query-id\tcorpus-id\tscore", *(f"q{n}\td{n}\t1" for n in range(ARTICLES))]
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_questions_of_test_articles_are_left_out_and_those_the_reader_knows_are_marked(
    tmp_path: Path,
) -> None:
    folder = _collection(tmp_path)
    loaded = load(folder)
    titles = {record.id: record.title for record in loaded.collection}
    splits = {one.id: article_split(one, titles, sources_of(folder)) for one in loaded.questions}
    assert set(splits.values()) == {"train", "dev", "test"}
    assert all(splits[f"q{n}"] == splits[f"u{n}"] for n in range(ARTICLES))

    material = gather(f"{folder}:all", None, default_encoder(), look=False)
    assert {one.id for one in material.questions} == {one for one in splits if splits[one] != "test"}
    assert material.seen == {one for one in splits if splits[one] == "train"}
