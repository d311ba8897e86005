package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.Map;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A script is another one than when it was applied: the database has what it said then. */
class EditedScriptTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void itIsNamedInThePlanThatWouldTakeItBack() throws SQLException {
    var shop = UsedShop.in(SCENARIO);

    shop.migration().edit(Map.of("image", Images.SHOP_REWRITTEN, "targetRevision", "002"));

    shop.asks("table purchase (2 rows)");
    assertIsNamed(shop.migration());
    assertThat(sql(shop.migration()))
        .contains(
            "-- Note: the script of revision 003 (applied ", "was edited after it was applied");
    shop.assertUntouched();
  }

  @Test
  void itIsNamedInThePlanOfWhatComesAfterIt() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("003").create();
    assertThatMigration(migration).isReady().atRevision("003");

    migration.edit(Map.of("image", Images.SHOP_REWRITTEN, "targetRevision", "002", "mode", "Plan"));

    assertThatMigration(migration).has(Reason.PLANNED).atRevision("003");
    assertIsNamed(migration);
  }

  @Test
  void itIsNamedWhereNothingIsToBeDoneAndStopsNothing() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("003").create();
    assertThatMigration(migration).isReady().atRevision("003");
    warnings(migration).isEmpty();

    migration.edit("image", Images.SHOP_REWRITTEN);

    assertThatMigration(migration).isReady(2).atRevision("003");
    assertIsNamed(migration);
    // put back, as the warning says
    migration.edit("image", Images.PROJECTS);
    assertThatMigration(migration).isReady(3).atRevision("003");
    warnings(migration).isEmpty();
  }

  private static void assertIsNamed(Migration migration) {
    warnings(migration)
        .anySatisfy(warning ->
            assertThat(warning)
                .contains(
                    "the script of revision 003 (applied ", "was edited after it was applied"));
  }

  private static ListAssert<String> warnings(Migration migration) {
    return assertThat(migration.status().attempt().outcome().warnings());
  }

  private static String sql(Migration migration) {
    return SCENARIO
        .kubectl()
        .run("get", "configmap", migration.name() + "-plan", "--output=jsonpath={.data.plan\\.sql}")
        .orFail();
  }
}
