"""What several messages advise."""

# When the cause is mended outside of the resource, which the operator does not see.
RETRY = "annotate the resource with dbmigrations.io/retry and a new value"

# The runner is started in the place of what the image starts by itself.
ENTRYPOINT = (
    "The image's ENTRYPOINT is passed over: if it makes that available, put it in front of the runner, "
    'spec.alembic.command: ["/entrypoint.sh", "python3"]'
)
