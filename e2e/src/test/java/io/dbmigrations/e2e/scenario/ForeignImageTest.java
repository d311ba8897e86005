package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images and projects that nobody made for this operator. */
class ForeignImageTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  // The one that distroless images call nonroot.
  private static final long NON_ROOT_USER = 65532;

  @Test
  void anImageWhoseUserIsANumberRunsAsThatUser() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.foreign(database, "number").create();

    var status = assertThatMigration(migration).isReady().atRevision("0001").status();

    assertThat(status.attempt().runAsUser()).as("the image's own").isNull();
    assertThat(database.tables()).containsExactly("shop");
    migration.retarget("base");
    assertThatMigration(migration).isReady();
    assertThat(database.tables()).isEmpty();
  }

  /** Kubernetes cannot tell whether a name means root, and Pod Security admits no root. */
  @ParameterizedTest
  @ValueSource(strings = {"name", "root"})
  void anImageWithoutANumberIsGivenAUser(String kind) throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.foreign(database, kind).create();

    var status = assertThatMigration(migration).isReady().atRevision("0001").status();

    assertThat(status.attempt().runAsUser()).isEqualTo(NON_ROOT_USER);
    assertThat(database.tables()).containsExactly("shop");
    migration.retarget("base");
    status = assertThatMigration(migration).isReady().status();
    assertThat(
            migration
                .jobs()
                .getLast()
                .getSpec()
                .getTemplate()
                .getSpec()
                .getSecurityContext()
                .getRunAsUser())
        .as("found out once, and remembered")
        .isEqualTo(NON_ROOT_USER);
    assertThat(status.attempt().failures()).isZero();
    assertThat(database.tables()).isEmpty();
  }

  @Test
  void aProjectThatOnlyItsOwnUserMayReadSaysWhatToDo() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO
            .foreign(database, "name")
            .with("alembic.workingDirectory", "/home/app/shop")
            .create();

    assertThatMigration(migration)
        .has(Reason.CONFIGURATION_ERROR)
        .saying("/home/app/shop", "65532", "USER");
    migration.edit("alembic.workingDirectory", "/app");
    assertThatMigration(migration).isReady().atRevision("0001");
  }

  @Test
  void aProjectThatIsConfiguredByPyprojectTomlWorks() throws SQLException {
    var database = SCENARIO.database();
    var migration =
        SCENARIO.project(database, "pyproject").with("alembic.config", "pyproject.toml").create();

    assertThatMigration(migration).isReady().atRevision("001");
    assertThat(database.tables()).containsExactly("customer");
  }

  @Test
  void aVersionTableOfAnotherNameInAnotherSchemaIsFound() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "own-schema").create();
    assertThatMigration(migration)
        .has(Reason.CONFIGURATION_ERROR)
        .saying("bookkeeping", "Create the schema");

    database.execute("CREATE SCHEMA bookkeeping AUTHORIZATION " + database.name());
    migration.retry("the schema is there");

    var status = assertThatMigration(migration).isReady().atRevision("001").status();
    assertThat(status.database().versionTable()).isEqualTo("bookkeeping.revisions");
    assertThat(database.query("SELECT version_num FROM bookkeeping.revisions"))
        .containsExactly("001");
    migration.retarget("base");
    assertThatMigration(migration).isReady().atRevision("base");
  }
}
