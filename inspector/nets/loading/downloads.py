"""Weights that their authors have published: where they are, what they must be, and where they lie once fetched."""

import re
from pathlib import Path

from inspector.core import places
from inspector.nets.loading.fetching import DownloadError, Progress, Published, fetch
from kernels import Cancel

_TORCHVISION = "https://download.pytorch.org/models/"
# torchvision names each file by the network and the first eight digits of its SHA-256
_FILES = {
    "vgg11": "vgg11-8a719046.pth",
    "vgg11-bn": "vgg11_bn-6002323d.pth",
    "vgg13": "vgg13-19584684.pth",
    "vgg13-bn": "vgg13_bn-abd245e5.pth",
    "vgg16": "vgg16-397923af.pth",
    "vgg16-bn": "vgg16_bn-6c64b313.pth",
    "vgg19": "vgg19-dcbb9e9d.pth",
    "vgg19-bn": "vgg19_bn-c79401a0.pth",
    "alexnet": "alexnet-owt-7be5be79.pth",
    "resnet18": "resnet18-f37072fd.pth",
    "resnet50": "resnet50-0676ba61.pth",
}
# no checksum is published for it; it has to be 1,000 names from the first class to the last
CLASS_NAMES = Published("https://raw.githubusercontent.com/pytorch/hub/master/imagenet_classes.txt")
_CLASSES, _FIRST, _LAST = 1000, "tench", "toilet tissue"


def published(id: str) -> Published | None:
    """The ImageNet weights of a network of the catalogue; None where none are published."""
    file = _FILES.get(id)
    return None if file is None else Published(_TORCHVISION + file, file.rpartition("-")[2].removesuffix(".pth"))


def published_ids() -> tuple[str, ...]:
    """The networks whose weights are published."""
    return tuple(_FILES)


def downloaded(id: str, folder: Path | None = None) -> Path | None:
    """The file of weights fetched before, None where there is none. ``folder``: that of the user's downloads."""
    one = published(id)
    path = (folder or places.downloads()) / one.file if one else None
    return path if path is not None and path.is_file() else None


def download(
    one: Published, folder: Path | None = None, *, progress: Progress = lambda done, total: None,
    cancel: Cancel = lambda: False, timeout: float = 30.0,
) -> Path:  # fmt: skip
    """Fetch published weights, and the names of ImageNet's classes with them; where the weights lie.

    ``progress`` gets the bytes that are there and all that there will be, None if the server does not say; it is called on
    another thread. What has been fetched when it breaks off is kept, and the next call goes on from there. What is there
    already and right is not fetched again. ``timeout``: seconds that the server may be silent.

    Raises:
        DownloadError: it could not be fetched, or is not what was published; the sentence names the server.
        Cancelled: ``cancel`` said yes.
    """
    folder = folder or places.downloads()
    weights = fetch(one, folder, progress=progress, cancel=cancel, timeout=timeout)
    if class_names(folder) is None:
        _fetch_names(folder, cancel, timeout)
    return weights


def _fetch_names(folder: Path, cancel: Cancel, timeout: float) -> None:
    path = folder / CLASS_NAMES.file
    path.unlink(missing_ok=True)  # whatever is there has not been the list
    fetch(CLASS_NAMES, folder, progress=lambda done, total: None, cancel=cancel, timeout=timeout)
    if class_names(folder) is None:
        path.unlink(missing_ok=True)
        raise DownloadError(f"{CLASS_NAMES.host} has sent something other than the names of ImageNet's classes; try again later.")


def class_names(folder: Path | None = None) -> tuple[str, ...] | None:
    """The 1,000 classes of ImageNet in the order of the outputs; None where they have not been fetched."""
    path = (folder or places.downloads()) / CLASS_NAMES.file
    if not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    # one version of the list numbers its lines, "0, tench", and has underscores for spaces
    names = tuple(re.sub(r"^\d+, ", "", line).replace("_", " ").strip() for line in lines)
    whole = len(names) == _CLASSES and all(names) and (names[0], names[-1]) == (_FIRST, _LAST)
    return names if whole else None
