"""Nanoseconds for one result. Written by tests/benchmarks/calibrate.py.

``DIRECT`` and ``PAIR``: for any result (of each pair), and for each weight; ``FFT``: reaches of kernels and the costs up to them.
"""

MACHINE = "Intel(R) Xeon(R) Processor, 2 threads"
DIRECT = (0.31, 0.0164)
PAIR = (0.557, 0.0452)
RUNNING = 2.16
FFT = ((31, 3), (63, 3.93), (127, 6.07), (255, 9.27))
