package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;

/**
 * The project {@code shop} at its last revision, 003, in a database that somebody uses: to take 003
 * back deletes a name, to take 002 back deletes purchases.
 *
 * @param contents what was in the database then
 */
record UsedShop(Database database, Migration migration, String contents) {
  /** One edit to the release of before, whose image has no script for 003. */
  static final Map<String, Object> REVERT =
      Map.of(
          "image",
          Images.PROJECTS,
          "alembic.workingDirectory",
          "/projects/shop-before",
          "targetRevision",
          "002");

  static UsedShop in(Scenario scenario) throws SQLException {
    return in(scenario, Map.of());
  }

  /** The same with more in its specification. */
  static UsedShop in(Scenario scenario, Map<String, Object> spec) throws SQLException {
    var database = scenario.database();
    var migration = scenario.project(database, "shop").target("003");
    spec.forEach(migration::with);
    assertThatMigration(migration.create()).isReady().atRevision("003");
    sell(database);
    return new UsedShop(database, migration, database.contents());
  }

  /** A customer with a name, who buys twice. */
  static void sell(Database database) throws SQLException {
    database.execute(
        "INSERT INTO customer VALUES (1, 'ada@example.com', 'Ada')",
        "INSERT INTO purchase VALUES (1, 1), (2, 1)");
  }

  /** Edits the target, and waits until it asks. */
  PlanStatus askedFor(String target, String... words) {
    migration.retarget(target);
    return asks(words);
  }

  /** Waits until it asks for an approval in these words, after an edit of the specification. */
  PlanStatus asks(String... words) {
    return asks(0, words);
  }

  /** The same, but not before that attempt: an annotation alone is not seen in the status. */
  PlanStatus asks(int attempt, String... words) {
    var status =
        assertThatMigration(migration)
            .has(Reason.APPROVAL_REQUIRED, attempt)
            .saying("Nothing was run")
            .saying(words)
            .status();
    return Objects.requireNonNull(status.plan());
  }

  void assertUntouched() throws SQLException {
    assertThat(database.contents()).isEqualTo(contents);
  }
}
