"""Writes the golden file of SafetensorsReaderTest with HuggingFace's own library.

    python golden_safetensors.py ../resources/dev/slicer/checkpoint/safetensors/golden.safetensors

Needs torch and safetensors (written with 2.15.0 and 0.8.0).
"""

import sys

import torch
from safetensors.torch import save_file

tensors = {
    "matrix": torch.tensor([[1.0, -2.5, 3.25], [0.0, 1e-30, -1e30]], dtype=torch.float32),
    "half": torch.tensor([0.5, -65504.0], dtype=torch.float16),
    "brain": torch.tensor([1.5, -3.0], dtype=torch.bfloat16),
    "ids": torch.tensor([0, -1, 9007199254740993], dtype=torch.int64),
    "scalar": torch.tensor(42.0, dtype=torch.float32),
    "empty": torch.zeros((0, 4), dtype=torch.float32),
}
save_file(tensors, sys.argv[1], metadata={"format": "pt"})
