"""ONNX Runtime's int8 graph and its tokenizer behind FastAPI; what has come meanwhile goes through the graph together.

Arguments: checkpoint folder, port, folder to keep graphs in.
"""

import os
import sys

import onnxruntime
from onnx_graph import open_tagger
from server import serve_requests

TOGETHER = 8


def main(checkpoint, port, cache):
    tagger = open_tagger(checkpoint, cache, "int8")

    def tag(texts):
        return [
            [{"type": kind, "text": text[start:end], "start": start, "end": end} for kind, start, end in found]
            for text, found in zip(texts, tagger.tag(texts, TOGETHER), strict=True)
        ]

    cores = len(os.sched_getaffinity(0))
    serve_requests(
        f"ONNX Runtime {onnxruntime.__version__}, int8, {cores} cores, up to {TOGETHER} texts together",
        port,
        tag,
        together=TOGETHER,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
