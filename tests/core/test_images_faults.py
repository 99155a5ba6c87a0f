"""Damaged, lying and strange files: one clear sentence each, never half a picture, never a wait."""

import io
import os
import re
import socket
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inspector.core.images import PictureError, read_picture
from inspector.core.images import png as png_decoder
from inspector.core.picture import Picture

ONE_SENTENCE = re.compile(r"Cannot open [^\n]+\.")


def refused(path, match: str = "") -> PictureError:
    with pytest.raises(PictureError, match=match) as caught:
        read_picture(path)
    message = str(caught.value)
    assert ONE_SENTENCE.fullmatch(message), message
    message.encode()
    return caught.value


def picture_or_sentence(path: Path) -> Picture | None:
    """None where the file is refused, as it must be, with one sentence."""
    try:
        return read_picture(path)
    except PictureError as error:
        message = str(error)
    assert ONE_SENTENCE.fullmatch(message)
    return None


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, bits: int, colour: int, *chunks: bytes, idat: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(idat)) + chunk(b"IEND", b"")


def scene(height: int = 7, width: int = 9) -> np.ndarray:
    return np.random.default_rng(1).integers(1, 255, (height, width, 3), np.uint8)


def pillow(format_name: str, mode: str = "RGB", **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(scene()).convert(mode).save(buffer, format=format_name, **options)
    return buffer.getvalue()


def moving(format_name: str) -> bytes:
    frames = [Image.fromarray(scene() // n) for n in (1, 2, 3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, format=format_name, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def tiff(values: np.ndarray, **options) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, **options)
    return buffer.getvalue()


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, scene().astype(np.float32))
    return buffer.getvalue()


def run_length_bmp() -> bytes:
    palette = bytes(range(256)) * 4
    rows = b"".join(bytes([3, y, 0, 4, 1, 2, 3, 4, 0, 0]) for y in range(5)) + b"\0\1"
    start = 14 + 40 + 1024
    info = struct.pack("<IiiHHIIiiII", 40, 7, 5, 1, 8, 1, len(rows), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + info + palette[:1024] + rows


WIDE = scene().astype(np.uint16) * 257
PICTURES = {
    "png": pillow("PNG"),
    "png-palette": pillow("PNG", "P"),
    "png-16": png(9, 7, 16, 2, idat=b"".join(b"\0" + row.astype(">u2").tobytes() for row in WIDE)),
    "apng": moving("PNG"),
    "jpeg": pillow("JPEG"),
    "jpeg-progressive": pillow("JPEG", progressive=True),
    "jpeg-grey": pillow("JPEG", "L"),
    "jpeg-cmyk": pillow("JPEG", "CMYK"),
    "gif": pillow("GIF"),
    "gif-moving": moving("GIF"),
    "webp": pillow("WebP"),
    "webp-lossless": pillow("WebP", lossless=True),
    "webp-moving": moving("WebP"),
    "bmp": pillow("BMP"),
    "bmp-1": pillow("BMP", "1"),
    "bmp-palette": pillow("BMP", "P"),
    "bmp-rle": run_length_bmp(),
    "tiff": tiff(scene(), photometric="rgb"),
    "tiff-float": tiff(scene().astype(np.float64), photometric="rgb", byteorder=">", rowsperstrip=2),
    "tiff-big-tiles": tiff(WIDE, photometric="rgb", bigtiff=True, tile=(16, 16), compression="zlib"),
    "tiff-lzw": pillow("TIFF", compression="tiff_lzw"),
    "tiff-deflate": pillow("TIFF", compression="tiff_adobe_deflate"),
    "tiff-jpeg": pillow("TIFF", compression="jpeg"),
    "tiff-fax": pillow("TIFF", "1", compression="group4"),
    "tiff-packbits": pillow("TIFF", "P", compression="packbits"),
    "ppm": pillow("PPM"),
    "ppm-16": b"P6 9 7 65535\n" + WIDE.astype(">u2").tobytes(),
    "ppm-text": b"P3\n9 7\n255\n" + b"\n".join(b"%d" % value for value in scene().flat) + b"\n",
    "pbm": pillow("PPM", "1"),
    "pfm": b"PF\n9 7\n-1.0\n" + scene().astype("<f4").tobytes(),
    "npy": npy(),
}


@pytest.mark.parametrize("name", PICTURES)
def test_cut_short_at_every_byte(tmp_path, name):
    path, data = tmp_path / "cut", PICTURES[name]
    path.write_bytes(data)
    whole = read_picture(path)
    refusals = 0
    for length in reversed(range(len(data))):
        os.truncate(path, length)
        picture = picture_or_sentence(path)
        if picture is None:
            refusals += 1
        else:  # only what follows the picture is missing, or the user is told
            assert picture.frames == whole.frames
            if picture.notes != ("The file ends right after its last value, which may be cut short.",):
                np.testing.assert_array_equal(picture.values, whole.values)
    assert refusals >= 0.97 * len(data) - 3


def test_half_a_picture_is_found_by_the_test_above(tmp_path, monkeypatch):
    """A reader that fills what is missing, as many do, must not pass for one that refuses."""
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(AssertionError):
        test_cut_short_at_every_byte(tmp_path, "jpeg")


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
def test_whole_files_that_hold_less_than_their_header_says(tmp_path, name):
    (tmp_path / "p").write_bytes(LESS_THAN_PROMISED[name])
    refused(tmp_path / "p", "cut short")


def test_a_text_picture_whose_last_number_may_be_cut_says_so(tmp_path):
    (tmp_path / "p.ppm").write_bytes(b"P2 2 1 255\n12 34\n")
    assert read_picture(tmp_path / "p.ppm").notes == ()
    (tmp_path / "p.ppm").write_bytes(b"P2 2 1 255\n12 3")
    assert "may be cut short" in read_picture(tmp_path / "p.ppm").notes[0]


@given(data=st.data(), name=st.sampled_from(sorted(PICTURES)))
@settings(max_examples=500, deadline=None)
def test_damaged_bytes_give_a_picture_or_a_sentence_and_nothing_else(tmp_path_factory, data, name):
    damaged = bytearray(PICTURES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(damaged)
    picture = picture_or_sentence(path)
    assert picture is None or picture.values.ndim in (2, 3)


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
    for part, files in {"small": PICTURES, "bombs": bombs}.items():
        (folder / part).mkdir()
        for name, data in files.items():
            (folder / part / name).write_bytes(data)
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


def test_largest_promised_picture_is_within_the_limits(tmp_path):
    (tmp_path / "p").write_bytes(png(10_000, 10_000, 8, 2)[:60])
    refused(tmp_path / "p", "cut short")
    (tmp_path / "p").write_bytes(png(10_000, 14_000, 8, 2)[:60])
    refused(tmp_path / "p", "10000 x 14000 pixels, more than the 134 million pixels")


def test_tiff_pages_that_go_round_in_a_circle(tmp_path):
    data = bytearray(PICTURES["tiff"])
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


@pytest.mark.parametrize("name", ["png", "png-16", "apng"])
def test_wrong_checksum(tmp_path, name):
    data = bytearray(PICTURES[name])
    data[data.index(b"IDAT") + 6] ^= 1
    (tmp_path / "p").write_bytes(data)
    assert "checksum" in refused(tmp_path / "p", "damaged").detail


@pytest.mark.parametrize("compression", [6, 34712, 50002])
def test_compressions_that_cannot_be_read_are_named(tmp_path, compression):
    (tmp_path / "p").write_bytes(tiff_page((256, 1), (257, 1), (258, 8), (259, compression), (262, 1), (273, 8), (279, 8)))
    refused(tmp_path / "p", f"compression .TIFF number {compression}. cannot be read; convert it")


def test_empty_folder_missing_and_text(tmp_path):
    (tmp_path / "empty").touch()
    refused(tmp_path / "empty", "it is empty")
    refused(tmp_path, "it is a folder")
    refused(tmp_path / "missing.png", "no such file")
    (tmp_path / "text.png").write_text("hello")
    refused(tmp_path / "text.png", "none of the formats")
    refused(tmp_path / "text.png" / "inside", "not a folder")
    refused(tmp_path / ("x" * 300), "name is too long")
    refused(tmp_path / "nul\0", "no file can have such a name")
    refused(tmp_path / "lone\ud800", "no file can have such a name|no such file")


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
def test_pipes_devices_and_sockets_are_refused_at_once(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", "it is a pipe")
    refused("/dev/zero", "it is a device")
    refused("/proc/self/maps", "it is empty")
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        refused("s", "it is a socket")


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_a_pipe_that_takes_the_place_of_a_file_after_the_check_does_not_hold_us(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(PICTURES["png"])
    status = (tmp_path / "file").stat()
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr("inspector.core.images.opening.os.stat", lambda path: status)
    refused(tmp_path / "pipe", "it is a pipe")


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_symbolic_links(tmp_path):
    (tmp_path / "real").write_bytes(PICTURES["png"])
    (tmp_path / "link").symlink_to("real")
    assert read_picture(tmp_path / "link").name == "link"
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    refused(tmp_path / "a", "go round in a circle")


def test_unreadable(tmp_path, monkeypatch):
    (tmp_path / "p").write_bytes(PICTURES["png"])

    def deny(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("inspector.core.images.opening.os.open", deny)
    refused(tmp_path / "p", "you may not read it")


def test_changed_and_deleted_while_it_is_read(tmp_path, monkeypatch):
    decode, path = png_decoder.decode, tmp_path / "p"

    def during(action):
        path.write_bytes(PICTURES["png"])
        monkeypatch.setattr(png_decoder, "decode", lambda file, frame: (action(), decode(file, frame))[1])

    during(lambda: path.write_bytes(PICTURES["png"] + b"more"))
    refused(path, "changed while it was being read; open it again")
    during(lambda: path.write_bytes(PICTURES["png"][:80]))
    refused(path, "cut short|changed")
    during(path.unlink)
    np.testing.assert_array_equal(read_picture(path).values, scene())


def test_starting_with_a_png_imports_no_other_format(tmp_path):
    (tmp_path / "p").write_bytes(PICTURES["png"])
    code = (
        "import sys; from inspector.core.images import read_picture; read_picture(sys.argv[1]);"
        "print([m for m in sys.modules if m == 'tifffile' or m.endswith('ImagePlugin')])"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "p"], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == "['PIL.PngImagePlugin']"
