"""What is on the screen as a command line and as a Python script."""

import shlex
from dataclasses import dataclass

from inspector.core.display import Display
from inspector.core.filtering import Channels, FilterSettings, effective_kernel
from inspector.core.state import Source, SourceKind
from kernels import Border, Kernel, Padding, format_kernel, presets


def as_command(source: Source, settings: FilterSettings, output: str = "filtered.png") -> str:
    """A shell command that computes this result. Raises ValueError for a picture that is in no file."""
    words = ["cnn-inspector", "filter", image_word(source)]
    if source.frame:
        words += ["--frame", str(source.frame + 1)]
    words += ["-k", _kernel_word(settings.kernel), "-o", output]
    words += [word for option in _options(settings) if option.changed for word in option.words]
    return shlex.join(words)


def as_python(source: Source, settings: FilterSettings) -> str:
    """A script that leaves the exact result in ``result``. Raises ValueError for a picture that is in no file."""
    imports, reading = reading_lines(source)
    values = "picture.values"
    if settings.channels is Channels.LUMINANCE:
        values = "luminance(picture.values)"
        imports.append("from inspector.core.picture import luminance")
    used, _ = effective_kernel(settings)
    return "\n".join([
        "import kernels", *imports, "",
        *reading,
        f"kernel = {_kernel_python(used)}",
        f"result = kernels.{'convolve' if settings.convolve else 'correlate'}(",
        f"    {values}, kernel, border={settings.border.value!r}, cval={settings.cval!r}, stride={settings.stride},",
        f"    dilation={settings.dilation}, padding={_padding(settings.padding)}, device={settings.device!r},",
        ")", "",
    ])  # fmt: skip


@dataclass(frozen=True)
class _Option:
    words: tuple[str, ...]
    changed: bool


def _options(settings: FilterSettings) -> tuple[_Option, ...]:
    kernel = settings.kernel
    return (
        _Option(("--border", settings.border.value), settings.border is not Border.REFLECT),
        _Option((f"--cval={_number(settings.cval)}",), settings.border is Border.CONSTANT),
        _Option(("--stride", str(settings.stride)), settings.stride != 1),
        _Option(("--dilation", str(settings.dilation)), settings.dilation != 1),
        _Option(("--padding", str(settings.padding)), settings.padding != Padding.SAME),
        _Option(("--convolve",), settings.convolve),
        _Option(("--channels", settings.channels.value), settings.channels is not Channels.RGB),
        _Option((f"--bias={_number(kernel.bias)}",), kernel.bias != 0),
        _Option((f"--scale={_number(settings.scale)}",), settings.scale != 1 and not settings.normalize),
        _Option(("--normalize",), settings.normalize),
        _Option(("--display", settings.display.value), settings.display is not Display.AUTO),
        _Option(("--device", settings.device), settings.device != "auto"),
    )


def image_word(source: Source) -> str:
    """The picture as the command line names it. Raises ValueError for one that is in no file."""
    match source.kind:
        case SourceKind.FILE:
            return source.name
        case SourceKind.SAMPLE:
            return f"sample:{source.name}"
        case SourceKind.MEMORY:
            raise ValueError("This picture was pasted and is in no file: save it first, then open that file.")
        case SourceKind.DRAWING:
            raise ValueError("This picture was drawn and is in no file: save it first, then open that file.")


def reading_lines(source: Source) -> tuple[list[str], list[str]]:
    """Imports, and the lines of Python that read ``picture``. Raises ValueError for one that is in no file."""
    path, imports = repr(image_word(source)), ["from inspector.core.images import read_picture"]
    if source.kind is SourceKind.SAMPLE:
        path = f"sample({source.name!r}).path"
        imports.append("from inspector.core.resources import sample")
    return imports, [f"picture = read_picture({path}, frame={source.frame})"]


def _same_preset(kernel: Kernel) -> str:
    return next((p.id for p in presets() if p.id == kernel.id and p.with_(bias=kernel.bias) == kernel), "")


def _kernel_word(kernel: Kernel) -> str:
    return _same_preset(kernel) or _anchored(kernel)


def _anchored(kernel: Kernel) -> str:
    """The weights, after a line that names an anchor other than the usual one."""
    y, x = kernel.anchor
    usual = kernel.anchor == (kernel.shape[0] // 2, kernel.shape[1] // 2)
    return _one_line(kernel) if usual else f"# anchor: {y} {x}\n{_one_line(kernel)}"


def _one_line(kernel: Kernel) -> str:
    rows = [line for line in format_kernel(kernel).splitlines() if line.strip() and not line.startswith("#")]
    return "; ".join(rows)


def _kernel_python(kernel: Kernel) -> str:
    if id := _same_preset(kernel):
        made = f"kernels.preset({id!r})"
        return made if kernel.bias == 0 else f"{made}.with_(bias={kernel.bias!r})"
    made = f"kernels.parse_kernel({_one_line(kernel)!r})"
    return f"{made}.with_(anchor={kernel.anchor}, bias={kernel.bias!r})"


def _padding(padding: Padding | int) -> str:
    return repr(padding.value) if isinstance(padding, Padding) else str(padding)


def _number(value: float) -> str:
    """The shortest text of exactly this number: 128, 0.1."""
    return repr(value).removesuffix(".0")
