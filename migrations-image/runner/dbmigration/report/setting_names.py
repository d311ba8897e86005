"""What the name of a setting tells of its value."""

from __future__ import annotations

import re

SECRET = re.compile(
    r"(?i)pass(?!enger|ing|age|ive)(word|wd|phrase)?|pwd|secret|token|credential|private|(?:api|access|master)_?key"
    r"|(?:(?:en|de)crypt(?:ion)?|cipher|sign(?:ing)?|hmac|ssh|shared|license)_?key"
)
# Of the image, of Python and of Kubernetes, in an environment of which anything may be secret.
USUAL = re.compile(
    r"(?:PYTHON|LC_|KUBERNETES_|DBMIGRATION_)\w*|PATH|HOME|HOSTNAME|LANG|TERM|SHLVL|_|\w*_(?:SERVICE|PORT)(?:_\w*)?"
)
PLACE = re.compile(r"(?i)_(file|path|dir|name|variable)$")
ADDRESS = re.compile(r"(?i)(^|_)(url|uri|dsn)$")
# A key of a Secret has dashes and dots as well.
NAME = re.compile(r"(?i)(^|[_.-]|^pg)(host|hostname|hostaddr|port|user|username|role|database|dbname|db)$")


def is_secret(name: str) -> bool:
    """Whether the value of a column or a setting of this name is."""
    return bool(SECRET.search(name)) and not PLACE.search(name)
