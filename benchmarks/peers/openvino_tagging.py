"""Tagging by OpenVINO.

Arguments: checkpoint folder, text file with one document a line and calibration.txt beside it, folder to keep models in, bf16
or int8, latency or throughput.
"""

import os
import pathlib
import sys

import nncf
import openvino
import torch
from graph_tagging import INPUTS, GraphTagger
from kept import kept
from subject import texts_of
from tagging import serve_at_best_batch_size
from transformers import AutoModelForTokenClassification

VERSIONS = f"torch {torch.__version__}, openvino {openvino.__version__}, nncf {nncf.__version__}"


def model(checkpoint, cache, precision, calibration):
    """As the tools make it; int8 by post-training quantization."""

    def convert(folder):
        source = AutoModelForTokenClassification.from_pretrained(checkpoint).eval()
        example = {name: torch.ones(2, 8, dtype=torch.long) for name in INPUTS}
        shapes = [(name, [-1, -1], openvino.Type.i64) for name in INPUTS]
        converted = openvino.convert_model(source, example_input=example, input=shapes)
        openvino.save_model(converted, folder / "model.xml", compress_to_fp16=False)

    plain = kept(cache, "openvino-fp32", checkpoint, VERSIONS, convert)
    if precision == "bf16":
        return plain / "model.xml"

    def quantize(folder):
        tagger = GraphTagger(checkpoint, None)
        texts = texts_of(calibration)
        encoded = tagger.encode(texts)
        quantized = nncf.quantize(
            openvino.Core().read_model(plain / "model.xml"),
            nncf.Dataset([tagger.inputs(encoded, [index]) for index in range(len(texts))]),
            subset_size=len(texts),
            model_type=nncf.ModelType.TRANSFORMER,
        )
        openvino.save_model(quantized, folder / "model.xml", compress_to_fp16=False)

    return kept(cache, "openvino-int8", checkpoint, VERSIONS, quantize) / "model.xml"


def main(checkpoint, data, cache, precision, hint):
    compiled = openvino.Core().compile_model(
        model(checkpoint, cache, precision, pathlib.Path(data).with_name("calibration.txt")),
        "CPU",
        {"PERFORMANCE_HINT": hint.upper(), "INFERENCE_PRECISION_HINT": "bf16"},
    )
    logits = one_by_one(compiled) if hint == "latency" else side_by_side(compiled)
    serve_at_best_batch_size(
        f"OpenVINO {openvino.__version__}, {precision}, {hint} hint,"
        f" {compiled.get_property('NUM_STREAMS')} streams on {len(os.sched_getaffinity(0))} cores",
        data,
        GraphTagger(checkpoint, logits).tag,
    )


def one_by_one(compiled):
    request = compiled.create_infer_request()
    return lambda batches: [request.infer(inputs)[0].copy() for inputs in batches]


def side_by_side(compiled):
    queue = openvino.AsyncInferQueue(compiled)

    def logits(batches):
        found = [None] * len(batches)

        def keep(request, index):
            found[index] = request.get_output_tensor(0).data.copy()

        queue.set_callback(keep)
        # The longest first: at the end no stream waits for another's long batch.
        for index in reversed(range(len(batches))):
            queue.start_async(batches[index], index)
        queue.wait_all()
        return found

    return logits


if __name__ == "__main__":
    main(*sys.argv[1:])
