"""Invalid indexes: how they are found, noted and dropped."""
