"""How large a picture may be, so that a header that lies is refused before memory is taken."""

from inspector.core.images.errors import BadPicture

MAX_PIXELS = 2**27  # 134 million: above 10,000 x 10,000, the largest picture that the program promises to handle
MAX_BYTES = 2**30  # of decoded values
MAX_FILE = 2**31  # of the file itself


def check_size(width: int, height: int, bytes_per_pixel: float = 1, *, max_pixels: int = MAX_PIXELS) -> None:
    """Refuse empty and enormous pictures by what their header says; sizes in pixels."""
    if width < 1 or height < 1:
        raise BadPicture(f"its header says {width} x {height} pixels; the file is damaged or empty")
    if width * height > max_pixels or width * height * bytes_per_pixel > MAX_BYTES:
        raise BadPicture(
            f"its header says {width} x {height} pixels, more than the {max_pixels // 10**6} million pixels or "
            f"{MAX_BYTES // 2**30} GiB that are allowed; shrink it with another program"
        )


def check_frame(frame: int, frames: int) -> None:
    """Refuse a frame that the file does not have."""
    if not 0 <= frame < frames:
        has = "only one; choose frame 1" if frames == 1 else f"{frames}; choose a frame from 1 to {frames}"
        raise BadPicture(f"frame {frame + 1} was asked for, but it has {has}")
