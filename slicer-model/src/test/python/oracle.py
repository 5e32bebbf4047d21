"""Writes the correctness oracle of the engine: tiny random checkpoints and what PyTorch computes with them in fp32.

    python -m venv venv && venv/bin/pip install torch transformers safetensors
    venv/bin/python slicer-model/src/test/python/oracle.py

Run it again only to change the fixtures: the product needs no Python, and the tests read the committed files. The
same versions on the same machine write the same bytes; README.md beside the fixtures names versions and keys.

Encoder, linear head, attention and AdamW are those of HuggingFace transformers and PyTorch, unchanged. The one thing
defined here is the SLICER loss (Schmidt et al., EMNLP 2022), written as the plain sum over slices so that it can be
read against the paper.
"""

import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file
from transformers import (
    BertConfig,
    BertForTokenClassification,
    XLMRobertaConfig,
    XLMRobertaForTokenClassification,
)

LABELS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]
LENGTHS = [17, 9, 3, 13, 6]
HIDDEN = 24
VOCABULARY = 150
SLICE_SIZES = [1, 2, 8, 24]
GRADIENT_SLICE_SIZES = [8, 24]
ADAMW_SLICE_SIZE = 8
ADAMW_STEPS = [1, 3]
KEY_LEANS = [0.0, 0.6, -0.6]
IGNORED = -100

COMMON = dict(
    vocab_size=VOCABULARY,
    hidden_size=HIDDEN,
    num_hidden_layers=3,
    num_attention_heads=4,
    intermediate_size=48,
    hidden_act="gelu",
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    id2label=dict(enumerate(LABELS)),
    label2id={label: index for index, label in enumerate(LABELS)},
    attn_implementation="eager",
)


def bert():
    config = BertConfig(
        **COMMON, max_position_embeddings=64, type_vocab_size=2, layer_norm_eps=1e-12, pad_token_id=0
    )
    return BertForTokenClassification(config), dict(first=101, last=102, pad=0, lowest=5)


def xlm_roberta():
    config = XLMRobertaConfig(
        **COMMON,
        max_position_embeddings=66,
        type_vocab_size=1,
        layer_norm_eps=1e-5,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
    )
    return XLMRobertaForTokenClassification(config), dict(first=0, last=2, pad=1, lowest=4)


def randomise(model, generator):
    """Spreads every parameter: with the usual std of 0.02 and unit LayerNorms a wrong path would hide in the noise."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "LayerNorm.weight" in name:
                parameter.copy_(1 + 0.2 * noise)
            elif name.endswith("bias"):
                parameter.copy_(0.2 * noise)
            else:
                parameter.copy_(0.3 * noise)
        # Keys that lean towards or away from their own queries: else every layer's self-attention is about 1 / length.
        for layer, lean in zip(model.base_model.encoder.layer, KEY_LEANS, strict=True):
            layer.attention.self.key.weight.add_(lean * layer.attention.self.query.weight)


def batch(ids, generator):
    rows, columns = len(LENGTHS), max(LENGTHS)
    input_ids = torch.full((rows, columns), ids["pad"], dtype=torch.int64)
    attention_mask = torch.zeros((rows, columns), dtype=torch.int64)
    labels = torch.full((rows, columns), IGNORED, dtype=torch.int64)
    for row, length in enumerate(LENGTHS):
        inner = length - 2
        input_ids[row, 0] = ids["first"]
        input_ids[row, 1 : length - 1] = torch.randint(ids["lowest"], VOCABULARY, (inner,), generator=generator)
        input_ids[row, length - 1] = ids["last"]
        attention_mask[row, :length] = 1
        labels[row, 1 : length - 1] = torch.randint(0, len(LABELS), (inner,), generator=generator)
    return input_ids, attention_mask, labels


def slicer_loss(states, classifier, labels, h):
    """Mean over labelled tokens and slices k of CE(v[kh:(k+1)h] . W[kh:(k+1)h, :] + b, y); h = d is the usual loss."""
    labelled = labels != IGNORED
    v, y = states[labelled], labels[labelled]
    w = classifier.weight.T
    slices = range(0, v.shape[1], h)
    losses = [
        torch.nn.functional.cross_entropy(v[:, k : k + h] @ w[k : k + h, :] + classifier.bias, y) for k in slices
    ]
    return torch.stack(losses).mean()


def without_decay(name):
    return name.endswith("bias") or "LayerNorm" in name


def adamw(model):
    groups = [
        dict(params=[p for n, p in model.named_parameters() if not without_decay(n)], weight_decay=0.05),
        dict(params=[p for n, p in model.named_parameters() if without_decay(n)], weight_decay=0.0),
    ]
    return torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.999), eps=1e-8)


def watched(prefix):
    return [
        "classifier.weight",
        "classifier.bias",
        f"{prefix}.embeddings.word_embeddings.weight",
        f"{prefix}.encoder.layer.0.attention.self.query.weight",
        f"{prefix}.encoder.layer.1.attention.output.LayerNorm.weight",
        f"{prefix}.encoder.layer.1.attention.output.LayerNorm.bias",
    ]


def self_attention(attentions, attention_mask):
    """Share of attention that a token puts on itself, by layer: mean over heads and over tokens that are no padding."""
    real = attention_mask.bool()
    return torch.stack([a.diagonal(dim1=2, dim2=3).mean(dim=1)[real].mean() for a in attentions])


def write(folder, build, prefix, seed):
    generator = torch.Generator().manual_seed(seed)
    model, ids = build()
    randomise(model, generator)
    model.eval()
    input_ids, attention_mask, labels = batch(ids, generator)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder / "model")

    def forward():
        output = model(input_ids, attention_mask=attention_mask, output_hidden_states=True, output_attentions=True)
        return output, output.hidden_states[-1]

    expected = dict(input_ids=input_ids, attention_mask=attention_mask, labels=labels)
    with torch.no_grad():
        output, states = forward()
        for index, hidden in enumerate(output.hidden_states):
            expected[f"hidden_states.{index}"] = hidden
        expected["logits"] = output.logits
        expected["self_attention"] = self_attention(output.attentions, attention_mask)
        for h in SLICE_SIZES:
            expected[f"loss.h{h}"] = slicer_loss(states, model.classifier, labels, h)
        usual = torch.nn.functional.cross_entropy(output.logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)
        torch.testing.assert_close(expected[f"loss.h{HIDDEN}"], usual)

    for h in GRADIENT_SLICE_SIZES:
        model.zero_grad()
        slicer_loss(forward()[1], model.classifier, labels, h).backward()
        for name, parameter in model.named_parameters():
            expected[f"grad.h{h}.{name}"] = parameter.grad

    parameters = dict(model.named_parameters())
    optimizer = adamw(model)
    for step in range(1, max(ADAMW_STEPS) + 1):
        optimizer.zero_grad()
        slicer_loss(forward()[1], model.classifier, labels, ADAMW_SLICE_SIZE).backward()
        optimizer.step()
        if step in ADAMW_STEPS:
            for name in watched(prefix):
                expected[f"adamw.step{step}.{name}"] = parameters[name].detach().clone()

    save_file({name: tensor.detach().clone().contiguous() for name, tensor in expected.items()},
              folder / "expected.safetensors")
    for name in sorted(expected):
        if name.startswith(("loss", "self")):
            print(folder.name, name, expected[name].tolist())


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    resources = pathlib.Path(__file__).resolve().parents[1] / "resources" / "dev" / "slicer" / "oracle"
    write(resources / "bert", bert, "bert", seed=42)
    write(resources / "xlm-roberta", xlm_roberta, "roberta", seed=43)
    print(f"torch {torch.__version__}, transformers {transformers.__version__}", file=sys.stderr)


if __name__ == "__main__":
    main()
