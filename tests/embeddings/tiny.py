"""Real models with random weights, small enough to be made in a test: an encoder and a cross-encoder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from embeddings import models

_TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json")


def save_tiny_model(folder: Path, *, tokens: int = 48) -> Path:
    """A sentence-transformers model: two layers, 32 dimensions, 48 tokens unless told otherwise, with prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import BertModel

    base = folder.with_name(f"{folder.name}-base")
    BertModel(_config(tokens)).save_pretrained(base)
    _copy_tokenizer(base)
    transformer = modules.Transformer(str(base), max_seq_length=tokens)
    prompts = {"query": "question: ", "document": "passage: "}
    SentenceTransformer(modules=[transformer, modules.Pooling(32)], prompts=prompts, device="cpu").save(
        str(folder)
    )
    return folder


def save_tiny_cross_encoder(folder: Path, *, labels: int = 1, head: bool = True) -> Path:
    """A BERT that scores pairs of texts; without `head`, the plain encoder of the same size."""
    from transformers import BertForSequenceClassification, BertModel

    config = _config(128, num_labels=labels)
    made = BertForSequenceClassification(config) if head else BertModel(config)
    made.save_pretrained(folder)
    _copy_tokenizer(folder)
    return folder


def _config(tokens: int, **options: Any) -> Any:
    import torch
    from transformers import BertConfig

    torch.manual_seed(0)
    return BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=tokens,
        **options,
    )


def _copy_tokenizer(folder: Path) -> None:
    for name in _TOKENIZER:
        shutil.copy(models.bundled_folder() / name, folder / name)
