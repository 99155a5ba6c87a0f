"""Which kind of file it is, told by its first bytes and never by its name."""

import re
from enum import StrEnum

from inspector.core.images.opening import format_of

HEAD = 1024  # bytes that ``kind_of`` wants to see
ASK_FOR = "ask for a file of tensors alone (a state dict or safetensors)"
DAMAGED = "it is damaged or cut short; copy or download it again"

_LONGEST_HEADER = 1 << 40  # a length above that is text or chance, not the start of a safetensors file
_LEGACY = b"\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # torch's magic number as a pickle
_TAR = slice(257, 262)
_FOREIGN = (
    (b"version https://git-lfs", "it is a Git LFS pointer, not the weights themselves; fetch them with git lfs pull"),
    (b"\x89HDF", "it is an HDF5 file, as Keras writes it; convert it to safetensors first"),
    (b"GGUF", "it is a GGUF file of a language model; choose a file of safetensors or torch.save"),
    (b"\x1f\x8b", "it is packed with gzip; unpack it first"),
    (b"\x93NUMPY", "it is one NumPy array; choose a file of safetensors or torch.save"),
)
_OLD_PICKLE = re.compile(rb"\(*c[\w.]+\n[\w.]+\n")  # protocol 0 and 1 begin with what they import


class Refused(Exception):  # noqa: N818 - not an error yet: the file's name is added by ``read_weights_file``
    """Why a file is refused, in words that follow "Cannot open NAME: "."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Kind(StrEnum):
    """The files that can hold weights."""

    SAFETENSORS = "safetensors"
    ZIP = "zip"  # what torch.save writes since 1.6
    LEGACY = "legacy"  # what it wrote before: pickles one after the other, then the numbers
    PICKLE = "pickle"  # any other pickle, which torch does not read


def kind_of(head: bytes) -> Kind:
    """The kind of a file that begins with these bytes, ``HEAD`` of them or all. Raises Refused."""
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < _LONGEST_HEADER:
        return Kind.SAFETENSORS
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.ZIP
    if _LEGACY in head[:40]:
        return Kind.LEGACY
    if (head[:1] == b"\x80" and head[1:2] <= b"\x05") or _OLD_PICKLE.match(head):
        return Kind.PICKLE
    raise Refused(_what(head))


def _what(head: bytes) -> str:
    """What a file is that holds no weights, and what to do."""
    for start, reason in _FOREIGN:
        if head.startswith(start):
            return reason
    if head[_TAR] == b"ustar":
        return "it is a tar archive, as torch wrote it before 0.1.10; save it again with a newer torch"
    if head.lstrip()[:1] == b"<":
        return "it is a web page, not the weights; download the file itself"
    if picture := format_of(head[:16]):
        return f"it is a picture ({picture}); choose a file of safetensors or torch.save"
    what = "it is text" if _is_text(head) else "it is neither safetensors nor a file of torch.save"
    return f"{what}; choose a file of weights, or download it again"


def _is_text(head: bytes) -> bool:
    text = head.decode("utf-8", errors="replace")
    odd = sum(not (one.isprintable() or one.isspace()) or one == "\N{REPLACEMENT CHARACTER}" for one in text)
    return odd <= 0.05 * len(text)
