"""How large the plane is that maps show, and how finely."""

from __future__ import annotations

GRID = 100
"""Places along each edge of a map."""
REACH = 6.0
"""The plane that is shown goes from −REACH to REACH along both axes."""
