"""What the Receptive field workspace shows as a command line and as a Python script."""

import shlex

from inspector.core.network.scripting import check_feed, model_python, model_words, pass_python, pass_words, settings_import
from inspector.core.network.settings import NetworkSettings
from inspector.core.receptive_field.settings import FieldSettings, Over, Part
from inspector.core.scripting import image_word, reading_lines
from inspector.core.state import Source

Unit = tuple[int, int]


def as_command(
    source: Source, network: NetworkSettings, field: FieldSettings, layer: str, unit: Unit, *, folder: str = "field"
) -> str:
    """A shell command that writes the fields of the unit (y, x) of the tensor ``layer``.

    Raises ValueError for what only the window can do.
    """
    words = ["cnn-inspector", "rf", *model_words(network.model, ()), "--layer", layer, "--unit", f"{unit[0]},{unit[1]}"]
    words += [] if field.all_maps else ["--channel", str(network.map)]
    words += [*_pictures_words(source, network, field), *pass_words(network)]
    words += [] if field.part is Part.ABSOLUTE else ["--part", field.part.value]
    return shlex.join([*words, "-o", folder])


def as_python(source: Source, network: NetworkSettings, field: FieldSettings, layer: str, unit: Unit) -> str:
    """A script that leaves the unit's box in ``seen``, its effective field in ``field``, and the numbers of that in ``measured``.

    Raises ValueError for what only the window can do.
    """
    imports, reading, call = _pictures_python(source, network, field)
    fit, changes = pass_python(network)
    map = "" if field.all_maps else f", {network.map}"
    return "\n".join([
        "from inspector import nets", *imports, settings_import(network),
        "from inspector.core.receptive_field.compose import box",
        "from inspector.core.receptive_field.effective import Target, numbers",
        "from inspector.core.receptive_field.settings import Part", "",
        *reading,
        f"network = nets.open_network({model_python(network.model)})",
        f"target = Target({layer!r}, {unit!r}{map})",
        f"field = {call.format(f'Part({field.part.value!r}), fit={fit}, alterations={changes}')}",
        "seen = box(network.facts.description.graph, target.key, target.unit)",
        "measured = None if field.lack else numbers(field.heat, seen)", "",
    ])  # fmt: skip


def _pictures_words(source: Source, network: NetworkSettings, field: FieldSettings) -> list[str]:
    match field.over:
        case Over.PICTURE:
            check_feed(network)
            return ["--effective", image_word(source), *(["--frame", str(source.frame + 1)] if source.frame else [])]
        case Over.RANDOM:
            return ["--random", str(field.count)]
        case Over.FOLDER:
            return ["--effective", field.folder, "--count", str(field.count)]


def _pictures_python(source: Source, network: NetworkSettings, field: FieldSettings) -> tuple[list[str], list[str], str]:
    """Imports, the lines that name the pictures, and the call that measures them, with a place for its other arguments."""
    if field.over is Over.PICTURE:
        check_feed(network)
        return *reading_lines(source), "network.effective(picture, [target], {})[0]"
    folder = field.folder if field.over is Over.FOLDER else ""
    imports = ["from inspector.core.receptive_field.sample import sampled"]
    return imports, [f"pictures = sampled({folder!r}, {field.count})"], "network.average(pictures, target, {})"
