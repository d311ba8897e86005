"""The database that the resource names, and what is to be said of an env.py that goes elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dbmigration.planning import choices
from dbmigration.planning.database_url import Address, Named, named_by
from dbmigration.remedy import RETRY

if TYPE_CHECKING:
    from dbmigration.planning.flask_project import FlaskApplication


@dataclass(frozen=True)
class OwnDatabase:
    """One, and those of further URLs that `alembic.urlOptions` names."""

    urls: Mapping[str, str]
    """By the variables that have them, the resource's own first."""
    unverified: str = choices.FORBID
    is_mentioned: bool = False
    """env.py has the name of the URL's variable in its text."""
    application: FlaskApplication | None = None
    """Through which env.py connects."""

    @cached_property
    def named(self) -> dict[str, Named | None]:
        """By variable; None where the URL cannot be read."""
        return {variable: named_by(url) for variable, url in self.urls.items()}

    @property
    def allows_unverified(self) -> bool:
        return self.unverified == choices.ALLOW

    def is_at(self, address: Address | None, database: str) -> bool:
        return any(named is not None and named.is_at(address, database) for named in self.named.values())

    def may_be_called(self, database: str) -> bool:
        """By the one name that a database has, where a URL says it."""
        return any(named is None or named.database in (None, database) for named in self.named.values())

    def is_elsewhere(self, address: Address | None) -> bool:
        """Whether every URL names other servers than this one, which may have another name as well."""
        if address is None or not all(named is not None and named.addresses for named in self.named.values()):
            return False
        return not any(named is not None and address in named.addresses for named in self.named.values())

    def __str__(self) -> str:
        return ", ".join(
            f"{named or 'a URL that cannot be read'} (variable {variable})" for variable, named in self.named.items()
        )

    @property
    def remedy(self) -> str:
        """For an env.py that did not go there."""
        variable = next(iter(self.urls))
        if self.application is not None:
            return self.application.database_remedy(variable)
        if self.is_mentioned:
            return f"env.py names {variable}: see what it makes of it, and where else it takes its URL from"
        return (
            f"Most likely env.py did not read {variable}: let it connect by create_engine(os.environ[{variable!r}]), or name "
            "the option of the configuration that it reads in spec.alembic.urlOptions (sqlalchemy.url is set by default, "
            "unless env.py sets it again)"
        )

    def names_scheme(self, scheme: str) -> bool:
        return any(url.partition("://")[0].lower() == scheme.lower() for url in self.urls.values())

    def doubt(self, address: Address | None) -> str:
        """In place of a remedy that blames the Secret, where env.py goes elsewhere; empty where it does not."""
        if not self.is_elsewhere(address):
            return ""
        return (
            f"That is not where the resource's database is: {self}. {self.remedy}; if it is meant to go another way there, "
            f"such as a proxy, see to that, and {RETRY}."
        )
