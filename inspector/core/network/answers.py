"""What the user types about a file of weights, read into numbers. Everything raises ValueError that says what is allowed."""

from inspector.core.network.facts import Shape
from kernels import parse_number
from kernels.numerals import plain

LONGEST = 100_000  # pixels along a side, and channels
SHOWN = 40  # characters of a wrong text that are quoted

Normalization = tuple[tuple[float, ...], tuple[float, ...]]  # mean and standard deviation of each channel, white being 1


def parse_normalization(text: str) -> Normalization:
    """The means of all channels, then the deviations: "0.1307,0.3081", or six numbers for a colour network.

    Fractions such as 1/255 and the figures of other scripts are read; between decimal commas stand semicolons.
    """
    numbers = tuple(parse_number(word) for word in _words(text))
    half, odd = divmod(len(numbers), 2)
    if odd or not numbers:
        raise ValueError(f"{_quoted(text)} is not a mean and a deviation for each channel, such as 0.1307,0.3081")
    if min(numbers[half:]) <= 0:
        raise ValueError("the second half of the numbers are the deviations, which are larger than 0")
    return numbers[:half], numbers[half:]


def parse_input(text: str) -> Shape:
    """Channels, height and width: "1,28,28"."""
    words = [word.strip() for word in _words(text)]
    if len(words) != 3 or not all(word.isascii() and word.isdecimal() and len(word) <= 6 for word in words):
        raise ValueError(f"{_quoted(text)} is not channels, height and width such as 3,224,224")
    channels, height, width = map(int, words)
    if not all(1 <= number <= LONGEST for number in (channels, height, width)):
        raise ValueError(f"channels, height and width are each from 1 to {LONGEST:,}")
    return channels, height, width


def _words(text: str) -> list[str]:
    text = plain(text)
    words = text.split(";" if ";" in text else ",")
    return words if text.strip() else []


def _quoted(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")
