"""Tagging by ONNX Runtime: the checkpoint as an fp32 graph, texts sorted by length, at the best of three batch sizes.

Arguments: checkpoint folder, text file with one document a line, folder to keep the graph in.
"""

import os
import pathlib
import sys
import time
import zlib

import numpy
import onnxruntime
import torch
from model_folder import tokenizer as open_tokenizer
from onnxruntime.transformers import optimizer
from subject import serve
from token_classification import best_batch_size, texts_of
from transformers import AutoModelForTokenClassification

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]


class Logits(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits


def graph(checkpoint, cache):
    """The checkpoint's graph, made once and optimised with ONNX Runtime's own tool for BERT, and its labels."""
    model = AutoModelForTokenClassification.from_pretrained(checkpoint, attn_implementation="eager").eval()
    weights = os.stat(pathlib.Path(checkpoint) / "model.safetensors")
    key = f"{checkpoint} {weights.st_size} {weights.st_mtime_ns} {torch.__version__} {onnxruntime.__version__}"
    path = pathlib.Path(cache) / f"onnx-{zlib.crc32(key.encode()):08x}.onnx"
    if not path.exists():
        print(f"exporting {checkpoint} to ONNX, once", file=sys.stderr, flush=True)
        staged = path.with_suffix(f".{os.getpid()}")
        # The tracing exporter: ONNX Runtime's tool knows attention and embeddings in what it writes, and fuses them.
        torch.onnx.export(
            Logits(model),
            tuple(torch.ones(2, 8, dtype=torch.long) for _ in INPUTS),
            staged,
            input_names=INPUTS,
            output_names=["logits"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in INPUTS},
            dynamo=False,
        )
        config = model.config
        optimizer.optimize_model(
            str(staged), "bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size
        ).save_model_to_file(str(staged))
        staged.rename(path)
    return str(path), model.config.id2label


def entities(text, labels, words, offsets):
    """What the first sub-tokens of the words say; an entity begins with B-, or where the type changes."""
    found = []
    before, inside = None, None
    for label, word, (start, end) in zip(labels, words, offsets, strict=False):
        if word is None:
            continue
        if word == before:
            if inside:
                found[-1][2] = end
            continue
        before = word
        kind = label[2:] if label != "O" else None
        if kind and (label.startswith("B-") or kind != inside):
            found.append([kind, start, end])
        elif kind:
            found[-1][2] = end
        inside = kind
    return [(kind, text[start:end], start, end) for kind, start, end in found]


def main(checkpoint, data, cache):
    texts = texts_of(data)
    tokenizer = open_tokenizer(checkpoint)
    path, id2label = graph(checkpoint, cache)
    names = numpy.array([id2label[index] for index in range(len(id2label))], dtype=object)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def tag(some, batch_size):
        encoded = tokenizer(some, truncation=True, return_offsets_mapping=True, return_token_type_ids=True)
        shortest_first = sorted(range(len(some)), key=lambda index: len(encoded["input_ids"][index]))
        answers = [None] * len(some)
        for first in range(0, len(some), batch_size):
            batch = shortest_first[first : first + batch_size]
            padded = tokenizer.pad(
                {name: [encoded[name][index] for index in batch] for name in INPUTS}, return_tensors="np"
            )
            (logits,) = session.run(["logits"], {name: padded[name].astype(numpy.int64) for name in INPUTS})
            labels = names[logits.argmax(axis=-1)]
            for row, index in enumerate(batch):
                answers[index] = entities(
                    some[index], labels[row], encoded.word_ids(index), encoded["offset_mapping"][index]
                )
        return answers

    def seconds(some, batch_size):
        start = time.perf_counter()
        tag(some, batch_size)
        return time.perf_counter() - start

    best = best_batch_size(texts, seconds)
    found = sum(map(len, tag(texts, best)))
    serve(
        f"ONNX Runtime {onnxruntime.__version__}, fp32, {len(os.sched_getaffinity(0))} cores, batch size {best},"
        f" {found} entities",
        lambda: seconds(texts, best),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
