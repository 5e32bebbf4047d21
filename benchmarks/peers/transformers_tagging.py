"""Tagging as transformers does it: its token-classification pipeline on raw text, at the best of three batch sizes.

Arguments: checkpoint folder, text file with one document a line.
"""

import sys
import time

import torch
import transformers
from model_folder import tokenizer as open_tokenizer
from subject import serve
from transformers import AutoModelForTokenClassification, pipeline

BATCH_SIZES = [1, 8, 32]
TRIAL = 4  # every fourth text is enough to choose the batch size, and warms up


def main(checkpoint, data):
    with open(data, encoding="utf-8") as lines:
        texts = [line.rstrip("\n") for line in lines]
    tagger = pipeline(
        "token-classification",
        model=AutoModelForTokenClassification.from_pretrained(checkpoint),
        tokenizer=open_tokenizer(checkpoint),
        aggregation_strategy="simple",
        device="cpu",
    )

    def seconds(some, batch_size):
        start = time.perf_counter()
        tagger(some, batch_size=batch_size)
        return time.perf_counter() - start

    best = min(BATCH_SIZES, key=lambda batch_size: seconds(texts[::TRIAL], batch_size))
    serve(
        f"transformers {transformers.__version__}, torch {torch.__version__}, fp32, {torch.get_num_threads()} threads,"
        f" batch size {best}",
        lambda: seconds(texts, best),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
