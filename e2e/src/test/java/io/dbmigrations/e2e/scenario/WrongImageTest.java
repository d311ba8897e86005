package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An image, or a project in it, that cannot migrate. An edit of the field that is wrong mends it.
 */
class WrongImageTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private Database database;
  private String before;

  @BeforeEach
  void somebodysData() throws SQLException {
    database = SCENARIO.database();
    database.execute("CREATE TABLE precious AS SELECT 1 AS row");
    before = database.contents();
  }

  @Test
  void anImageThatDoesNotExistCannotBePulled() throws SQLException {
    var migration = shop().image("localhost/no-such-image:1.4.2").create();

    assertUntouched(
        migration,
        Reason.IMAGE_PULL_FAILED,
        "localhost/no-such-image:1.4.2",
        "cannot be pulled",
        "spec.image",
        "spec.imagePullSecrets");
    migration.edit("image", Images.PROJECTS);
    assertThatMigration(migration).isReady().atRevision("003");
  }

  @Test
  void aNameThatNoImageCanHaveIsSaidSo() throws SQLException {
    var migration = shop().image("localhost/Capital:1.4.2").create();

    assertUntouched(migration, Reason.IMAGE_PULL_FAILED, "localhost/Capital:1.4.2", "spec.image");
    migration.edit("image", Images.PROJECTS);
    assertThatMigration(migration).isReady();
  }

  @Test
  void anImageWithoutPythonIsSaidSo() throws SQLException {
    var migration = shop().image("localhost/postgres:17").create();

    assertUntouched(migration, Reason.PYTHON_MISSING, "no python3", "spec.alembic.python");
    migration.edit("image", Images.PROJECTS);
    assertThatMigration(migration).isReady();
  }

  @Test
  void anInterpreterThatIsNotThereIsNamed() throws SQLException {
    var migration = shop().with("alembic.python", "/srv/venv/bin/python").create();

    assertUntouched(
        migration, Reason.PYTHON_MISSING, "/srv/venv/bin/python", "spec.alembic.python");
    migration.edit("alembic.python", "/opt/venv/bin/python");
    assertThatMigration(migration).isReady();
  }

  @Test
  void aPythonWithoutAlembicIsSaidSo() throws SQLException {
    var migration = shop().with("alembic.python", "/usr/bin/python3").create();

    assertUntouched(
        migration,
        Reason.ALEMBIC_MISSING,
        "/usr/bin/python3",
        "pip install alembic",
        "spec.alembic.python",
        "not touched");
    migration.edit("alembic.python", null);
    assertThatMigration(migration).isReady();
  }

  @Test
  void aWorkingDirectoryWithoutAProjectIsSaidSo() throws SQLException {
    var migration = shop().with("alembic.workingDirectory", "/srv").create();

    assertUntouched(
        migration,
        Reason.CONFIGURATION_ERROR,
        "/srv/alembic.ini",
        "spec.alembic.config",
        "spec.alembic.workingDirectory");
    migration.edit("alembic.workingDirectory", "/projects/shop");
    assertThatMigration(migration).isReady();
  }

  @Test
  void aSectionThatIsNotThereIsSaidSo() throws SQLException {
    var migration = shop().with("alembic.section", "billing").create();

    assertUntouched(
        migration,
        Reason.CONFIGURATION_ERROR,
        "/projects/shop/alembic.ini",
        "[billing]",
        "spec.alembic.section");
    migration.edit("alembic.section", "alembic");
    assertThatMigration(migration).isReady();
  }

  @Test
  void aProjectWithoutScriptsIsNotTakenForOneAtItsHead() throws SQLException {
    var migration = SCENARIO.project(database, "no-scripts").create();

    assertUntouched(
        migration,
        Reason.INVALID_SCRIPTS,
        "no migration script in /projects/no-scripts/migrations/versions",
        "Dockerfile");
    anImageWithTheCorrectedProject(migration);
  }

  @Test
  void aScriptWithASyntaxErrorIsNamed() throws SQLException {
    var migration = SCENARIO.project(database, "script-error").create();

    assertUntouched(migration, Reason.INVALID_SCRIPTS, "002_syntax.py", "SyntaxError");
    anImageWithTheCorrectedProject(migration);
  }

  @Test
  void whatEnvPyRaisesIsSaid() throws SQLException {
    var migration = SCENARIO.project(database, "env-raises").create();

    assertUntouched(
        migration,
        Reason.CONFIGURATION_ERROR,
        "/projects/env-raises/migrations/env.py:11",
        "which tenant? call with -x tenant=NAME");
    migration.edit("alembic.arguments.tenant", "north");
    assertThatMigration(migration).isReady().atRevision("001");
  }

  @Test
  void aVariableThatEnvPyDoesNotReadIsSaidSo() throws SQLException {
    var migration = shop().with("database.variable", "SHOP_URL").create();

    assertUntouched(
        migration, Reason.CONFIGURATION_ERROR, "DATABASE_URL", "spec.database.variable");
    migration.edit("database.variable", "DATABASE_URL");
    assertThatMigration(migration).isReady();
  }

  private Migration shop() {
    return SCENARIO.project(database, "shop");
  }

  private static void anImageWithTheCorrectedProject(Migration migration) {
    migration.edit("alembic.workingDirectory", "/projects/shop");
    assertThatMigration(migration).isReady().atRevision("003");
  }

  private void assertUntouched(Migration migration, Reason reason, String... words)
      throws SQLException {
    assertThatMigration(migration).has(reason).saying(words);
    assertThat(database.contents()).isEqualTo(before);
  }
}
