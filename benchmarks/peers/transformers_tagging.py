"""Tagging as transformers does it: its token-classification pipeline on raw text.

Arguments: checkpoint folder, text file with one document a line.
"""

import sys

import torch
import transformers
from tagging import serve_at_best_batch_size
from token_classification import pipeline


def main(checkpoint, data):
    tagger = pipeline(checkpoint)

    def tag(texts, batch_size):
        return [
            [(entity["entity_group"], entity["start"], entity["end"]) for entity in found]
            for found in tagger(texts, batch_size=batch_size)
        ]

    serve_at_best_batch_size(
        f"transformers {transformers.__version__}, torch {torch.__version__}, fp32, {torch.get_num_threads()} threads",
        data,
        tag,
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
