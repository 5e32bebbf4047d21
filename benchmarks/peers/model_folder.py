import pathlib

from transformers import PreTrainedTokenizerFast

SPECIAL = [
    dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"),
    dict(pad_token="<pad>", unk_token="<unk>", cls_token="<s>", sep_token="</s>"),
]


def tokenizer(folder):
    """The folder's tokenizer.json as it is: AutoTokenizer would put BERT's lower-casing defaults in its place."""
    path = str(pathlib.Path(folder) / "tokenizer.json")
    vocabulary = PreTrainedTokenizerFast(tokenizer_file=path).get_vocab()
    special = next(names for names in SPECIAL if set(names.values()) <= set(vocabulary))
    return PreTrainedTokenizerFast(tokenizer_file=path, model_max_length=512, **special)
