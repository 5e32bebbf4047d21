"""The token-classification pipeline behind FastAPI, in one process: POST /v1/tag {"text": ...}. Ends with its input.

Arguments: checkpoint folder, port.
"""

import asyncio
import concurrent.futures
import sys
import threading
import time

import fastapi
import pydantic
import torch
import transformers
import uvicorn
from subject import announce
from token_classification import pipeline


class Document(pydantic.BaseModel):
    text: str


def application(tagger):
    app = fastapi.FastAPI()
    # One text at a time, in the order they come: torch has all cores for it, and fast tokenizers take one thread at once.
    one_by_one = concurrent.futures.ThreadPoolExecutor(max_workers=1)

    def tag(text):
        return [{**entity, "score": float(entity["score"])} for entity in tagger(text)]

    @app.post("/v1/tag")
    async def answer(document: Document):
        return {"entities": await asyncio.get_running_loop().run_in_executor(one_by_one, tag, document.text)}

    return app


def main(checkpoint, port):
    tagger = pipeline(checkpoint)
    tagger("Wangari Maathai alizaliwa Nyeri, Kenya.")
    server = uvicorn.Server(
        uvicorn.Config(application(tagger), host="127.0.0.1", port=int(port), log_level="warning", access_log=False)
    )
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    announce(
        f"FastAPI {fastapi.__version__}, uvicorn {uvicorn.__version__}, transformers {transformers.__version__},"
        f" torch {torch.__version__}, fp32, {torch.get_num_threads()} threads"
    )
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
