"""What a file is told apart by."""

from __future__ import annotations

import hashlib


def fingerprint(content: bytes) -> str:
    """64 hexadecimal characters."""
    return hashlib.sha256(content).hexdigest()
