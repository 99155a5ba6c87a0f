"""VGG-16 opened with random weights, one picture passed and all of its maps kept: prints what is resident, in megabytes.

Read once, behind the pass; ``rest`` is what is there beside the weights and the maps: Python, Qt, torch and its buffers.
"""

import json

import torch
from clock import resident

from inspector.core.images import read_picture
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.resources import sample
from inspector.nets import open_network

MEGABYTE = 1 << 20

network = open_network(ModelChoice(ModelKind.UNTRAINED, "vgg16"))
inspection = network.inspect(read_picture(sample("scene").path))
memory = resident()
weights = sum(parameter.nbytes for parameter in network.trained.network.parameters()) / MEGABYTE
maps = sum(array.nbytes for array in inspection.maps.values()) / MEGABYTE
print(json.dumps({
    "resident": memory["now"], "peak": memory["peak"], "weights": weights, "maps": maps,
    "rest": memory["now"] - weights - maps, "threads": torch.get_num_threads(),
}))  # fmt: skip
