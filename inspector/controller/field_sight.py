"""A unit in sight, as the desks of the workspaces pass it on."""

from dataclasses import dataclass

from inspector.core.network.looking import Looked
from inspector.core.receptive_field.shown import FieldShown, UnitSeen


@dataclass(frozen=True, eq=False)
class Sight:
    """One unit in sight: what it sees, and its effective field if that is known."""

    looked: Looked
    seen: UnitSeen
    shown: FieldShown | None
