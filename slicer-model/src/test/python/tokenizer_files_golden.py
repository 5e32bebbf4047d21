"""Writes what transformers makes of tokenizers that lie in several files, which may contradict one another.

    python -m venv venv && venv/bin/pip install transformers
    venv/bin/python slicer-model/src/test/python/tokenizer_files_golden.py

Each case is a folder of small files and the ids that transformers.AutoTokenizer gives for the same words.
"""

import json
import pathlib
import tempfile

import transformers

TARGET = pathlib.Path(__file__).resolve().parents[1] / "resources" / "dev" / "slicer" / "tokenization"

VOCABULARY = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "Wanjiru", "wanjiru", "Mer", "mer", "##kel", "##Kel", "é", "e", "x",
    "##x", "y", "##y", "中", "中国", ".",
]  # fmt: skip
SIZE = len(VOCABULARY)
SPECIAL = VOCABULARY[:5]
WORDS = ["Wanjiru", "Merkel", "merkel", "É", "é", "MERKEL", "Qxyx", "xyy", "中国", "[MASK]", "xQxyxx", "."]
CASED = {"do_lower_case": False}

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁Wanjiru", "▁Mer", "kel", "▁", "x", "y", "▁.", "<mask>"]


def lines(vocabulary):
    return "\n".join(vocabulary) + "\n"


def added(content, id, **flags):
    plain = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=False)
    return dict(id=id, content=content, **{**plain, **flags})


def listed(*tokens):
    """added_tokens_decoder."""
    return {str(token["id"]): {key: value for key, value in token.items() if key != "id"} for token in tokens}


SPECIAL_TOKENS = [added(token, id, special=True) for id, token in enumerate(SPECIAL)]


def template(first, last, ids):
    part = lambda token: {"SpecialToken": {"id": token, "type_id": 0}}  # noqa: E731
    return dict(
        type="TemplateProcessing",
        single=[part(first), {"Sequence": {"id": "A", "type_id": 0}}, part(last)],
        pair=[],
        special_tokens={
            token: dict(id=token, ids=[id], tokens=[token]) for token, id in zip((first, last), ids, strict=True)
        },
    )


def tokenizer(lowercase=False, more=(), **other):
    return {
        **dict(
            version="1.0",
            truncation=None,
            padding=None,
            added_tokens=[*SPECIAL_TOKENS, *more],
            normalizer=dict(
                type="BertNormalizer", clean_text=True, handle_chinese_chars=True, strip_accents=None,
                lowercase=lowercase,
            ),
            pre_tokenizer=dict(type="BertPreTokenizer"),
            post_processor=template("[CLS]", "[SEP]", (2, 3)),
            decoder=dict(type="WordPiece", prefix="##", cleanup=True),
            model=dict(
                type="WordPiece", unk_token="[UNK]", continuing_subword_prefix="##", max_input_chars_per_word=100,
                vocab={token: id for id, token in enumerate(VOCABULARY)},
            ),
        ),
        **other,
    }  # fmt: skip


def unigram(*more):
    special = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    metaspace = dict(type="Metaspace", replacement="▁", prepend_scheme="always", split=True)
    return dict(
        version="1.0",
        truncation=None,
        padding=None,
        added_tokens=[
            added(token, id, special=True, lstrip=token == "<mask>")
            for id, token in enumerate(PIECES)
            if token in special
        ]
        + list(more),
        normalizer=None,
        pre_tokenizer=dict(type="Sequence", pretokenizers=[dict(type="WhitespaceSplit"), metaspace]),
        post_processor=template("<s>", "</s>", (0, 2)),
        decoder=metaspace,
        model=dict(
            type="Unigram", unk_id=3, byte_fallback=False,
            vocab=[[piece, 0.0 if piece in special else -2.0 - id / 8] for id, piece in enumerate(PIECES)],
        ),
    )  # fmt: skip


def cases():
    settings = "tokenizer_config.json"
    bert = dict(model_type="bert", vocab_size=SIZE + 8)

    def vocabulary(text, config=CASED, **files):
        return {"config.json": bert, "vocab.txt": text, settings: config, **files}

    def file(json, config=CASED, **files):
        return {"config.json": bert, "tokenizer.json": json, settings: config, **files}

    yield "a vocabulary alone is lower case", {"config.json": bert, "vocab.txt": lines(VOCABULARY)}
    yield "settings that leave letters open are lower case", vocabulary(lines(VOCABULARY), {})
    yield "cased", vocabulary(lines(VOCABULARY))
    yield "lower case with accents", vocabulary(lines(VOCABULARY), {"strip_accents": False})
    yield "cased without accents", vocabulary(lines(VOCABULARY), {**CASED, "strip_accents": True})
    yield "Chinese characters not apart", vocabulary(lines(VOCABULARY), {**CASED, "tokenize_chinese_chars": False})
    yield "settings of tokenizers in Python", vocabulary(
        lines(VOCABULARY), {**CASED, "do_basic_tokenize": False, "never_split": ["MERKEL"], "model_max_length": 4}
    )
    yield "another class for BERT's tokenizer", vocabulary(
        lines(VOCABULARY), {**CASED, "tokenizer_class": "DistilBertTokenizerFast"}
    )
    yield "added token", vocabulary(lines(VOCABULARY), **{"added_tokens.json": {"Qxyx": SIZE}})
    yield "added tokens not in order", vocabulary(
        lines(VOCABULARY), **{"added_tokens.json": {"Qxyx": SIZE + 1, "xyy": SIZE}}
    )
    yield "added token in lower case", vocabulary(lines(VOCABULARY), {}, **{"added_tokens.json": {"Qxyx": SIZE}})
    yield "added token of the vocabulary", vocabulary(
        lines(VOCABULARY), **{"added_tokens.json": {"xyy": SIZE, "x": 13}}
    )
    yield "added token in the settings", vocabulary(
        lines(VOCABULARY), {**CASED, "added_tokens_decoder": listed(*SPECIAL_TOKENS, added("Qxyx", SIZE))}
    )
    yield "added special tokens", vocabulary(
        lines(VOCABULARY),
        {**CASED, "additional_special_tokens": ["Qxyx", {"__type": "AddedToken", "content": "xyy", "lstrip": True}]},
    )
    yield "the last special token is added", vocabulary(
        lines(VOCABULARY[:4] + VOCABULARY[5:]), **{"added_tokens.json": {"[MASK]": SIZE - 1}}
    )
    yield "special tokens of other names", vocabulary(
        lines(VOCABULARY),
        **{"special_tokens_map.json": {"unk_token": "e", "cls_token": {"content": "y", "normalized": False}}},
    )
    yield "CRLF", vocabulary("\r\n".join(VOCABULARY) + "\r\n")
    yield "no newline at the end", vocabulary("\n".join(VOCABULARY))
    yield "a blank line in the middle", vocabulary(lines([*VOCABULARY[:6], "", *VOCABULARY[6:]]))
    yield "blank lines at the end", vocabulary(lines(VOCABULARY) + "\n\n")
    yield "blanks at the ends of lines", vocabulary(lines([token + " \u00a0\u3000" for token in VOCABULARY]))
    yield "blanks at the beginnings of lines", vocabulary(lines(SPECIAL + [" " + token for token in VOCABULARY[5:]]))
    yield "a token twice", vocabulary(lines([*VOCABULARY[:7], "Wanjiru", *VOCABULARY[7:]]))
    yield "other ends of lines are none", vocabulary(
        lines([*VOCABULARY[:7], "a\rb", "a\u0085b", "a\u2028b", *VOCABULARY[7:]])
    )
    yield "a vocabulary beside tokenizer.json", file(tokenizer(), **{"vocab.txt": lines(list(reversed(VOCABULARY)))})
    yield "lower case in tokenizer.json alone", file(tokenizer(lowercase=True))
    yield "lower case in the settings alone", file(tokenizer(), {})
    yield "accents and Chinese in the settings alone", file(
        tokenizer(), {**CASED, "strip_accents": True, "tokenize_chinese_chars": False}
    )
    yield "tokenizer.json as it is", file(
        tokenizer(), {"tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": True, "pad_token": "[PAD]"}
    )
    yield "truncation and padding", file(
        tokenizer(
            truncation=dict(direction="Right", max_length=600, strategy="LongestFirst", stride=0),
            padding=dict(
                strategy="BatchLongest", direction="Right", pad_to_multiple_of=None, pad_id=0, pad_type_id=0,
                pad_token="[PAD]",
            ),
        )
    )  # fmt: skip
    yield "no post-processor", file(tokenizer(post_processor=None))
    yield "other ends of texts in tokenizer.json", file(
        tokenizer(post_processor=dict(type="BertProcessing", sep=["[CLS]", 2], cls=["[SEP]", 3]))
    )
    yield "no special tokens in tokenizer.json", file(tokenizer(added_tokens=[]))
    yield "added token in tokenizer.json", file(tokenizer(more=[added("Qxyx", SIZE)]))
    yield "added token, normalized", file(tokenizer(more=[added("qxyx", SIZE, normalized=True)]), {})
    yield "added token, a word of its own", file(tokenizer(more=[added("Qxyx", SIZE, single_word=True)]))
    yield "added token beside tokenizer.json", file(tokenizer(), **{"added_tokens.json": {"Qxyx": SIZE}})
    yield "added token beside tokenizer.json as it is", file(
        tokenizer(),
        {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "[UNK]", "pad_token": "[PAD]"},
        **{"added_tokens.json": {"Qxyx": SIZE}},
    )
    yield "added token in the settings beside tokenizer.json", file(
        tokenizer(), {**CASED, "added_tokens_decoder": listed(*SPECIAL_TOKENS, added("Qxyx", SIZE))}
    )
    xlmr = dict(model_type="xlm-roberta", vocab_size=len(PIECES) + 1)
    yield "XLM-R", {"config.json": xlmr, "tokenizer.json": unigram(), settings: {}}
    yield "XLM-R, added token", {
        "config.json": xlmr,
        "tokenizer.json": unigram(added("Qxyx", len(PIECES))),
        settings: {"tokenizer_class": "XLMRobertaTokenizer"},
    }


def answer(folder):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    return dict(
        ids=tokenizer(WORDS, is_split_into_words=True)["input_ids"],
        special=dict(unk=tokenizer.unk_token_id, pad=tokenizer.pad_token_id),
    )


def main():
    transformers.logging.set_verbosity_error()
    written = []
    for name, files in cases():
        texts = {
            file: text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)
            for file, text in files.items()
        }
        with tempfile.TemporaryDirectory() as folder:
            for file, text in texts.items():
                (pathlib.Path(folder) / file).write_bytes(text.encode("utf-8"))
            written.append(dict(name=name, files=texts, words=WORDS, **answer(folder)))
    rows = ",\n".join(json.dumps(case, ensure_ascii=False) for case in written)
    (TARGET / "tokenizer-files.json").write_text("[\n" + rows + "\n]\n", encoding="utf-8")
    print(len(written), "cases, transformers", transformers.__version__)


if __name__ == "__main__":
    main()
