import os
import pathlib
import shutil
import sys
import tempfile
import zlib


def kept(cache, name, checkpoint, versions, make):
    """The folder of what is made of a checkpoint once: make gets an empty one. Another weights file makes another."""
    weights = os.stat(pathlib.Path(checkpoint) / "model.safetensors")
    key = f"{checkpoint} {weights.st_size} {weights.st_mtime_ns} {versions}"
    folder = pathlib.Path(cache) / f"{name}-{zlib.crc32(key.encode()):08x}"
    if not folder.exists():
        print(f"making {folder.name} of {checkpoint}, once", file=sys.stderr, flush=True)
        staged = pathlib.Path(tempfile.mkdtemp(dir=cache, prefix=f"{name}-staged-"))
        try:
            make(staged)
            staged.rename(folder)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    return folder
