"""Reading and writing picture files: exact values in, exact values out."""

from inspector.core.files import SaveError
from inspector.core.images.errors import PictureError
from inspector.core.images.folder import list_pictures
from inspector.core.images.opening import sniff
from inspector.core.images.reading import read_picture
from inspector.core.images.writing import write_shown, write_values

__all__ = ["PictureError", "SaveError", "list_pictures", "read_picture", "sniff", "write_shown", "write_values"]
