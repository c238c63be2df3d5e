"""Trains the reader's network from the bundled model's; the only module beside the reference encoder that imports torch.

One network, three outputs: whether the passage answers, and where the answer begins and ends, the [CLS] token
standing for "nowhere" (Devlin and others, "BERT", 2019, section 4.3). The word embeddings stay as they are, so that
only the layers need to be stored. Computed in bf16 from fp32 weights.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from embeddings.models import bundled_folder, tokenizer_file
from embeddings.network import WORDS
from embeddings.reader_rows import Pair, Row, rows
from embeddings.tokens import Tokens

HEADS = 12


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides a training run; all of it is written beside the weights."""

    epochs: int = 2
    layers: int = 6
    rate: float = 1e-4
    head_rate: float = 5e-4
    warmup: float = 0.06
    dropout: float = 0.1
    tokens: int = 4096
    seed: int = 1
    decay: float = 0.01


@dataclass(frozen=True, slots=True)
class _Batch:
    ids: Tensor
    segments: Tensor
    mask: Tensor
    readable: Tensor  # positions that may begin or end an answer: [CLS] and the passage
    starts: Tensor  # right positions, (n, length); all False where spans are not learned
    ends: Tensor
    relevant: Tensor  # 1, 0 or -1 for unknown
    groups: list[list[int]]


Lesson = tuple[Pair, Row]


class Network:
    """The weights as one dictionary under their published names, and the function that they make."""

    def __init__(self, settings: Settings, weights: dict[str, Tensor] | None = None) -> None:
        self.settings = settings
        from safetensors.torch import load_file

        stored = load_file(str(bundled_folder() / "model.safetensors"))
        self.words = stored.pop(WORDS).to(torch.bfloat16)
        generator = torch.Generator().manual_seed(settings.seed)
        kept = {
            name: value.float()
            for name, value in stored.items()
            if (name.startswith("embeddings.") and value.is_floating_point())
            or (name.startswith("encoder.layer.") and int(name.split(".")[2]) < settings.layers)
        }
        kept["relevance.dense.weight"] = torch.randn(384, 4 * 384, generator=generator) * 0.02
        kept["relevance.dense.bias"] = torch.zeros(384)
        kept["relevance.weight"] = torch.randn(1, 384, generator=generator) * 0.02
        kept["relevance.bias"] = torch.zeros(1)
        kept["relevance.cosine"] = torch.full((1,), 4.0)
        kept["span.weight"] = torch.randn(2, 384, generator=generator) * 0.02
        kept["span.bias"] = torch.zeros(2)
        if weights is not None:
            kept |= {n: v.float() for n, v in weights.items() if n in kept and v.shape == kept[n].shape}
        self.weights = {name: value.clone().requires_grad_(True) for name, value in kept.items()}

    def __call__(
        self, ids: Tensor, segments: Tensor, mask: Tensor, *, training: bool
    ) -> tuple[Tensor, Tensor]:
        """Relevance logits (n,) and start and end logits (n, length, 2), in fp32."""
        w = {name: value.to(torch.bfloat16) for name, value in self.weights.items()}
        drop = self.settings.dropout if training else 0.0

        def linear(states: Tensor, name: str) -> Tensor:
            return functional.linear(states, w[f"{name}.weight"], w[f"{name}.bias"])

        def norm(states: Tensor, name: str) -> Tensor:
            return functional.layer_norm(states, (384,), w[f"{name}.weight"], w[f"{name}.bias"], 1e-12)

        size, length = ids.shape
        states = functional.embedding(ids, self.words) + w["embeddings.position_embeddings.weight"][:length]
        states = states + functional.embedding(segments, w["embeddings.token_type_embeddings.weight"])
        states = _dropped(norm(states, "embeddings.LayerNorm"), drop)
        hidden = torch.where(mask, 0.0, -1e4).to(torch.bfloat16)[:, None, None, :]
        for number in range(self.settings.layers):
            name = f"encoder.layer.{number}"
            query, key, value = (
                linear(states, f"{name}.attention.self.{part}").view(size, length, HEADS, -1).transpose(1, 2)
                for part in ("query", "key", "value")
            )
            # written out: the backward pass of torch's own attention takes several times as long on a processor
            shares = (query @ key.transpose(2, 3) * (384 // HEADS) ** -0.5 + hidden).softmax(-1)
            mixed = shares @ value
            joined = linear(
                mixed.transpose(1, 2).reshape(size, length, 384), f"{name}.attention.output.dense"
            )
            states = norm(states + _dropped(joined, drop), f"{name}.attention.output.LayerNorm")
            inner = functional.gelu(linear(states, f"{name}.intermediate.dense"))
            outer = _dropped(linear(inner, f"{name}.output.dense"), drop)
            states = norm(states + outer, f"{name}.output.LayerNorm")
        last = states.float()
        return self._relevance(last, segments, mask, drop), functional.linear(
            last, self.weights["span.weight"], self.weights["span.bias"]
        )

    def _relevance(self, last: Tensor, segments: Tensor, mask: Tensor, drop: float) -> Tensor:
        """A small network on [CLS], the two segments' mean directions and their product, plus their cosine."""
        second = segments.bool() & mask
        asked, read = (
            functional.normalize((last * part[:, :, None]).sum(1), dim=1) * 384**0.5
            for part in (mask & ~second, second)
        )
        seen = torch.cat([last[:, 0], asked, read, asked * read], dim=1)
        w = self.weights
        pooled = torch.tanh(functional.linear(seen, w["relevance.dense.weight"], w["relevance.dense.bias"]))
        logits = functional.linear(_dropped(pooled, drop), w["relevance.weight"], w["relevance.bias"])[:, 0]
        relevance: Tensor = logits + w["relevance.cosine"] * (asked * read).mean(1)
        return relevance

    def save(self, path: Path) -> None:
        """Write the weights in fp16, without the word embeddings."""
        from safetensors.torch import save_file

        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(
            {name: value.detach().to(torch.float16) for name, value in sorted(self.weights.items())},
            str(path),
            {"layers": str(self.settings.layers)},
        )


def _dropped(states: Tensor, share: float) -> Tensor:
    """Dropout with one random byte a number, a tenth of the cost of torch's own on a processor."""
    if not share:
        return states
    numbers = torch.randint(-(2**63), 2**63 - 1, ((states.numel() + 7) // 8,), dtype=torch.int64)
    kept = numbers.view(torch.uint8)[: states.numel()].view(states.shape) >= round(share * 256)
    return states * (kept.to(states.dtype) / (1 - round(share * 256) / 256))


def load(path: Path, settings: Settings) -> Network:
    """Read what `Network.save` wrote."""
    from safetensors.torch import load_file

    return Network(settings, load_file(str(path)))


def train(
    network: Network,
    epoch: Callable[[int], Sequence[Sequence[Pair]]],
    path: Path,
    say: Callable[[str], None],
    *,
    done: int = 0,
) -> None:
    """Train through all epochs, saving every five minutes and at the end.

    With `done` the network is one that was saved after so many steps; the optimizer begins anew, over 20 steps.

    Raises ValueError where there is nothing to learn from.
    """
    settings = network.settings
    torch.manual_seed(settings.seed)
    tokens = Tokens(tokenizer_file(bundled_folder()))
    passes = [list(_batches(_lessons(tokens, epoch(n)), settings, n)) for n in range(settings.epochs)]
    steps = sum(len(one) for one in passes)
    if not steps:
        raise ValueError("there is nothing to learn from")
    size = sum(batch.ids.numel() for one in passes for batch in one)
    say(f"{steps} steps, {size:,} padded tokens, settings {settings}")
    optimizer = _optimizer(network)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min(
            step / 20 if done else 1.0,
            (done + step) / max(1, settings.warmup * steps),
            (steps - done - step) / (steps * (1 - settings.warmup)),
        ),
    )
    started = saved = time.monotonic()
    sums, seen = np.zeros(4), 0
    for step, batch in enumerate(batch for one in passes for batch in one):
        if step < done:
            continue
        losses = _losses(network, batch)
        torch.stack(losses).sum().backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(list(network.weights.values()), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        sums[:3] += [float(loss.detach()) for loss in losses]
        seen += batch.ids.numel()
        if (step + 1) % 50 == 0 or step + 1 == steps:
            elapsed = time.monotonic() - started
            say(
                f"step {step + 1}/{steps} {elapsed:.0f} s {seen / elapsed:.0f} tokens/s "
                f"span {sums[0] / 50:.3f} relevant {sums[1] / 50:.3f} listwise {sums[2] / 50:.3f}"
            )
            sums[:] = 0
        if time.monotonic() - saved > 300:
            network.save(path)
            saved = time.monotonic()
    network.save(path)


def _optimizer(network: Network) -> torch.optim.Optimizer:
    settings = network.settings
    heads = [v for name, v in network.weights.items() if name.startswith(("relevance", "span"))]
    rest = [v for name, v in network.weights.items() if not name.startswith(("relevance", "span"))]
    return torch.optim.AdamW(
        [{"params": rest, "lr": settings.rate}, {"params": heads, "lr": settings.head_rate}],
        weight_decay=settings.decay,
        fused=True,
    )


def _losses(network: Network, batch: _Batch) -> list[Tensor]:
    relevance, spans = network(batch.ids, batch.segments, batch.mask, training=True)
    spans = spans.masked_fill(~batch.readable[:, :, None], -1e4)
    zero = relevance.sum() * 0
    span, learned = zero, batch.starts.any(dim=1)
    if learned.any():
        for column, right in enumerate((batch.starts, batch.ends)):
            logits = spans[learned][:, :, column]
            chosen = logits.masked_fill(~right[learned], -1e4)
            span = span + (logits.logsumexp(1) - chosen.logsumexp(1)).mean() / 2
    known = batch.relevant >= 0
    binary = (
        functional.binary_cross_entropy_with_logits(relevance[known], batch.relevant[known])
        if known.any()
        else zero
    )
    lists = [functional.log_softmax(relevance[group], 0)[0] for group in batch.groups]
    listwise = -torch.stack(lists).mean() if lists else zero
    return [span, binary, listwise]


def _lessons(tokens: Tokens, groups: Sequence[Sequence[Pair]]) -> list[list[Lesson]]:
    pairs = [pair for group in groups for pair in group]
    made = iter(
        rows(
            tokens,
            [pair.question for pair in pairs],
            [pair.context for pair in pairs],
            [pair.passage for pair in pairs],
        )
    )
    return [[(pair, next(made)) for pair in group] for group in groups]


def _batches(groups: list[list[Lesson]], settings: Settings, epoch: int) -> Iterator[_Batch]:
    """Batches of groups of similar length, in random order."""
    rng = random.Random(settings.seed * 1000 + epoch)
    rng.shuffle(groups)
    made: list[list[list[Lesson]]] = []
    for first in range(0, len(groups), 400):
        slab = sorted(groups[first : first + 400], key=_longest)
        batch: list[list[Lesson]] = []
        for group in slab:
            count = sum(len(one) for one in batch) + len(group)
            if batch and count * _longest(group) > settings.tokens:
                made.append(batch)
                batch = []
            batch.append(group)
        made.append(batch)
    rng.shuffle(made)
    for batch in made:
        yield _batch(batch)


def _longest(group: Sequence[Lesson]) -> int:
    return max(len(row.ids) for _, row in group)


def _batch(groups: Sequence[Sequence[Lesson]]) -> _Batch:
    lessons = [lesson for group in groups for lesson in group]
    shape = len(lessons), max(len(row.ids) for _, row in lessons)
    ids, segments = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    mask, readable, starts, ends = (np.zeros(shape, dtype=bool) for _ in range(4))
    relevant = np.full(len(lessons), -1.0, dtype=np.float32)
    for n, (pair, row) in enumerate(lessons):
        length = len(row.ids)
        ids[n, :length], mask[n, :length] = row.ids, True
        segments[n, row.second : length] = 1
        readable[n, row.passage : length - 1] = True
        readable[n, 0] = True
        if pair.relevant is not None:
            relevant[n] = float(pair.relevant)
        if pair.spanned:
            _mark(pair, row, starts[n], ends[n])
    places, first = [], 0
    for group in groups:
        if len(group) > 1 and group[0][0].relevant:
            places.append(list(range(first, first + len(group))))
        first += len(group)
    arrays = (ids, segments, mask, readable, starts, ends, relevant)
    tensors = [torch.from_numpy(array) for array in arrays]
    return _Batch(*tensors, places)  # type: ignore[call-arg, arg-type]  # seven tensors, as arrays has them


def _mark(pair: Pair, row: Row, starts: NDArray[np.bool_], ends: NDArray[np.bool_]) -> None:
    """Mark the tokens that begin and end the answer; [CLS] where there is none; nothing where it was cut off."""
    if not pair.spans:
        starts[0] = ends[0] = True
    for low, high in pair.spans:
        inside = np.flatnonzero((row.offsets[:, 0] < high) & (row.offsets[:, 1] > low))
        if len(inside) and row.offsets[inside[-1], 1] >= high:
            starts[row.passage + inside[0]] = True
            ends[row.passage + inside[-1]] = True
