"""CNN Inspector: see what convolution does, and check every number by hand."""


def version() -> str:
    """The installed version; "unknown" in a checkout that was never installed."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - 30 ms that no start needs

    try:
        return version("cnn-inspector")
    except PackageNotFoundError:
        return "unknown"
