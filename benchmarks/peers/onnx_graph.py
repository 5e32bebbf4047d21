"""The checkpoint as a graph in ONNX Runtime, made with ONNX Runtime's own tools and kept."""

import onnx
import onnxruntime
import torch
from graph_tagging import INPUTS, GraphTagger
from kept import kept
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from transformers import AutoModelForTokenClassification

VERSIONS = f"torch {torch.__version__}, onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}"


class Logits(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids).logits


def open_tagger(checkpoint, cache, precision):
    """Threads and all else at their defaults. precision: fp32 or int8."""
    session = onnxruntime.InferenceSession(graph(checkpoint, cache, precision), providers=["CPUExecutionProvider"])
    return GraphTagger(checkpoint, lambda batches: [session.run(["logits"], inputs)[0] for inputs in batches])


def graph(checkpoint, cache, precision):
    fused = kept(cache, "onnx-fp32", checkpoint, VERSIONS, lambda folder: export(checkpoint, folder / "model.onnx"))
    if precision == "fp32":
        return fused / "model.onnx"
    quantized = kept(
        cache,
        "onnx-int8",
        checkpoint,
        VERSIONS,
        lambda folder: quantize(fused / "model.onnx", folder / "model.onnx"),
    )
    return quantized / "model.onnx"


def quantize(fused, path):
    # Shape inference knows no types behind fused operators; all of them give floats.
    floats = {"DefaultTensorType": onnx.TensorProto.FLOAT}
    quantize_dynamic(fused, path, per_channel=True, weight_type=QuantType.QInt8, extra_options=floats)


def export(checkpoint, path):
    """By the tracing exporter: ONNX Runtime's tool knows attention and embeddings in what it writes, and fuses them."""
    model = AutoModelForTokenClassification.from_pretrained(checkpoint, attn_implementation="eager").eval()
    torch.onnx.export(
        Logits(model),
        tuple(torch.ones(2, 8, dtype=torch.long) for _ in INPUTS),
        path,
        input_names=INPUTS,
        output_names=["logits"],
        dynamic_axes={name: {0: "batch", 1: "length"} for name in INPUTS},
        dynamo=False,
    )
    config = model.config
    optimizer.optimize_model(
        str(path), "bert", num_heads=config.num_attention_heads, hidden_size=config.hidden_size
    ).save_model_to_file(str(path))
