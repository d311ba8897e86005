"""The text of SQL: what a statement of somebody else's does, and how a name or a text is written into one of ours."""
