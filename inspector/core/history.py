"""Undo and redo as two tuples of frozen states."""

from dataclasses import dataclass, replace

from inspector.core.state import AppState
from inspector.core.updates import Update

LIMIT = 500


@dataclass(frozen=True)
class Step:
    """A state that can be returned to, and the title of the change that leads away from it."""

    title: str
    state: AppState


@dataclass(frozen=True)
class History:
    """The present state between what was and what was undone.

    Where the mouse points (pixel, channel) is never undone: it follows the hand.
    """

    now: AppState
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()
    merging: str = ""

    def after(self, update: Update) -> "History":
        """The history once ``update`` is done; the same object if it changes nothing."""
        state = update.apply(self.now)
        if state == self.now:
            return self
        if not update.undoable:
            return replace(self, now=state)
        merged = bool(update.merges) and update.merges == self.merging
        past = self.past if merged else (*self.past, Step(update.title, self.now))[-LIMIT:]
        return History(state, past, (), update.merges)

    def undone(self) -> "History":
        """One step back; the same object at the beginning."""
        if not self.past:
            return self
        step = self.past[-1]
        return History(self._with_pointer(step.state), self.past[:-1], (Step(step.title, self.now), *self.future))

    def redone(self) -> "History":
        """One step forward; the same object at the end."""
        if not self.future:
            return self
        step = self.future[0]
        return History(self._with_pointer(step.state), (*self.past, Step(step.title, self.now)), self.future[1:])

    @property
    def undo_title(self) -> str:
        """What undo would take back, or ''."""
        return self.past[-1].title if self.past else ""

    @property
    def redo_title(self) -> str:
        """What redo would do again, or ''."""
        return self.future[0].title if self.future else ""

    def _with_pointer(self, state: AppState) -> AppState:
        pixel = self.now.pixel if state.source == self.now.source else None
        return replace(state, pixel=pixel, channel=self.now.channel)
