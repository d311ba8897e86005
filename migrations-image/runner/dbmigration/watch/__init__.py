"""What happens while the migration runs: its statements, who is in their way, and what ends it early."""
