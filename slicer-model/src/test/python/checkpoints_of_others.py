"""Writes small checkpoints as others publish them, and what HuggingFace's token-classification pipeline finds with them.

    python -m venv venv && venv/bin/pip install torch transformers
    venv/bin/python slicer-model/src/test/python/checkpoints_of_others.py

Each folder of src/test/resources/dev/slicer/huggingface has `model`, random weights in the files that HuggingFace writes, and
`expected.json`: for each sentence its words, the sub-token ids with the special ones, for each sub-token that is not special
the index of its word and its log-probabilities, and the entities of each of the pipeline's aggregation strategies.

The words are given: left alone the pipeline guesses them from the sub-tokens' offsets, so that signs that touch a word may
be taken for a part of it. All that follows from the words is the pipeline's own code.

Training a tokenizer breaks ties by chance, so a tokenizer.json that is there already is kept; delete it to train anew.
"""

import json
import pathlib
import shutil
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForTokenClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForTokenClassification,
    TokenClassificationPipeline,
    XLMRobertaConfig,
    XLMRobertaForTokenClassification,
)
from transformers.pipelines.token_classification import AggregationStrategy

import tokenizers_golden

RESOURCES = pathlib.Path(__file__).resolve().parents[1] / "resources" / "dev" / "slicer"
STRATEGIES = ["FIRST", "AVERAGE", "MAX"]
SENTENCES = [
    "Latin: English",
    "Latin: German",
    "Cyrillic: Russian",
    "Arabic",
    "Devanagari: Hindi",
    "Thai",
    "Han: Chinese",
    "Kana: decomposed",
    "Emoji",
    "Signs",
    "Mixed scripts",
]

COMMON = dict(
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
    attn_implementation="eager",
)


def labels(names):
    return dict(id2label=dict(enumerate(names)), label2id={name: index for index, name in enumerate(names)})


def randomise(model, generator):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if "LayerNorm.weight" in name:
                parameter.copy_(1 + 0.2 * noise)
            elif name == "classifier.weight":
                parameter.copy_(0.8 * noise)
            else:
                parameter.copy_(0.3 * noise)


def balance(model, tokenizer):
    """Moves the classifier's bias so that no label wins everywhere, which is what random weights come to."""
    with torch.no_grad():
        logits = [
            model(tokenizer(tokenizers_golden.words(tokenizers_golden.ALL[name]), is_split_into_words=True,
                            return_tensors="pt")["input_ids"]).logits[0]
            for name in SENTENCES
        ]  # fmt: skip
        model.classifier.bias.sub_(torch.cat(logits).mean(0))


def bert_frame(tokenizer):
    tokenizer.post_processor = tokenizers_golden.template(tokenizer, "[CLS]", "[SEP]")
    return tokenizer


def uncased():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=700, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(tokenizers_golden.training_text(), trainer)
    return bert_frame(tokenizer)


def byte_level():
    """As RoBERTa's: a word after a space differs from one without, and the tokenizer adds no space itself."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trainer = trainers.BpeTrainer(
        vocab_size=700,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(tokenizers_golden.training_text(), trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return tokenizer


def kept(folder, train):
    file = folder / "tokenizer.json"
    return Tokenizer.from_file(str(file)) if file.exists() else train()


def fast(tokenizer, **special):
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=128, **special)


BERT_SPECIAL = dict(cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]", mask_token="[MASK]")
ROBERTA_SPECIAL = dict(
    bos_token="<s>", cls_token="<s>", sep_token="</s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>",
    mask_token="<mask>",
)  # fmt: skip


def expected(model, tokenizer):
    """What the pipeline says, sentence by sentence; see above."""
    pipeline = TokenClassificationPipeline(model=model, tokenizer=tokenizer)
    written = []
    for name in SENTENCES:
        words = tokenizers_golden.words(tokenizers_golden.ALL[name])
        encoding = tokenizer(words, is_split_into_words=True, return_tensors="pt")
        word_ids = encoding.word_ids(0)
        with torch.no_grad():
            logits = model(encoding["input_ids"]).logits[0]
        inner = [token for token, word in enumerate(word_ids) if word is not None]
        scores = torch.softmax(logits, -1).numpy()
        tokens = [
            dict(
                word=tokenizer.convert_ids_to_tokens(int(encoding["input_ids"][0][token])),
                scores=scores[token],
                start=word_ids[token],
                end=word_ids[token] + 1,
                index=token,
                is_subword=word_ids[token] == word_ids[token - 1],
            )
            for token in inner
        ]
        entities = {
            strategy: [
                dict(
                    type=entity["entity_group"],
                    firstWord=entity["start"],
                    endWord=entity["end"],
                    score=round(float(entity["score"]), 6),
                )
                for entity in pipeline.aggregate(tokens, AggregationStrategy[strategy])
                if entity["entity_group"] != "O"
            ]
            for strategy in STRATEGIES
        }
        written.append(
            dict(
                words=words,
                ids=encoding["input_ids"][0].tolist(),
                wordIds=[word_ids[token] for token in inner],
                logProbabilities=[[round(x, 5) for x in row] for row in torch.log_softmax(logits, -1)[inner].tolist()],
                entities=entities,
            )
        )
    return written


def write(name, model, tokenizer, seed, dtype=torch.float32, finish=lambda folder: None, saved=None, **how):
    folder = RESOURCES / "huggingface" / name
    randomise(model, torch.Generator().manual_seed(seed))
    balance(model.eval(), tokenizer)
    # What is stored is what is computed with.
    model = model.to(dtype).to(torch.float32).eval()
    sentences = expected(model, tokenizer)
    shutil.rmtree(folder / "model", ignore_errors=True)
    model.to(dtype).save_pretrained(folder / "model", **how)
    finish(folder / "model")
    (saved or tokenizer.backend_tokenizer).save(str(folder / "model" / "tokenizer.json"))
    lines = [json.dumps(sentence, ensure_ascii=False, separators=(",", ":")) for sentence in sentences]
    (folder / "expected.json").write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(name, len(sentences), "sentences,", sum(len(s["entities"]["FIRST"]) for s in sentences), "entities")


def old_names(folder):
    """As conversions from TensorFlow named them."""
    tensors = load_file(folder / "model.safetensors")
    renamed = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in tensors.items()
    }
    save_file(renamed, folder / "model.safetensors", metadata={"format": "pt"})


def bert():
    tokenizer = Tokenizer.from_file(str(RESOURCES / "tokenization" / "wordpiece" / "tokenizer.json"))
    config = BertConfig(
        **COMMON, **labels(["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]),
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=128, type_vocab_size=2, pad_token_id=0,
    )  # fmt: skip
    write("bert", BertForTokenClassification(config), fast(tokenizer, **BERT_SPECIAL), seed=1)


def bert_uncased():
    tokenizer = kept(RESOURCES / "huggingface" / "bert-uncased" / "model", uncased)
    config = BertConfig(
        **COMMON, **labels(["I-LOC", "B-PER", "O", "I-PER", "B-LOC"]),
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=128, type_vocab_size=1, pad_token_id=0,
    )  # fmt: skip
    write(
        "bert-uncased", BertForTokenClassification(config), fast(tokenizer, **BERT_SPECIAL), seed=2,
        dtype=torch.bfloat16, finish=old_names,
    )  # fmt: skip


def xlm_roberta():
    tokenizer = Tokenizer.from_file(str(RESOURCES / "tokenization" / "unigram" / "tokenizer.json"))
    config = XLMRobertaConfig(
        **COMMON, **labels(["O", "PER", "ORG", "LOC"]),
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=130, type_vocab_size=1, layer_norm_eps=1e-5,
        bos_token_id=0, pad_token_id=1, eos_token_id=2,
    )  # fmt: skip
    write(
        "xlm-roberta", XLMRobertaForTokenClassification(config), fast(tokenizer, **ROBERTA_SPECIAL), seed=3,
        dtype=torch.float16, max_shard_size="16KB",
    )  # fmt: skip


def roberta():
    """Computed with words that each follow a space, as fine-tuning on words does; saved without that setting."""
    tokenizer = kept(RESOURCES / "huggingface" / "roberta" / "model", byte_level)
    spaced = Tokenizer.from_str(tokenizer.to_str())
    spaced.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    config = RobertaConfig(
        **COMMON, **labels([f"LABEL_{i}" for i in range(4)]),
        vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=130, type_vocab_size=1, layer_norm_eps=1e-5,
        bos_token_id=0, pad_token_id=1, eos_token_id=2,
    )  # fmt: skip
    write(
        "roberta", RobertaForTokenClassification(config),
        PreTrainedTokenizerFast(
            tokenizer_object=spaced, model_max_length=128, add_prefix_space=True, **ROBERTA_SPECIAL),
        seed=4, saved=tokenizer,
    )  # fmt: skip


def main():
    torch.set_num_threads(1)
    bert()
    bert_uncased()
    xlm_roberta()
    roberta()
    print(f"torch {torch.__version__}, transformers {transformers.__version__}", file=sys.stderr)


if __name__ == "__main__":
    main()
