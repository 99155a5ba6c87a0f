"""Nanoseconds for one result. Written by tests/benchmarks/calibrate.py.

``DIRECT``: numbers of weights and their costs; ``PAIR``: for any result of each pair, and for each weight; ``FFT``: reaches of
kernels and the costs up to them.
``FFT_CALL``: for all results together.
"""

MACHINE = "Intel(R) Xeon(R) Processor, 2 threads"
DIRECT = ((9, 0.407), (25, 0.461), (49, 0.703), (81, 0.825), (121, 1.39), (225, 2.13), (441, 3.99))
PAIR = (0.246, 0.0187)
RUNNING = 1.21
FFT = ((15, 3.06), (31, 3.06), (63, 4.05), (127, 4.97), (255, 6.98))
FFT_CALL = 5.06e05
