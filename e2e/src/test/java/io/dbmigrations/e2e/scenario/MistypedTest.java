package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.e2e.fixture.Manifest;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a person sees who mistypes: kubectl refuses, and says what to write instead. Every rule by
 * itself is in {@link AdmissionTest}.
 */
class MistypedTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  /** What stands in the manifest, and what the refusal has to say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "-1"            | which is a step and not a state     | head-1
          -1              | which is a step and not a state     | head-1
          "+1"            | which is a step and not a state     | 004+1
          +1              | read as the number 1                | write it in quotes
          current         | which is a step and not a state     | head-1
          ""              | the target is empty                 | head for the newest one
          2               | read as the number 2                | write it in quotes
          002             | read as the number 2                | targetRevision: "002"
          "004 "          | contains white space                | joined by commas
          "ae10, 27c6"    | contains white space                | joined by commas
          "00\\t4"        | contains white space                | joined by commas
          "002:004"       | is a range                          | as in 004 instead of 002:004
          "base:head"     | is a range                          | name the one revision
          HEAD            | written with capitals               | in lower case
          head+1          | no revision comes after head        | head-1
          "004_add_x.py"  | looks like a file                   | revision = "…"
          "'004'"         | quotation marks                     | quoted twice
          "${REVISION}"   | placeholder                         | left it unfilled
          """)
  void aTargetThatIsNoRevisionIsRefused(String target, String what, String remedy) {
    isRefused("targetRevision", target, what, remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          image                     | "registry.example/a b"      | white space          | registry.example/migrations:1.4.2
          imagePullPolicy           | Sometimes                   | spec.imagePullPolicy | "IfNotPresent"
          database.variable         | $DATABASE_URL               | no name of an environment variable | without a $
          database.secretRef.name   | other/secret                | no name of a Secret  | without a namespace
          alembic.workingDirectory  | backend                     | not absolute         | /app/backend
          timeouts.lock             | 5                           | spec.timeouts.lock   | string
          timeouts.lock             | "5"                         | cannot be read       | 90s
          retry.backoff             | 1h                          | longer than maxBackoff | raise maxBackoff
          retry.limit               | -1                          | spec.retry.limit     | greater than or equal to 0
          suspend                   | "no"                        | spec.suspend         | boolean
          targetRevison             | head                        | unknown field        | spec.targetRevison
          """)
  void aFieldThatCannotBeMeantIsRefused(String field, String value, String what, String remedy) {
    isRefused(field, value, what, remedy);
  }

  @ParameterizedTest
  @CsvSource({"targetRevision", "image", "database", "database.secretRef.key"})
  void aMissingFieldIsNamed(String field) {
    isRefused(field, "null", "spec." + field, "Required value");
  }

  @Test
  void aDatabaseThatNothingNamesIsRefusedWithBothForms() {
    isRefused("database.secretRef", "null", "spec.database", "secretRef", "connection");
  }

  @Test
  void anEditToAStepIsRefusedAndChangesNothing() throws SQLException {
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "shop").target("002").create();
    assertThatMigration(migration).isReady();

    var answer =
        SCENARIO
            .kubectl()
            .run(
                "patch",
                "dbmigration",
                migration.name(),
                "--type=merge",
                "--patch={\"spec\":{\"targetRevision\":\"-1\"}}");

    assertThat(answer.code()).isNotZero();
    assertThat(answer.err()).contains("which is a step and not a state", "head-1");
    assertThatMigration(migration).isReady().atRevision("002").afterAttempts(1);
  }

  private static void isRefused(String field, String value, String... words) {
    var answer = SCENARIO.kubectl().apply(Manifest.with(field, value));

    assertThat(answer.err()).contains(words);
    assertThat(answer.code()).isNotZero();
    assertThat(
            SCENARIO
                .client()
                .resources(DatabaseMigration.class)
                .inNamespace(SCENARIO.namespace())
                .withName(Manifest.NAME)
                .get())
        .isNull();
  }
}
