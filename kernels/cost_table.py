"""Nanoseconds for one result. Written by tests/benchmarks/calibrate.py.

``DIRECT`` and ``PAIR``: for any result (of each pair), and for each weight; ``FFT``: reaches of kernels and the costs up to them.
"""

MACHINE = "Intel(R) Xeon(R) Processor, 2 threads"
DIRECT = (1.71, 0.0367)
PAIR = (2.41, 0.0499)
RUNNING = 2.92
FFT = ((31, 22.2), (63, 30.4), (127, 51.1), (255, 106))
