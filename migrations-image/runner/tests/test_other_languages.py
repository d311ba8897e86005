"""A server whose lc_messages is not English refuses for the same reasons."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from dbmigration.report.translated_words import with_english
from tests.project import Project, Result
from tests.refusing_server import server_that_refuses

DRIVERS = ["psycopg", "psycopg2", "pg8000", "asyncpg"]
CATALOGS = sorted(Path("/usr/share/locale").glob("*/LC_MESSAGES/postgres-*.mo"))
ENGLISH = {
    'password authentication failed for user "%s"': ("shop",),
    'role "%s" does not exist': ("shop",),
    'role "%s" is not permitted to log in': ("shop",),
    'database "%s" does not exist': ("shop",),
    'permission denied for database "%s"': ("shop",),
    'database "%s" is not currently accepting connections': ("shop",),
    'too many connections for role "%s"': ("shop",),
    'too many connections for database "%s"': ("shop",),
    "sorry, too many clients already": (),
    "the database system is starting up": (),
    "the database system is shutting down": (),
    "the database system is in recovery mode": (),
    'unrecognized configuration parameter "%s"': ("nosuch",),
    'invalid value for parameter "%s": "%s"': ("TimeZone", "nowhere"),
}
REFUSED = {
    ("FATAL", "28P01", "Passwort-Authentifizierung für Benutzer »{user}« fehlgeschlagen"): "AuthenticationFailed",
    ("ВАЖНО", "28P01", 'пользователь "{user}" не прошёл проверку подлинности (по паролю)'): "AuthenticationFailed",
    ("FATALE", "28000", 'il ruolo "{user}" non esiste'): "RoleMissing",
    ("치명적오류", "28000", '"{user}" 롤은 접속을 허용하지 않음'): "AuthenticationFailed",
    ("FATAL", "28000", "kein pg_hba.conf-Eintrag für Host »::1«, Benutzer »{user}«, Datenbank »x«"): "AuthenticationFailed",
    ("FATAL", "3D000", "la base de données « x » n'existe pas"): "DatabaseMissing",
    ("FATAL", "42501", 'データベース"x"へのアクセスが拒否されました'): "PermissionDenied",
    ("致命错误", "57P03", "数据库系统启动中"): "DatabaseUnreachable",
    ("FATAL", "53300", "zu viele Verbindungen von Rolle »{user}«"): "DatabaseUnreachable",
    ("FATAL", "42704", "parámetro de configuración «nosuch» no reconocido"): "ConfigurationError",
}


@pytest.mark.parametrize("catalog", CATALOGS, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_each_translation_that_is_at_hand_is_known(catalog: Path) -> None:
    with catalog.open("rb") as file:
        translation = gettext.GNUTranslations(file)
    for english, names in ENGLISH.items():
        said = translation.gettext(english) % names
        assert with_english(said) == (said if said == english % names else f"{said} ({english % names})")


@pytest.mark.parametrize("said", ["", "connection refused", 'role "shop" does not exist', "Rolle »a« existiert nicht mehr"])
def test_other_words_stay_as_they_are(said: str) -> None:
    assert with_english(said) == said


def _refused(project: Project, driver: str, severity: str, sqlstate: str, said: str) -> Result:
    project.use(driver)
    project.line("001")
    said = said.format(user=project.database.name)
    with server_that_refuses(sqlstate, said, severity) as host:
        result = project.run("head", url=project.database.url(driver, host=host, name="x"))
    assert said in result.message
    assert "network policies" not in result.message
    assert project.database.password not in result.message
    return result


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: refused[2])
def test_a_refusal_has_the_reason_that_it_has_in_english(project: Project, driver: str, refused: tuple[str, str, str]) -> None:
    assert _refused(project, driver, *refused).reason == REFUSED[refused]


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_words_that_nobody_knows_are_no_outage_where_they_name_the_user(project: Project, driver: str) -> None:
    result = _refused(project, driver, "KATASTROFALNY", "28P01", 'autoryzacja hasłem nie powiodła się dla użytkownika "{user}"')
    assert result.reason == "AuthenticationFailed"
    assert "What it says is not known here" in result.message


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_words_that_nobody_knows_and_that_name_no_user_may_pass_by_themselves(project: Project, driver: str) -> None:
    result = _refused(project, driver, "KATASTROFALNY", "57P03", "system bazy danych uruchamia się")
    assert result.reason == "DatabaseUnreachable"
    assert "mostly it is the password, the role or its right to connect, or the name of the database" in result.message
