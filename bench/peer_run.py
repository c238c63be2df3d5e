"""One library of the comparison, in its recommended way, in a fresh process of its environment; run by bench.peers.

Takes a name and a file {"model", "documents": [[id, text]], "questions": [[id, text]]}; prints what it measured as JSON.
It imports nothing of this project but for "sourcebook" itself.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Rows = list[list[str]]
Search = Callable[[str], list[str]]
"""A question to the ids of its ten best documents."""
TOP = 10


def txtai(model: str, documents: Rows) -> Search:
    from txtai import Embeddings

    embeddings = Embeddings(path=model, content=False, backend="faiss")
    embeddings.index([(id_, text, None) for id_, text in documents])
    return lambda question: [str(id_) for id_, _ in embeddings.search(question, TOP)]


def haystack(model: str, documents: Rows) -> Search:
    from haystack import Document
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import (
        SentenceTransformersDocumentEmbedder,
        SentenceTransformersTextEmbedder,
    )

    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
    embedder.warm_up()
    made = embedder.run([Document(id=id_, content=text) for id_, text in documents])
    store.write_documents(made["documents"])
    asking = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
    asking.warm_up()
    retriever = InMemoryEmbeddingRetriever(store, top_k=TOP)

    def search(question: str) -> list[str]:
        vector = asking.run(question)["embedding"]
        return [document.id for document in retriever.run(query_embedding=vector)["documents"]]

    return search


def llamaindex(model: str, documents: Rows) -> Search:
    import faiss
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.faiss import FaissVectorStore

    embedding = HuggingFaceEmbedding(model_name=model)
    storage = StorageContext.from_defaults(vector_store=FaissVectorStore(faiss.IndexFlatIP(384)))
    nodes = [TextNode(id_=id_, text=text) for id_, text in documents]
    index = VectorStoreIndex(nodes, storage_context=storage, embed_model=embedding)
    retriever = index.as_retriever(similarity_top_k=TOP)
    return lambda question: [found.node.node_id for found in retriever.retrieve(question)]


def chroma(model: str, documents: Rows) -> Search:
    import chromadb
    from chromadb.config import Settings
    from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

    client = chromadb.PersistentClient(tempfile.mkdtemp(), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection(
        "documents",
        embedding_function=SentenceTransformerEmbeddingFunction(model_name=model),
        configuration={"hnsw": {"space": "cosine"}},
    )
    for start in range(0, len(documents), 1_000):
        part = documents[start : start + 1_000]
        collection.add(ids=[id_ for id_, _ in part], documents=[text for _, text in part])
    return lambda question: list(collection.query(query_texts=[question], n_results=TOP)["ids"][0])


def sourcebook(model: str, documents: Rows) -> Search:
    from embeddings.encode import default_encoder
    from eval.collections import Passages, collection_library
    from eval.questions import QuestionSet, Record
    from qa.engine import Sourcebook

    records = tuple(Record(id_, "", text) for id_, text in documents)
    chosen = QuestionSet(name="peers", questions=(), collection=records)
    folder = collection_library(
        chosen, default_encoder(), passages=Passages.DOCUMENT, cache=Path(tempfile.mkdtemp())
    )
    book = Sourcebook.open(folder)
    names = {record.id: record.path.removeprefix("record:") for record in book.documents()}
    return lambda question: [names[hit.passage.document_id] for hit in book.search(question, limit=TOP)]


RUNS: dict[str, tuple[str, Callable[[str, Rows], Search]]] = {
    "sourcebook": ("sourcebook", sourcebook),
    "txtai": ("txtai", txtai),
    "haystack": ("haystack-ai", haystack),
    "llamaindex": ("llama-index-core", llamaindex),
    "chroma": ("chromadb", chroma),
}


def main() -> None:
    name, file = sys.argv[1], Path(sys.argv[2])
    task: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    package, prepare = RUNS[name]
    began, busy = time.perf_counter(), time.process_time()
    first = prepare(task["model"], task["documents"][:1])
    first(task["questions"][0][1])
    started, started_busy = time.perf_counter() - began, time.process_time() - busy
    began, busy = time.perf_counter(), time.process_time()
    search = prepare(task["model"], task["documents"])
    indexed, indexed_busy = time.perf_counter() - began, time.process_time() - busy
    walls, busies, found = [], [], {}
    for id_, text in task["questions"]:
        began, busy = time.perf_counter(), time.process_time()
        found[id_] = search(text)
        walls.append(1e3 * (time.perf_counter() - began))
        busies.append(1e3 * (time.process_time() - busy))
    try:
        number = version(package)
    except ImportError:
        number = "this checkout"
    measured = {
        "version": number,
        "start": started,
        "start_cpu": started_busy,
        "index": indexed,
        "index_cpu": indexed_busy,
        "walls": walls,
        "cpu": busies,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        * (1 if sys.platform == "darwin" else 1024)
        / 1e6,
        "found": found,
    }
    sys.stdout.write("\n" + json.dumps(measured) + "\n")


if __name__ == "__main__":
    main()
