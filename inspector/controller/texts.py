"""What the window says: labels, facts and failures as sentences."""

from collections.abc import Mapping
from types import MappingProxyType

from inspector.controller.jobs import Loaded
from inspector.core.display import Display
from inspector.core.facts import SourceFacts
from inspector.core.filtering import Channels, Filtered, FilterSettings
from inspector.core.history import History
from inspector.core.names import listed
from inspector.core.numbers_text import four_digits
from inspector.core.picture import Picture
from inspector.core.state import SourceKind
from inspector.work.runner import Outcome, Running
from kernels import Border, Padding

Progress = Mapping[str, tuple[int, int | None]]  # by kind of work: how much is done, and of how much
EMPTY: Progress = MappingProxyType({})
COUNTED = {
    "average": "pictures",
    "sigmas": "layers",
    "accuracy": "pictures",
    "consistency": "pictures",
    "check": "engines",
}  # what is counted, by kind of work; of downloads it is bytes


def source_facts(loaded: Loaded, place: tuple[int, int]) -> SourceFacts:
    """The loaded picture for the Source panel; ``place`` is (position, count) in its folder."""
    picture, source = loaded.picture, loaded.source
    sample = source.name if source.kind is SourceKind.SAMPLE else ""
    return SourceFacts(
        name=picture.name, line=f"{picture_line(picture)} · {four_digits(picture.low)} … {four_digits(picture.high)}",
        notes=picture.notes, frame=picture.frame, frames=picture.frames, position=place[0], count=place[1], sample=sample,
        drawing=source.strokes if source.kind is SourceKind.DRAWING else None,
    )  # fmt: skip


def picture_line(picture: Picture) -> str:
    """'768 × 512 · RGB · uint8'; width first, as pictures are spoken of."""
    kind = "grey" if picture.channels == 1 else "RGB"
    alpha = " + alpha" if picture.alpha is not None else ""
    return f"{picture.width} × {picture.height} · {kind}{alpha} · {picture.values.dtype}"


def input_label(picture: Picture) -> str:
    """The chip on the input."""
    return f"input · {picture_line(picture)}"


def output_label(settings: FilterSettings, filtered: Filtered) -> str:
    """The chip on the output: kernel, operation, border, what the colours mean."""
    parts = [settings.kernel.title]
    if settings.convolve:
        parts.append("convolve")
    parts.append(settings.border if settings.border is not Border.CONSTANT else f"constant {four_digits(settings.cval)}")
    if settings.stride != 1:
        parts.append(f"stride {settings.stride}")
    if settings.dilation != 1:
        parts.append(f"dilation {settings.dilation}")
    if settings.padding is not Padding.SAME:
        parts.append(settings.padding.value if isinstance(settings.padding, Padding) else f"padding {settings.padding}")
    parts.append(filtered.levels.text)
    if settings.channels is Channels.LUMINANCE or (filtered.levels.display is Display.SYMMETRIC and filtered.values.ndim == 3):
        parts.append("luminance")
    return " · ".join(parts)


def reading(y: int, x: int, channels: tuple[float, ...]) -> str:
    """The chip with the value of the inspected output pixel."""
    return f"pixel (y {y}, x {x}) = {'  '.join(map(four_digits, channels))}"


def counted(rows: int) -> str:
    """The label of the histogram: which rows of the result it counts."""
    return "input and output" if rows == 1 else f"input and output, 1 row in {rows}"


def work(filtered: Filtered) -> tuple[str, str]:
    """'direct 3×3 · 1.1 ms', and why this algorithm."""
    height, width = filtered.plan.kernel_shape
    return f"{filtered.algorithm} {height}×{width} · {filtered.milliseconds:.1f} ms", filtered.why


def result_facts(filtered: Filtered) -> str:
    """Shape, type, range of the result, and what cannot be seen in it."""
    facts, values = filtered.statistics, filtered.values
    shape = " × ".join(map(str, (values.shape[1], values.shape[0])))
    text = f"result {shape} · {values.dtype} · {four_digits(facts.minimum)} … {four_digits(facts.maximum)}"
    clipped = sum(filtered.clipped) / max(values.size, 1)
    if clipped > 0:
        text += f" · {four_digits(100 * clipped)} % beyond the colours"
    if facts.nan or facts.infinite:
        text += f" · {facts.nan} NaN, {facts.infinite} infinite"
    if any(filtered.plan.remainder):
        y, x = filtered.plan.remainder
        left_out = " and ".join(_number(n, what) for n, what in ((y, "row"), (x, "column")) if n)
        text += f" · the stride leaves out the last {left_out}"
    return text


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def failure(outcome: Outcome) -> str:
    """An expected failure as the sentence that it carries."""
    error = outcome.error
    if isinstance(error, MemoryError):
        return f"{outcome.operation.title}: there is not enough memory; try a smaller picture or a larger stride."
    return _sentence(str(error)) or f"{outcome.operation.title} failed."


def _sentence(text: str) -> str:
    """With a capital letter, unless it begins with a name, such as that of a file."""
    return text[:1].upper() + text[1:] if text.split(" ", 1)[0].isalpha() else text


def unexpected(outcome: Outcome) -> str:
    """A failure that is the program's own."""
    return f"{outcome.operation.title} failed inside the program ({type(outcome.error).__name__}); nothing that is open was lost."


def left_out(names: tuple[str, ...]) -> str:
    """Files among those opened that were passed over."""
    return f"{len(names)} of these could not be opened and were left out: {listed(names)}."


def running(late: tuple[Running, ...], progress: Progress = EMPTY) -> str:
    """What has been running for long, or ''; ``progress`` by kinds of work."""
    titles = [f"{r.operation.title} {done(r.operation.kind, *progress.get(r.operation.kind, (0, None)))}".strip() for r in late]
    return f"{', '.join(titles)} …" if late else ""


def share_done(late: tuple[Running, ...], progress: Progress) -> float | None:
    """How much of the first work that tells it is done, in [0, 1]; None where that is not known."""
    told = (progress.get(r.operation.kind, (0, None)) for r in late)
    return next((done / total for done, total in told if total), None)


def done(kind: str, count: int, total: int | None) -> str:
    """'120 of 528 MB', or '120 MB' where the whole is not known; '12 of 64 pictures'."""
    if kind in COUNTED:
        return f"{count} of {total} {COUNTED[kind]}" if total else ""
    if kind != "download":
        return ""
    return f"{count / 1e6:.0f} MB" if total is None else f"{count / 1e6:.0f} of {total / 1e6:.0f} MB"


def command_titles(history: History) -> dict[str, str]:
    """Undo and Redo with what they would do."""
    return {"undo": f"Undo {history.undo_title}".strip(), "redo": f"Redo {history.redo_title}".strip()}
