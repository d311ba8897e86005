"""A question to a database that has no answer."""

from __future__ import annotations


class Unanswered(Exception):
    """Why a question has no answer, in words that fit behind a name."""
