from functools import cached_property

from pydantic import BaseModel, PostgresDsn, TypeAdapter


class Settings(BaseModel):
    environment: dict[str, str]

    @cached_property
    def database(self) -> str:
        url = self.environment["SQLALCHEMY_DATABASE_URI"]
        TypeAdapter(PostgresDsn).validate_python(url)
        return url
