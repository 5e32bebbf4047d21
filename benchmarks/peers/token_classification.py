import transformers
from model_folder import tokenizer as open_tokenizer
from transformers import AutoModelForTokenClassification


def pipeline(checkpoint):
    return transformers.pipeline(
        "token-classification",
        model=AutoModelForTokenClassification.from_pretrained(checkpoint),
        tokenizer=open_tokenizer(checkpoint),
        aggregation_strategy="first",
        device="cpu",
    )
