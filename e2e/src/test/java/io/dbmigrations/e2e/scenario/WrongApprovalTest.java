package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody approves, and it is another plan than the one that waits. */
class WrongApprovalTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  @Test
  void theDigestOfAnotherDatabaseWithTheSameContentsApprovesNothing() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var other = UsedShop.in(SCENARIO);
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    var others = other.askedFor("002", "column customer.name (1 value)");
    assertThat(others.digest()).isNotEqualTo(plan.digest());

    shop.migration().annotate(Names.APPROVE_ANNOTATION, others.digest());
    tells(shop.migration(), others.digest());
    shop.migration().edit("approval.plan", others.digest());
    shop.asks(others.digest().substring(0, 12), "which is another plan");
    shop.assertUntouched();
    other.assertUntouched();

    shop.migration().edit("approval.plan", plan.digest());
    assertThatMigration(shop.migration()).isReady().atRevision("002");
    other.assertUntouched();
  }

  @Test
  void anAnnotationOfLastMonthApprovesNothing() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    migration.annotate(Names.APPROVE_ANNOTATION, plan.digest());
    assertThatMigration(migration).isReady().atRevision("002");

    migration.retarget("003");
    assertThatMigration(migration).isReady().atRevision("003");
    shop.database().execute("UPDATE customer SET name = 'Ada'");
    var again = shop.askedFor("002", "column customer.name (1 value)");

    tells(migration, plan.digest());
    assertThat(again.digest()).isNotEqualTo(plan.digest());
    shop.assertUntouched();
    migration.annotate(Names.APPROVE_ANNOTATION, again.digest());
    assertThatMigration(migration).isReady().atRevision("002");
  }

  @Test
  void theDigestOfThePlanBeforeApprovesNothingOfTheOneThatHasTakenItsPlace() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    shop.database().execute("INSERT INTO purchase VALUES (3, 1)");
    var contents = shop.database().contents();
    var next = shop.askedFor("001", "table purchase (3 rows)", "column customer.name (1 value)");
    assertThat(next.digest()).isNotEqualTo(plan.digest());

    shop.migration().annotate(Names.APPROVE_ANNOTATION, plan.digest());

    tells(shop.migration(), plan.digest());
    assertThat(shop.database().contents()).isEqualTo(contents);
    shop.migration().annotate(Names.APPROVE_ANNOTATION, next.digest());
    assertThatMigration(shop.migration()).isReady().atRevision("001");
  }

  @Test
  void tooFewCharactersAndOtherWordsApproveNothing() throws SQLException {
    var shop = UsedShop.in(SCENARIO);
    var migration = shop.migration();
    var plan = shop.askedFor("002", "column customer.name (1 value)");
    for (var word : new String[] {plan.digest().substring(0, 7), "yes", plan.digest() + "0"}) {
      migration.annotate(Names.APPROVE_ANNOTATION, word);
      tells(migration, word);
    }
    migration.edit("approval.plan", plan.digest().substring(0, 8));
    assertThatMigration(migration).isReady().atRevision("002");
  }

  private static void tells(Migration migration, String word) {
    var words =
        "The annotation dbmigrations.io/approve is '%s', which is not this plan".formatted(word);
    Awaitility.await("what is said of that annotation")
        .atMost(Duration.ofSeconds(40))
        .until(() ->
            migration.status().condition(Condition.READY).orElseThrow().message().contains(words));
  }
}
