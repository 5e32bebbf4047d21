"""A tagger behind FastAPI, in one process: POST /v1/tag {"text": ...}. Ends with its input."""

import asyncio
import concurrent.futures
import contextlib
import sys
import threading
import time

import fastapi
import pydantic
import uvicorn
from subject import announce


class Document(pydantic.BaseModel):
    text: str


def application(tag, together):
    # One thread tags, with all cores, and fast tokenizers take one thread at once.
    tagging = concurrent.futures.ThreadPoolExecutor(max_workers=1)
    waiting = asyncio.Queue()

    async def in_the_order_they_come():
        while True:
            batch = [await waiting.get()]
            while len(batch) < together and not waiting.empty():
                batch.append(waiting.get_nowait())
            texts, answers = zip(*batch, strict=True)
            try:
                found = await asyncio.get_running_loop().run_in_executor(tagging, tag, list(texts))
                for answer, entities in zip(answers, found, strict=True):
                    answer.set_result(entities)
            except Exception as problem:
                for answer in answers:
                    answer.set_exception(problem)

    @contextlib.asynccontextmanager
    async def lifespan(_):
        worker = asyncio.create_task(in_the_order_they_come())
        yield
        worker.cancel()

    app = fastapi.FastAPI(lifespan=lifespan)

    @app.post("/v1/tag")
    async def answer(document: Document):
        found = asyncio.get_running_loop().create_future()
        waiting.put_nowait((document.text, found))
        return {"entities": await found}

    return app


def serve_requests(description, port, tag, together):
    """tag goes from texts to the entities of each as JSON objects; gets as many of those that wait as may go together."""
    tag(["Wangari Maathai alizaliwa Nyeri, Kenya."])
    config = uvicorn.Config(
        application(tag, together), host="127.0.0.1", port=int(port), log_level="warning", access_log=False
    )
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    announce(f"FastAPI {fastapi.__version__}, uvicorn {uvicorn.__version__}, {description}")
    sys.stdin.read()
