"""What several messages advise."""

# When the cause is mended outside of the resource, which the operator does not see.
RETRY = "annotate the resource with dbmigrations.io/retry and a new value"

# The runner is started in the place of what the image starts by itself.
ENTRYPOINT = (
    "The image's ENTRYPOINT is passed over: if it makes that available, put it in front of the runner, "
    'spec.alembic.command: ["/entrypoint.sh", "python3"]'
)

# Of several that one resource migrates.
TENANTS = (
    "let env.py take each tenant in this process, one after the other in a loop; or make a resource for each, which names its "
    "tenant in spec.alembic.arguments"
)
