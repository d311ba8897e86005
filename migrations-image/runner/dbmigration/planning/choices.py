"""The words among which the fields of a request choose, as the resource has them."""

from __future__ import annotations

MIGRATE = "Migrate"
CHECK = "Check"
PLAN = "Plan"

ALLOW = "Allow"
FORBID = "Forbid"
DROP = "Drop"

ENABLED = "Enabled"
DISABLED = "Disabled"

NEVER = "Never"
WHEN_LOSSY = "WhenLossy"
ALWAYS = "Always"
