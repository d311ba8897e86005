package io.dbmigrations.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DatabaseMigrationJsonTest {

  private static final String MINIMAL =
      """
      apiVersion: dbmigrations.io/v1alpha1
      kind: DatabaseMigration
      metadata: {name: agent-platform}
      spec:
        targetRevision: head
        image: registry.example/migrations:1.0.0
        database:
          secretRef: {name: agent-platform-db, key: url}
      """;

  @Test
  void whatIsLeftOutHasTheDefaultsOfTheDefinition() {
    DatabaseMigrationSpec spec = read(MINIMAL).getSpec();

    assertThat(spec.database().variable()).isEqualTo("DATABASE_URL");
    assertThat(spec.alembic())
        .isEqualTo(
            new AlembicSpec(
                "alembic.ini",
                "alembic",
                null,
                "python3",
                null,
                Map.of(),
                List.of("sqlalchemy.url"),
                null,
                null));
    assertThat(spec.database().unverified()).isEqualTo(UnverifiedPolicy.FORBID);
    assertThat(spec.timeouts()).isEqualTo(new TimeoutsSpec("5s", null, "60s", "5m", null));
    assertThat(spec.rollback())
        .isEqualTo(new RollbackSpec(RollbackPolicy.ALLOW, IrreversiblePolicy.FORBID));
    assertThat(spec.retry()).isEqualTo(new RetrySpec(10, "5s", "5m"));
    assertThat(spec.invalidIndexes()).isEqualTo(InvalidIndexPolicy.FORBID);
    assertThat(spec.history()).isEqualTo(HistoryPolicy.ENABLED);
    assertThat(spec.drift()).isEqualTo(new DriftSpec(null, DriftReader.OPERATOR));
    assertThat(spec.imagePullSecrets()).isEmpty();
    assertThat(spec.imagePullPolicy()).isNull();
    assertThat(spec.suspend()).isFalse();
  }

  @Test
  void thereIsNoStatusBeforeTheFirstLook() {
    assertThat(read(MINIMAL).getStatus()).isNull();
  }

  @Test
  void anAttemptThatTakesNothingBackIsNotReadAsOneThatTakesAnything() {
    for (List<String> rows : Arrays.asList(null, List.<String>of(), List.of("003"))) {
      AttemptStatus attempt =
          AttemptStatusBuilder.builder()
              .number(1)
              .downFrom(rows)
              .outcome(AttemptOutcomeBuilder.builder().left(rows).build())
              .build();
      AttemptStatus again =
          Serialization.unmarshal(Serialization.asJson(attempt), AttemptStatus.class);
      assertThat(again.downFrom()).isEqualTo(rows);
      assertThat(again.outcome().left()).isEqualTo(rows);
    }
  }

  @Test
  void aConnectionInPartsIsReadAgainAsItIsWritten() {
    DatabaseMigration resource =
        read(
            MINIMAL.replace(
                "secretRef: {name: agent-platform-db, key: url}",
                """
                connection: {host: {value: a, variable: PGHOST}, port: {configMapKeyRef: {name: b, key: c}}, \
                name: {value: d}, user: {value: e}, password: {secretKeyRef: {name: f, key: g}}, driver: asyncpg}\
                """));
    DatabaseSpec database = read(Serialization.asYaml(resource)).getSpec().database();

    assertThat(database).isEqualTo(resource.getSpec().database());
    assertThat(database.secretRef()).isNull();
    assertThat(database.connection().parts().keySet())
        .containsExactly("host", "port", "name", "user");
    assertThat(database.connection().parts().get("port").configMapKeyRef())
        .isEqualTo(new ConfigMapKeyRef("b", "c"));
  }

  @Test
  void everythingThatIsWrittenIsReadAgain() {
    DatabaseMigration resource =
        read(
            MINIMAL
                + """
                  imagePullPolicy: IfNotPresent
                  imagePullSecrets: [{name: registry}]
                  alembic: {workingDirectory: /app, arguments: {tenant: a}, urlOptions: [], flaskApp: shop}
                  timeouts: {run: 2h}
                  rollback: {policy: Forbid, irreversible: Allow}
                  retry: {limit: 0}
                  invalidIndexes: Drop
                  history: Disabled
                  drift: {interval: 10m, reader: Job}
                  suspend: true
                status:
                  observedGeneration: 2
                  conditions:
                    - {type: Ready, status: "True", observedGeneration: 2, lastTransitionTime: "2026-11-23T22:10:08Z", reason: AtTargetRevision, message: At 003}
                  currentRevision: "003"
                  currentRevisions: ["003"]
                  targetRevisions: ["003"]
                  lastMigration: {from: base, to: "003", direction: Upgrade, steps: 3, image: a, job: b}
                  database: {serverVersion: "17.6"}
                """);

    DatabaseMigration again = read(Serialization.asYaml(resource));

    assertThat(again.getSpec()).isEqualTo(resource.getSpec());
    assertThat(again.getStatus()).isEqualTo(resource.getStatus());
    assertThat(again.getSpec().imagePullPolicy()).isEqualTo(ImagePullPolicy.IF_NOT_PRESENT);
    assertThat(again.getSpec().retry()).isEqualTo(new RetrySpec(0, "5s", "5m"));
    assertThat(again.getSpec().invalidIndexes()).isEqualTo(InvalidIndexPolicy.DROP);
    assertThat(again.getSpec().history()).isEqualTo(HistoryPolicy.DISABLED);
    assertThat(again.getSpec().drift()).isEqualTo(new DriftSpec("10m", DriftReader.JOB));
    assertThat(again.getSpec().alembic().urlOptions()).isEmpty();
    assertThat(again.getSpec().rollback())
        .isEqualTo(new RollbackSpec(RollbackPolicy.FORBID, IrreversiblePolicy.ALLOW));
    assertThat(again.getStatus().condition(Condition.READY))
        .map(Condition::reason)
        .contains("AtTargetRevision");
  }

  /** An operator that is older than the definition must go on working. */
  @Test
  void fieldsOfAnotherVersionAreIgnored() {
    DatabaseMigration resource =
        read(
            MINIMAL.replace("  image:", "  fromTomorrow: {a: 1}\n  image:") + "status: {new: 1}\n");

    assertThat(resource.getSpec().targetRevision()).isEqualTo("head");
    assertThat(resource.getStatus()).isEqualTo(DatabaseMigrationStatus.NONE);
  }

  @Test
  void whatIsNotKnownIsNotWritten() {
    DatabaseMigration resource = new DatabaseMigration();
    resource.setStatus(
        DatabaseMigrationStatusBuilder.builder()
            .observedGeneration(1L)
            .currentRevision("base")
            .build());

    assertThat(Serialization.asJson(resource))
        .contains("\"currentRevision\":\"base\"")
        .doesNotContain("null");
  }

  private static DatabaseMigration read(String yaml) {
    return Serialization.unmarshal(yaml, DatabaseMigration.class);
  }
}
