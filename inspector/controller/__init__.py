"""The only place where state, work and views meet."""

from inspector.controller.controller import Controller

__all__ = ["Controller"]
