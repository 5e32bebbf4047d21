"""Writes the golden file of the HuggingFace shape: what transformers' token-classification pipeline answers.

    python -m venv venv && venv/bin/pip install torch transformers
    venv/bin/python inference-service/src/test/python/huggingface_pipeline_golden.py

The model is made here: it calls every word but the full stop a person. Only the answers' shape is of interest.
"""

import json
import pathlib
import tempfile

import torch
from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast, pipeline

OUT = pathlib.Path(__file__).parent.parent / "resources/dev/slicer/inference/rest/huggingface/huggingface-pipeline.json"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "Wangari", "Maathai", "Nyeri", "."]
LABELS = ["O", "B-PER", "I-PER"]

folder = pathlib.Path(tempfile.mkdtemp())
(folder / "vocab.txt").write_text("\n".join(WORDS))
tokenizer = BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=False)
model = BertForTokenClassification(
    BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label=dict(enumerate(LABELS)),
        label2id={label: i for i, label in enumerate(LABELS)},
    )
)
with torch.no_grad():
    model.classifier.weight.zero_()
    model.classifier.bias.copy_(torch.tensor([0.0, 2.0, 0.0]))
tag = pipeline("token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="first")

golden = {
    "one": tag("🌳 Maathai"),
    "several": tag(["Maathai", "Maathai Maathai"]),
    "empty": tag(""),
}
OUT.write_text(json.dumps(golden, default=float, ensure_ascii=False, indent=2) + "\n")
