"""Nanoseconds for one result. Written by tests/benchmarks/calibrate.py.

``DIRECT`` and ``PAIR``: for any result (of each pair), and for each weight; ``FFT``: reaches of kernels and the costs up to them.
``FFT_CALL``: for all results together.
"""

MACHINE = "Intel(R) Xeon(R) Processor, 2 threads"
DIRECT = (0.364, 0.0111)
PAIR = (0.422, 0.0225)
RUNNING = 2.16
FFT = ((15, 3.62), (31, 3.89), (63, 4.12), (127, 4.53), (255, 7.01))
FFT_CALL = 3.44e05
