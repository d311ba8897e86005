"""The AI agent platform, as much of it as its migrations need."""
