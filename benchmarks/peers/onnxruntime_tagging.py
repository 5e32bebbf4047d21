"""Tagging by ONNX Runtime.

Arguments: checkpoint folder, text file with one document a line, folder to keep graphs in, fp32 or int8.
"""

import os
import sys

import onnxruntime
from onnx_graph import open_tagger
from tagging import serve_at_best_batch_size


def main(checkpoint, data, cache, precision):
    tagger = open_tagger(checkpoint, cache, precision)
    serve_at_best_batch_size(
        f"ONNX Runtime {onnxruntime.__version__}, {precision}, {len(os.sched_getaffinity(0))} cores", data, tagger.tag
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
