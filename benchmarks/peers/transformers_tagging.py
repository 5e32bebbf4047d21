"""Tagging as transformers does it: its token-classification pipeline on raw text, at the best of three batch sizes.

Arguments: checkpoint folder, text file with one document a line.
"""

import sys
import time

import torch
import transformers
from subject import serve
from token_classification import best_batch_size, pipeline, texts_of


def main(checkpoint, data):
    texts = texts_of(data)
    tagger = pipeline(checkpoint)

    def seconds(some, batch_size):
        start = time.perf_counter()
        tagger(some, batch_size=batch_size)
        return time.perf_counter() - start

    best = best_batch_size(texts, seconds)
    serve(
        f"transformers {transformers.__version__}, torch {torch.__version__}, fp32, {torch.get_num_threads()} threads,"
        f" batch size {best}",
        lambda: seconds(texts, best),
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
