"""Which network a file of weights belongs to: by names, by order and shape, or rebuilt from its shapes."""

from inspector.nets.matching.choices import with_choices
from inspector.nets.matching.recognizing import NeedsAnswers, Recognition, how_text, load_into, recognition

__all__ = ["NeedsAnswers", "Recognition", "how_text", "load_into", "recognition", "with_choices"]
