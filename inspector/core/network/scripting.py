"""What the Network workspace shows as a command line and as a Python script."""

import shlex
from collections.abc import Sequence

from inspector.core.network.change_text import change_text
from inspector.core.network.settings import Feed, ModelChoice, ModelKind, NetworkSettings, Stage
from inspector.core.scripting import image_word, reading_lines
from inspector.core.state import Source


def as_command(source: Source, settings: NetworkSettings, key: str, folder: str = "maps") -> str:
    """A shell command that writes the maps of the layer ``key``. Raises ValueError for what only the window can do."""
    check_feed(settings)
    words = ["cnn-inspector", "activations", image_word(source), *model_words(settings.model), "--layer", key]
    if settings.stage is Stage.BEFORE:
        words += ["--stage", "before"]
    return shlex.join([*words, *pass_words(settings), "-o", folder])


def as_python(source: Source, settings: NetworkSettings, tensor: str) -> str:
    """A script that leaves the maps of the tensor in ``maps``. Raises ValueError for what only the window can do."""
    check_feed(settings)
    imports, reading = reading_lines(source)
    fit, changes = pass_python(settings)
    return "\n".join([
        "from inspector import nets", *imports, settings_import(settings), "",
        *reading,
        f"network = nets.open_network({model_python(settings.model)})",
        f"inspection = network.inspect(picture, {fit}, {changes})",
        f"maps = inspection.maps[{tensor!r}]", "",
    ])  # fmt: skip


def check_feed(settings: NetworkSettings) -> None:
    """Raises ValueError where the network looks at what is in no file."""
    if settings.feed is Feed.RESULT:
        raise ValueError("The network looks at a filter result: save that as a picture first, then open it.")


def pass_words(settings: NetworkSettings) -> list[str]:
    """How the picture is fitted and the network changed, for the command line."""
    fit = ["--fit", settings.fit.value] if settings.fit is not None else []
    return fit + [word for alteration in settings.alterations for word in ("--change", change_text(alteration))]


def pass_python(settings: NetworkSettings) -> tuple[str, str]:
    """The same as two arguments of Python, the fit and the changes."""
    changes = "".join(
        f"Alteration({a.layer!r}, Change({a.change.value!r}), {a.maps!r}, {a.amount!r}, {a.seed!r}), "
        for a in settings.alterations
    )
    return f"Fit({settings.fit.value!r})" if settings.fit else "None", f"({changes.rstrip()})"


def settings_import(settings: NetworkSettings) -> str:
    """The line that imports what ``model_python`` and ``pass_python`` use."""
    names = ["Answers", "ModelChoice", "ModelKind", *(["Fit"] if settings.fit else [])]
    names += ["Alteration", "Change"] if settings.alterations else []
    return f"from inspector.core.network.settings import {', '.join(sorted(names))}"


def model_words(model: ModelChoice, before: Sequence[str] = ("--model",)) -> list[str]:
    """The network for the command line; ``before`` is empty where its id stands alone."""
    answers = model.answers
    match model.kind:
        case ModelKind.SHIPPED:
            words = [*before, model.name]
        case ModelKind.UNTRAINED:
            words = [*before, model.name, "--untrained"]
        case ModelKind.FILE:
            known = answers.architecture not in ("", "rebuilt")
            words = [*([*before, answers.architecture] if known else []), "--weights", model.name]
        case ModelKind.CODE:
            words = ["--module", model.name, *(["--weights", model.weights] if model.weights else [])]
    for option, value in (
        ("--activation", answers.activation), ("--pool", answers.pool),
        ("--normalize", ",".join(map(repr, (*answers.mean, *answers.std)))), ("--input", ",".join(map(str, answers.input))),
    ):  # fmt: skip
        words += [option, value] if value else []
    return words


def model_python(model: ModelChoice) -> str:
    """The network as an expression of Python."""
    answers = model.answers
    said = ", ".join(f"{name}={value!r}" for name, value in vars(answers).items() if value)
    rest = f", Answers({said})" if said else ""
    rest += f", weights={model.weights!r}" if model.weights else ""
    return f"ModelChoice(ModelKind({model.kind.value!r}), {model.name!r}{rest})"
