"""What the window says about the picture and the devices: small frozen values for the views."""

from dataclasses import dataclass
from typing import Protocol

from inspector.core.drawing import Stroke


@dataclass(frozen=True)
class SourceFacts:
    """The picture that is looked at, as the Source panel describes it.

    ``line`` is the facts in one line ("512 × 512 · RGB · uint8 · 0…255"). ``frame`` counts from 0.
    ``position`` counts from 1 and is 0 where there is no folder; ``count`` is the pictures in it.
    ``sample`` is the id of the sample picture, or "". ``drawing``: the strokes of a picture drawn by hand, else None.
    """

    name: str
    line: str
    notes: tuple[str, ...] = ()
    frame: int = 0
    frames: int = 1
    position: int = 0
    count: int = 0
    sample: str = ""
    drawing: tuple[Stroke, ...] | None = None


class DeviceFacts(Protocol):
    """A device that could compute; ``reason`` says why it cannot where it is not ``available``."""

    @property
    def id(self) -> str:
        """The word of the command line: cpu or gpu."""

    @property
    def name(self) -> str:
        """What a person calls it: "CPU, 2 threads"."""

    @property
    def available(self) -> bool:
        """Whether it can compute now."""

    @property
    def reason(self) -> str | None:
        """Why it is not available, in one sentence."""
