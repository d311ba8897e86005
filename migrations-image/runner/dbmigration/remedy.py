"""What to do when the cause is mended outside of the resource, which the operator does not see."""

RETRY = "annotate the resource with dbmigrations.io/retry and a new value"
