"""A subject's side of the conversation with the benchmark: "ready" once, then one answer for each line.

"run" is answered with the seconds of one run, "entities FILE" with what is in each line of a file: type, start and end in
code points.
"""

import json
import os
import sys

# Libraries that print, some while a model is being made, must not disturb the answers: they get standard error.
ANSWERS = os.fdopen(os.dup(sys.stdout.fileno()), "w")
os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


def announce(description):
    """Says that the subject is ready."""
    print("ready", description, file=ANSWERS, flush=True)


def texts_of(data):
    with open(data, encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]


def serve(description, run, entities=None):
    """Answers until standard input ends. A subject that tags texts has entities, from texts to lists of them."""
    announce(description)
    for line in sys.stdin:
        request, _, data = line.rstrip("\n").partition(" ")
        if request == "run":
            answer = {"seconds": run()}
        elif request == "entities" and entities:
            answer = {"entities": entities(texts_of(data))}
        else:
            raise ValueError(f"no request is {line!r}")
        print(json.dumps(answer), file=ANSWERS, flush=True)
