"""A subject's side of the conversation with the benchmark: "ready" once, then one measurement for each line "run"."""

import json
import os
import sys


def announce(description):
    """Says that the subject is ready. Libraries that print must not disturb the answers: they get standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    print("ready", description, file=answers, flush=True)
    return answers


def serve(description, run):
    """Answers until standard input ends."""
    answers = announce(description)
    for line in sys.stdin:
        if line.strip() == "run":
            print(json.dumps({"seconds": run()}), file=answers, flush=True)
