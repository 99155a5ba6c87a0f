"""What the Network workspace shows as a command line and as a Python script."""

import shlex

from inspector.core.network.change_text import change_text
from inspector.core.network.settings import Feed, ModelChoice, ModelKind, NetworkSettings, Stage
from inspector.core.scripting import image_word, reading_lines
from inspector.core.state import Source


def as_command(source: Source, settings: NetworkSettings, key: str, folder: str = "maps") -> str:
    """A shell command that writes the maps of the layer ``key``. Raises ValueError for what only the window can do."""
    _check_feed(settings)
    words = ["cnn-inspector", "activations", image_word(source), *_model_words(settings.model), "--layer", key]
    if settings.stage is Stage.BEFORE:
        words += ["--stage", "before"]
    if settings.fit is not None:
        words += ["--fit", settings.fit.value]
    for alteration in settings.alterations:
        words += ["--change", change_text(alteration)]
    return shlex.join([*words, "-o", folder])


def as_python(source: Source, settings: NetworkSettings, tensor: str) -> str:
    """A script that leaves the maps of the tensor in ``maps``. Raises ValueError for what only the window can do."""
    _check_feed(settings)
    imports, reading = reading_lines(source)
    fit = f"Fit({settings.fit.value!r})" if settings.fit else "None"
    changes = "".join(
        f"Alteration({a.layer!r}, Change({a.change.value!r}), {a.maps!r}, {a.amount!r}, {a.seed!r}), "
        for a in settings.alterations
    )
    names = ["Answers", "ModelChoice", "ModelKind", *(["Fit"] if settings.fit else [])]
    names += ["Alteration", "Change"] if changes else []
    return "\n".join([
        "from inspector import nets", *imports,
        f"from inspector.core.network.settings import {', '.join(sorted(names))}", "",
        *reading,
        f"network = nets.open_network({_model_python(settings.model)})",
        f"inspection = network.inspect(picture, {fit}, ({changes.rstrip()}))",
        f"maps = inspection.maps[{tensor!r}]", "",
    ])  # fmt: skip


def _check_feed(settings: NetworkSettings) -> None:
    if settings.feed is Feed.RESULT:
        raise ValueError("The network looks at a filter result: save that as a picture first, then open it.")


def _model_words(model: ModelChoice) -> list[str]:
    answers = model.answers
    match model.kind:
        case ModelKind.SHIPPED:
            words = ["--model", model.name]
        case ModelKind.UNTRAINED:
            words = ["--model", model.name, "--untrained"]
        case ModelKind.FILE:
            known = answers.architecture not in ("", "rebuilt")
            words = [*(["--model", answers.architecture] if known else []), "--weights", model.name]
        case ModelKind.CODE:
            words = ["--module", model.name, *(["--weights", model.weights] if model.weights else [])]
    for option, value in (
        ("--activation", answers.activation), ("--pool", answers.pool),
        ("--normalize", ",".join(map(repr, (*answers.mean, *answers.std)))), ("--input", ",".join(map(str, answers.input))),
    ):  # fmt: skip
        words += [option, value] if value else []
    return words


def _model_python(model: ModelChoice) -> str:
    answers = model.answers
    said = ", ".join(f"{name}={value!r}" for name, value in vars(answers).items() if value)
    rest = f", Answers({said})" if said else ""
    rest += f", weights={model.weights!r}" if model.weights else ""
    return f"ModelChoice(ModelKind({model.kind.value!r}), {model.name!r}{rest})"
