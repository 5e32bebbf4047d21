"""Writes the golden file of the entity-level scores: what seqeval answers for random tag sequences.

    python -m venv venv && venv/bin/pip install seqeval==1.2.2
    venv/bin/python slicer-contract/src/test/python/seqeval_golden.py

Every case is a few sentences of gold and predicted tags, valid IOB2 or not, and seqeval's scores of them in its default
mode (conlleval's reading) and in strict IOB2: micro and macro precision, recall, F1, and the same by type with support.
"pieces" are predictions for the sub-tokens of the words, those of a word joined by |, of which a word has none to four;
"subToken" is seqeval's default mode over them, with the tag of each word as gold of all its sub-tokens.
"""

import json
import pathlib
import random
import warnings

from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/slicer/metrics/seqeval-golden.json"
TYPES = ["PER", "ORG", "LOC", "MISC-X"]
CASES = 400


def tags(rng, length, types, outside):
    labels = [prefix + kind for kind in types for prefix in ("B-", "I-")]
    return ["O" if rng.random() < outside else rng.choice(labels) for _ in range(length)]


def corrupted(rng, gold, types, rate):
    return [tags(rng, 1, types, 0.4)[0] if rng.random() < rate else tag for tag in gold]


def case(rng):
    types = TYPES[: rng.randint(1, len(TYPES))]
    outside = rng.choice([0.0, 0.3, 0.6, 0.9, 1.0])
    gold = [tags(rng, rng.randint(1, 12), types, outside) for _ in range(rng.randint(1, 5))]
    rate = rng.choice([0.0, 0.1, 0.4, 1.0])
    predicted = [corrupted(rng, sentence, types, rate) for sentence in gold]
    return gold, predicted


def pieces(rng, predicted, types, rate):
    """Predictions that often, but not always, go on as the word's own does."""
    return [[corrupted(rng, [tag], types, rate)[0] for _ in range(rng.choice([0, 1, 1, 1, 2, 3, 4]))] for tag in predicted]


def expanded(gold, sub_tokens):
    return [tag for tag, word in zip(gold, sub_tokens) for _ in word]


def sub_token_case(rng, gold, predicted):
    types = sorted({tag[2:] for sentence in gold + predicted for tag in sentence if tag != "O"})
    while True:
        rate = rng.choice([0.0, 0.2, 0.6])
        split = [pieces(rng, sentence, types, rate) for sentence in predicted]
        flat_gold = [expanded(*sentence) for sentence in zip(gold, split)]
        flat = [[tag for word in sentence for tag in word] for sentence in split]
        if has_entity(flat_gold, flat, "BI"):
            return {
                "pieces": [" ".join("|".join(word) for word in sentence) for sentence in split],
                "subToken": scores(flat_gold, flat),
            }


def scores(gold, predicted, **mode):
    report = classification_report(gold, predicted, output_dict=True, zero_division=0, **mode)

    def row(entry):
        return [float(entry["precision"]), float(entry["recall"]), float(entry["f1-score"]), int(entry["support"])]

    return {
        "micro": row(report["micro avg"]),
        "macro": row(report["macro avg"]),
        "types": {k: row(v) for k, v in report.items() if not k.endswith(" avg")},
    }


def has_entity(gold, predicted, prefixes):
    return any(tag[0] in prefixes for sentence in gold + predicted for tag in sentence)


def main():
    warnings.simplefilter("ignore")
    rng = random.Random(20221207)
    rng_of_pieces = random.Random(20221208)
    cases = []
    while len(cases) < CASES:
        gold, predicted = case(rng)
        # seqeval fails on averages over no type at all; our own tests cover that.
        if has_entity(gold, predicted, "B"):
            cases.append(
                {
                    "gold": [" ".join(sentence) for sentence in gold],
                    "predicted": [" ".join(sentence) for sentence in predicted],
                    "conlleval": scores(gold, predicted),
                    "strictIob2": scores(gold, predicted, mode="strict", scheme=IOB2),
                    **sub_token_case(rng_of_pieces, gold, predicted),
                }
            )
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("[\n" + lines + "\n]\n", encoding="utf-8")


main()
