"""Headers that lie: refused before memory is taken."""

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from inspector.core.images import read_picture


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, bits: int, colour: int, *chunks: bytes, idat: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(idat)) + chunk(b"IEND", b"")


def tiff_page(*tags: tuple[int, int], tail: bytes = b"") -> bytes:
    """A little-endian TIFF of one page with LONG tags; the page is followed by ``tail``, at 10 + 12 n + 4."""
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(tags))
    return struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + bytes(4) + tail


LESS_THAN_PROMISED = {
    "png-16": png(3, 4, 16, 2, idat=bytes(4 * 19 - 1)),
    "png-16-no-end": b"".join([png(1, 1, 16, 0)[:33], chunk(b"IDAT", zlib.compress(bytes(3))[:-4]), chunk(b"IEND", b"")]),
    "png": png(3, 4, 8, 2, idat=bytes(4 * 10 - 1)),
    "tiff": tiff_page((256, 9), (257, 7), (258, 8), (262, 1), (273, 8), (279, 62)),
    "tiff-deflate": tiff_page(
        (256, 9), (257, 7), (258, 8), (259, 8), (262, 1), (273, 98 + 12), (279, 11), tail=zlib.compress(bytes(62))
    ),
    "pgm-text": b"P2 2 2 255 1 2 3 ",
}


@pytest.mark.parametrize("name", LESS_THAN_PROMISED)
def test_whole_files_that_hold_less_than_their_header_says(tmp_path, name, refused):
    (tmp_path / "p").write_bytes(LESS_THAN_PROMISED[name])
    refused(tmp_path / "p", "cut short")


def gif_outside_its_screen() -> bytes:
    return (
        b"GIF89a" + struct.pack("<HHBBB", 4, 4, 0, 0, 0) + b"," + struct.pack("<HHHHB", 65000, 65000, 65000, 65000, 0) + b"\2\0;"
    )


def tiff_that_inflates() -> bytes:
    tail = zlib.compress(bytes(10**8))
    tags = {256: 10, 257: 10, 258: 8, 259: 8, 262: 1, 277: 1, 278: 10, 279: len(tail)}
    return tiff_page(*tags.items(), (273, 8 + 2 + 12 * 9 + 4), tail=tail)


def npy_header(shape: str) -> bytes:
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text


JPEG_HEAD = b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack(">HH", 65500, 65500) + b"\3\1\x22\0\2\x11\1\3\x11\1\xff\xda"


BOMBS = {
    "png": png(65000, 65000, 8, 2),
    "png-16": png(65000, 65000, 16, 6),
    "png-1-bit": png(2**31 - 1, 2**31 - 1, 1, 0),
    "jpeg": JPEG_HEAD,
    "gif": b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b";",
    "gif-frame": gif_outside_its_screen(),
    "bmp": b"BM" + bytes(12) + struct.pack("<IiiHH", 40, 65000, 65000, 1, 24) + bytes(24),
    "bmp-upside-down": b"BM" + bytes(12) + struct.pack("<IiiHH", 40, 65000, -65000, 1, 24) + bytes(24),
    "webp": b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff" * 6,
    "ppm": b"P6 99999 99999 255\n",
    "ppm-digits": b"P6 " + b"9" * 10**6,
    "npy": npy_header("(100000, 100000)"),
    "npy-overflow": npy_header("(4294967296, 4294967296)"),
    "tiff": tiff_page((256, 65000), (257, 65000), (258, 8), (262, 1), (273, 8), (279, 8)),
    "tiff-more-than-the-file": tiff_page((256, 9000), (257, 9000), (258, 8), (262, 1), (273, 8), (279, 81000000)),
    "tiff-tiles": tiff_page((256, 1), (257, 1), (258, 8), (262, 1), (322, 2**31), (323, 2**31), (324, 8), (325, 8)),
    "tiff-samples": tiff_page((256, 9000), (257, 9000), (258, 64), (262, 1), (277, 60000), (273, 8), (279, 8)),
    "tiff-tag": struct.pack("<2sHIHHHII", b"II", 42, 8, 1, 273, 4, 2**32 - 1, 8) + bytes(4),
    "tiff-tags": struct.pack("<2sHIH", b"II", 42, 8, 65535),
    "png-idat-16": png(4, 4, 16, 0, idat=bytes(10**8)),
}


HARMLESS = {  # what would explode lies where nobody looks
    "png-text": png(1, 1, 8, 0, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**8))), idat=b"\0\7"),
    "png-profile": png(1, 1, 8, 0, chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(10**8))), idat=b"\0\7"),
    "png-international": png(1, 1, 8, 0, chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(10**8))), idat=b"\0\7"),
    "png-idat": png(1, 1, 8, 0, idat=b"\0\7" + bytes(10**8)),
    "tiff-strip": tiff_that_inflates(),
}


READ_ALL_WITH_LITTLE_MEMORY = """
import resource, sys
from pathlib import Path
from inspector.core.images import PictureError, read_picture
folder, megabytes = Path(sys.argv[1]), int(sys.argv[2])
for path in sorted((folder / "small").iterdir()):
    read_picture(path)
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + megabytes * 2**20,) * 2)
for path in sorted((folder / "bombs").iterdir()):
    try:
        read_picture(path)
    except PictureError as error:
        print(path.name, "memory" if "enough memory" in str(error) else "refused")
    else:
        print(path.name, "read")
"""


def read_with_little_memory(folder: Path, bombs: dict[str, bytes], megabytes: int) -> dict[str, str]:
    (folder / "small").mkdir()
    (folder / "bombs").mkdir()
    for suffix in ("png", "jpg", "gif", "bmp", "webp", "tif", "ppm"):
        Image.new("RGB", (2, 2)).save(folder / "small" / f"p.{suffix}", compression="tiff_lzw" if suffix == "tif" else None)
    for name, data in bombs.items():
        (folder / "bombs" / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL_WITH_LITTLE_MEMORY, str(folder), str(megabytes)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return dict(line.split() for line in done.stdout.splitlines())


@pytest.mark.skipif(sys.platform != "linux", reason="the memory limit is set through /proc")
def test_bombs_are_refused_by_their_header_within_50_megabytes(tmp_path):
    results = read_with_little_memory(tmp_path, BOMBS | HARMLESS, 50)
    assert results == dict.fromkeys(BOMBS, "refused") | dict.fromkeys(HARMLESS, "read")


@pytest.mark.skipif(sys.platform != "linux", reason="the memory limit is set through /proc")
def test_the_memory_limit_bites(tmp_path):
    large = {"large": png(7000, 7000, 8, 6, idat=(b"\0" + bytes(28000)) * 7000)}
    assert read_with_little_memory(tmp_path, large, 50) == {"large": "memory"}


def test_largest_promised_picture_is_within_the_limits(tmp_path, refused):
    (tmp_path / "p").write_bytes(png(10_000, 10_000, 8, 2)[:60])
    refused(tmp_path / "p", "cut short")
    (tmp_path / "p").write_bytes(png(10_000, 14_000, 8, 2)[:60])
    refused(tmp_path / "p", "10000 x 14000 pixels, more than the 134 million pixels")


def test_tiff_pages_that_go_round_in_a_circle(tmp_path, refused):
    data = bytearray(tiff_page((256, 1), (257, 1), (258, 8), (262, 1), (273, 8), (279, 8)))
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    struct.pack_into("<I", data, start + 2 + 12 * count, start)
    (tmp_path / "p").write_bytes(data)
    assert "no end" in refused(tmp_path / "p", "damaged").detail


def test_animation_that_announces_frames_it_does_not_have_is_a_still(tmp_path):
    lie = chunk(b"acTL", struct.pack(">II", 10**9, 0))
    (tmp_path / "p").write_bytes(png(1, 1, 8, 0, lie, idat=b"\0\7"))
    picture = read_picture(tmp_path / "p")
    assert (picture.frames, picture.values.tolist()) == (1, [[7]])


@pytest.mark.parametrize("compression", [6, 34712, 50002])
def test_compressions_that_cannot_be_read_are_named(tmp_path, compression, refused):
    (tmp_path / "p").write_bytes(tiff_page((256, 1), (257, 1), (258, 8), (259, compression), (262, 1), (273, 8), (279, 8)))
    refused(tmp_path / "p", f"compression .TIFF number {compression}. cannot be read; convert it")
