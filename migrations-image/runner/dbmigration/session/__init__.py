"""The session that migrates: its lock, the order of attempts, what it runs now, and the session that observes it."""
