"""A unit in sight, as the desks of the workspaces pass it on."""

from dataclasses import dataclass

from inspector.core.network.looking import Looked
from inspector.core.receptive_field.shown import FieldShown, UnitSeen


@dataclass(frozen=True, eq=False)
class Sight:
    """One unit in sight: what it sees, and its effective field if that is known.

    ``last``: while ``shown`` is on its way, the field of a unit of the same layer that came before; its label says so.
    """

    looked: Looked
    seen: UnitSeen
    shown: FieldShown | None
    last: FieldShown | None = None

    @property
    def drawn(self) -> FieldShown | None:
        """The effective field that is drawn: its own, else the last one."""
        return self.shown or self.last
