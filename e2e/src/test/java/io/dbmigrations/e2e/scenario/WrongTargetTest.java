package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A target that the image cannot lead to: said what there is, touched nothing, mended by an edit.
 */
class WrongTargetTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void anUnknownRevisionIsNotFound() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("002").create();
    assertThatMigration(migration).isReady();
    var before = database.contents();

    migration.retarget("020");

    assertThatMigration(migration)
        .has(Reason.REVISION_NOT_FOUND)
        .saying("'020'", "heads: 003", "spec.targetRevision", "not touched")
        .atRevision("002");
    assertThat(database.contents()).isEqualTo(before);
    migration.retarget("003");
    assertThatMigration(migration).isReady().atRevision("003");
  }

  @Test
  void aPrefixOfSeveralRevisionsIsNotUnique() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.migration(database).target("00").create();

    assertThatMigration(migration).has(Reason.REVISION_NOT_FOUND).saying("'00'", "heads: 019");
    assertThat(database.contents()).isEqualTo(SCENARIO.database().contents());
    migration.retarget("001");
    assertThatMigration(migration).isReady().atRevision("001");
  }

  @Test
  void oneHeadIsAskedForAndThereAreSeveral() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "branches").target("1975").create();
    assertThatMigration(migration).isReady();
    var before = database.contents();

    migration.retarget("head");

    assertThatMigration(migration)
        .has(Reason.MULTIPLE_HEADS)
        .saying("ae1027a6acf0", "c4d8e2f60a19", "5e2b8a91c3d7", "alembic merge", "`heads`")
        .atRevision("1975ea83b712");
    assertThat(database.contents()).isEqualTo(before);
    migration.retarget("heads");
    assertThatMigration(migration).isReady().atRevision("5e2b8a91c3d7,ae1027a6acf0,c4d8e2f60a19");
  }

  @Test
  void aTargetThatContradictsItselfIsRefused() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "branches").target("1975,27c6").create();

    assertThatMigration(migration)
        .has(Reason.CONFIGURATION_ERROR)
        .saying("27c6a30d7c24 builds on 1975ea83b712");
    assertThat(database.contents()).isEqualTo(SCENARIO.database().contents());
    migration.retarget("27c6");
    assertThatMigration(migration).isReady().atRevision("27c6a30d7c24");
  }
}
