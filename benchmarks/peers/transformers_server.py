"""The token-classification pipeline behind FastAPI, a text at a time.

Arguments: checkpoint folder, port.
"""

import sys

import torch
import transformers
from server import serve_requests
from token_classification import pipeline


def main(checkpoint, port):
    tagger = pipeline(checkpoint)

    def tag(texts):
        return [[{**entity, "score": float(entity["score"])} for entity in found] for found in tagger(texts)]

    serve_requests(
        f"transformers {transformers.__version__}, torch {torch.__version__}, fp32, {torch.get_num_threads()} threads",
        port,
        tag,
        together=1,
    )


if __name__ == "__main__":
    main(*sys.argv[1:3])
