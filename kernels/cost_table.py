"""Nanoseconds for one result. Written by tests/benchmarks/calibrate.py.

``DIRECT``: numbers of weights and their costs; ``PAIR``: for any result of each pair, and for each weight; ``FFT``: reaches of
kernels and the costs up to them.
``FFT_CALL``: for all results together.
"""

MACHINE = "Intel(R) Xeon(R) Processor, 2 threads"
DIRECT = ((9, 0.403), (25, 0.466), (49, 0.738), (81, 0.915), (121, 1.49), (225, 2.33), (441, 4.17))
PAIR = (0.264, 0.0211)
RUNNING = 1.8
FFT = ((15, 3.2), (31, 3.21), (63, 4.02), (127, 5.02), (255, 6.58))
FFT_CALL = 6.98e05
