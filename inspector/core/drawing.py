"""A picture drawn by hand: strokes as values, and the grey picture that they make."""

from dataclasses import dataclass

SIDE = 280  # pixels along each side of a drawing: ten for each of MNIST's


@dataclass(frozen=True)
class Stroke:
    """One pull of the pen: ``points`` (y, x) in pixels of the drawing, ``width`` of the pen; ``erases``: it paints black."""

    points: tuple[tuple[float, float], ...]
    width: float = 22.0
    erases: bool = False
