"""What the Shift workspace shows as a command line and as a Python script."""

import shlex

from inspector.core.network.scripting import check_feed, model_python, model_words, pass_python, pass_words, settings_import
from inspector.core.network.settings import NetworkSettings
from inspector.core.scripting import image_word, reading_lines
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import Axis, ShiftSettings, Strip
from inspector.core.shift.surgery import surgery_text
from inspector.core.shift.transforms import Method
from inspector.core.state import Source


def as_command(source: Source, network: NetworkSettings, shift: ShiftSettings, *, folder: str = "shift") -> str:
    """A shell command that writes the errors against the shift. Raises ValueError for what only the window can do."""
    check_feed(network)
    words = ["cnn-inspector", "shift", image_word(source), *model_words(network.model), *pass_words(network)]
    words += [] if shift.reach == ShiftSettings.reach else ["--max", str(shift.reach)]
    words += [] if shift.axis is Axis.X else ["--axis", shift.axis.value]
    words += [] if shift.incoming is Incoming.ZERO else ["--border", shift.incoming.value]
    words += ["--cval", f"{shift.constant:g}"] if shift.incoming is Incoming.CONSTANT else []
    words += [] if shift.method is Method.BILINEAR else ["--method", shift.method.value]
    words += ["--rotate", "--scale"] if shift.strip is Strip.ORBITS else []
    words += [word for surgery in shift.surgeries for word in ("--surgery", surgery_text(surgery))]
    return shlex.join([*words, "-o", folder])


def as_python(source: Source, network: NetworkSettings, shift: ShiftSettings, key: str) -> str:
    """A script that leaves the measures of the present transform in ``errors``, and one layer map by map in ``case``.

    Raises ValueError for what only the window can do.
    """
    check_feed(network)
    imports, reading = reading_lines(source)
    fit, changes = pass_python(network)
    options = f", fit={fit}" + (f", value={shift.constant!r}" if shift.incoming is Incoming.CONSTANT else "")
    options += f", reach={shift.reach}" if shift.incoming is Incoming.CROP else ""
    return "\n".join([
        "from inspector import nets", *imports, settings_import(network),
        "from inspector.core.shift.scene import Incoming",
        *(["from inspector.core.shift.surgery import parse_surgery"] if shift.surgeries else []),
        "from inspector.core.shift.transforms import Flip, Method, Rotation, Scale, Together, Translation",
        "from inspector.nets.scenes import scene_of", "from inspector.nets.shifting import Shifting",
        *(["from inspector.nets.surgery import reopened"] if shift.surgeries else []), "",
        *reading,
        f"network = nets.open_network({model_python(network.model)})", *_surgery_lines(shift),
        f"scene = scene_of(network, picture, Incoming({shift.incoming.value!r}){options})",
        f"shifting = Shifting(network, scene, {changes})",
        f"transform = {_transform(shift)}",
        "errors = shifting.errors([transform])",
        f"case = shifting.case(transform, {key!r})", "",
    ])  # fmt: skip


def _surgery_lines(shift: ShiftSettings) -> list[str]:
    if not shift.surgeries:
        return []
    texts = ", ".join(f"parse_surgery({surgery_text(one)!r})" for one in shift.surgeries)
    return [f"network = reopened(network, [{texts}])"]


def _transform(shift: ShiftSettings) -> str:
    """The transform as an expression; enumerations are written by their values."""
    return repr(shift.transform).replace(f"{Method.FOURIER!r}", f"Method({Method.FOURIER.value!r})").replace(
        f"{Method.BILINEAR!r}", f"Method({Method.BILINEAR.value!r})"
    )  # fmt: skip
