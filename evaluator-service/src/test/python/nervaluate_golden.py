"""Writes the golden file of the partial matches: what nervaluate counts for random entities.

    python -m venv venv && venv/bin/pip install nervaluate==1.2.1 seqeval==1.2.2
    venv/bin/python evaluator-service/src/test/python/nervaluate_golden.py

"tags" are documents of gold and predicted tags, valid IOB2 or not. nervaluate gets the entities that seqeval reads in
them strictly, since nervaluate's own reader of tags lets an I- that continues nothing begin an entity. "spans" are
entities as nobody's tags could have them: overlapping, in any order, twice, some over a hundred words long, whose
overlap nervaluate ignores where it is less than a hundredth of the gold entity. Each has type, first word and the one
past the last.

By schema: correct, incorrect, partial, missed, spurious, then precision, recall, F1, of all documents of a case.
"""

import json
import pathlib
import random

from nervaluate import Evaluator
from seqeval.scheme import IOB2, Entities

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/slicer/evaluator/gold/nervaluate-golden.json"
TYPES = ["PER", "ORG", "LOC", "MISC-X"]
CASES = 300


def tags(rng, length, types, outside):
    """Entities of one to four words, and now and then any tag."""
    sentence = []
    while len(sentence) < length:
        kind = rng.choice(types)
        if rng.random() < outside:
            sentence.append("O")
        elif rng.random() < 0.1:
            sentence.append(rng.choice(["B-", "I-"]) + kind)
        else:
            sentence += ["B-" + kind] + ["I-" + kind] * rng.choice([0, 0, 1, 2, 3])
    return sentence[:length]


def predicted_tags(rng, gold, types, rate):
    other = tags(rng, len(gold), types, 0.5)
    return [new if rng.random() < rate else old for old, new in zip(gold, other)]


def strict(sentence):
    return [[e.tag, e.start, e.end] for e in Entities([sentence], IOB2).entities[0]]


def spans(rng, types, words):
    found = []
    for _ in range(rng.randint(0, 6)):
        start = rng.randrange(words)
        longest = words if rng.random() < 0.2 else 4
        found.append([rng.choice(types), start, start + rng.randint(1, longest)])
    return found


def predicted_spans(rng, gold, types, words):
    kept = [span for span in gold if rng.random() < 0.6]
    moved = [[rng.choice(types), max(0, start - rng.randint(0, 2)), end + rng.randint(0, 2)] for _, start, end in kept]
    found = [rng.choice(pair) for pair in zip(kept, moved)] + spans(rng, types, words)[:3]
    rng.shuffle(found)
    return found


def scores(gold, predicted):
    def entities(documents):
        return [[{"label": kind, "start": start, "end": end - 1} for kind, start, end in spans] for spans in documents]

    results = Evaluator(entities(gold), entities(predicted), tags=TYPES, loader="dict").evaluate()["overall"]
    return {
        schema: [r.correct, r.incorrect, r.partial, r.missed, r.spurious, r.precision, r.recall, r.f1]
        for schema, r in sorted(results.items())
    }


def case_of_tags(rng):
    types = TYPES[: rng.randint(1, len(TYPES))]
    outside = rng.choice([0.0, 0.3, 0.6, 0.9, 1.0])
    gold = [tags(rng, rng.randint(1, 14), types, outside) for _ in range(rng.randint(1, 4))]
    rate = rng.choice([0.0, 0.1, 0.4, 1.0])
    predicted = [predicted_tags(rng, sentence, types, rate) for sentence in gold]
    return {
        "gold": [" ".join(sentence) for sentence in gold],
        "predicted": [" ".join(sentence) for sentence in predicted],
        "matches": scores([strict(s) for s in gold], [strict(s) for s in predicted]),
    }


def case_of_spans(rng):
    types = TYPES[: rng.randint(1, len(TYPES))]
    words = rng.choice([6, 20, 300])
    gold = [spans(rng, types, words) for _ in range(rng.randint(1, 3))]
    predicted = [predicted_spans(rng, document, types, words) for document in gold]
    return {"gold": gold, "predicted": predicted, "matches": scores(gold, predicted)}


def main():
    rng = random.Random(20130614)
    cases = {
        "tags": [case_of_tags(rng) for _ in range(CASES)],
        "spans": [case_of_spans(rng) for _ in range(CASES)],
    }
    groups = [
        json.dumps(name) + ": [\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in group) + "\n]"
        for name, group in cases.items()
    ]
    OUT.write_text("{\n" + ",\n".join(groups) + "\n}\n", encoding="utf-8")


main()
