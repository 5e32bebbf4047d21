import transformers
from model_folder import tokenizer as open_tokenizer
from transformers import AutoModelForTokenClassification

BATCH_SIZES = [1, 8, 32]
TRIAL = 4  # every fourth text is enough to choose the batch size, and warms up


def pipeline(checkpoint):
    return transformers.pipeline(
        "token-classification",
        model=AutoModelForTokenClassification.from_pretrained(checkpoint),
        tokenizer=open_tokenizer(checkpoint),
        aggregation_strategy="simple",
        device="cpu",
    )


def texts_of(data):
    with open(data, encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]


def best_batch_size(texts, seconds):
    return min(BATCH_SIZES, key=lambda batch_size: seconds(texts[::TRIAL], batch_size))
