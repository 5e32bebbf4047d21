"""Fine-tuning as transformers does it: Trainer, padded batches, torch's own number of threads.

Arguments: base model folder, JSON Lines file with tokens and ner_tags, a folder that is not used, fp32 or bf16. A run trains
two epochs and measures the second.
"""

import json
import sys
import tempfile
import time

import torch
import transformers
from model_folder import tokenizer as open_tokenizer
from subject import serve
from transformers import (
    AutoModelForTokenClassification,
    DataCollatorForTokenClassification,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

BATCH = 32
PRECISIONS = {
    "fp32": {},  # the defaults
    "bf16": {"bf16": True, "train_sampling_strategy": "group_by_length"},
}


class EpochClock(TrainerCallback):
    """When the last step of each epoch was done."""

    def __init__(self, steps):
        self.steps = steps
        self.ends = []

    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step % self.steps == 0:
            self.ends.append(time.perf_counter())


def encode(tokenizer, labels, sentences):
    rows = []
    for sentence in sentences:
        encoded = tokenizer(sentence["tokens"], is_split_into_words=True, truncation=True)
        tags = [-100 if word is None else labels[sentence["ner_tags"][word]] for word in encoded.word_ids()]
        rows.append({"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"], "labels": tags})
    return rows


def main(model_folder, data, _, precision):
    with open(data, encoding="utf-8") as lines:
        sentences = [json.loads(line) for line in lines]
    tags = sorted({tag for sentence in sentences for tag in sentence["ner_tags"]})
    tokenizer = open_tokenizer(model_folder)
    rows = encode(tokenizer, {tag: index for index, tag in enumerate(tags)}, sentences)
    steps = -(-len(rows) // BATCH)

    def run():
        with tempfile.TemporaryDirectory() as output:
            clock = EpochClock(steps)
            Trainer(
                model=AutoModelForTokenClassification.from_pretrained(model_folder, num_labels=len(tags)),
                args=TrainingArguments(
                    output_dir=output,
                    num_train_epochs=2,
                    per_device_train_batch_size=BATCH,
                    learning_rate=5e-5,
                    weight_decay=0.05,
                    use_cpu=True,
                    save_strategy="no",
                    logging_strategy="no",
                    report_to=[],
                    disable_tqdm=True,
                    **PRECISIONS[precision],
                ),
                data_collator=DataCollatorForTokenClassification(tokenizer),
                train_dataset=rows,
                callbacks=[clock],
            ).train()
            first, second = clock.ends
            return second - first

    threads = torch.get_num_threads()
    serve(f"transformers {transformers.__version__}, torch {torch.__version__}, {precision}, {threads} threads", run)


if __name__ == "__main__":
    main(*sys.argv[1:])
