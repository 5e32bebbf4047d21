"""What a user builds around an exported graph: tokenizer, batches sorted by length and padded, entities read off."""

import json
import pathlib

import numpy
from model_folder import tokenizer as open_tokenizer

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]


class GraphTagger:
    def __init__(self, checkpoint, logits):
        """logits goes from the inputs of several batches to the logits of each."""
        id2label = json.loads((pathlib.Path(checkpoint) / "config.json").read_text(encoding="utf-8"))["id2label"]
        self.labels = numpy.array([id2label[str(index)] for index in range(len(id2label))], dtype=object)
        self.tokenizer = open_tokenizer(checkpoint)
        self.logits = logits

    def inputs(self, encoded, batch):
        padded = self.tokenizer.pad(
            {name: [encoded[name][index] for index in batch] for name in INPUTS}, return_tensors="np"
        )
        return {name: padded[name].astype(numpy.int64) for name in INPUTS}

    def encode(self, texts):
        return self.tokenizer(texts, truncation=True, return_offsets_mapping=True, return_token_type_ids=True)

    def tag(self, texts, batch_size):
        encoded = self.encode(texts)
        shortest_first = sorted(range(len(texts)), key=lambda index: len(encoded["input_ids"][index]))
        batches = [shortest_first[first : first + batch_size] for first in range(0, len(texts), batch_size)]
        answers = [None] * len(texts)
        for batch, logits in zip(batches, self.logits([self.inputs(encoded, batch) for batch in batches]), strict=True):
            labels = self.labels[logits.argmax(axis=-1)]
            for row, index in enumerate(batch):
                answers[index] = entities(labels[row], encoded.word_ids(index), encoded["offset_mapping"][index])
        return answers


def entities(labels, words, offsets):
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
    return found
