"""CNN Inspector: see what convolution does, and check every number by hand."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("cnn-inspector")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "unknown"
