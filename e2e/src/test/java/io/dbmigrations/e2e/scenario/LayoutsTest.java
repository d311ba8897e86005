package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.Layout;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Projects in the shapes that people have them, with nothing of this project in the image. */
class LayoutsTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.dbmigrations.e2e.fixture.Layout#all")
  void anUnchangedProjectGoesUpAndBackAndUp(Layout layout) throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.layout(database, layout).target(layout.up()).create();

    assertThatMigration(migration).isReady();
    assertThat(database.tablesOfAllSchemas()).isEqualTo(layout.tables());

    migration.retarget(layout.back());
    assertThatMigration(migration).isReady();
    assertThat(database.tablesOfAllSchemas()).isEqualTo(layout.left());

    migration.retarget(layout.up());
    assertThatMigration(migration).isReady();
    assertThat(database.tablesOfAllSchemas()).isEqualTo(layout.tables());
  }
}
