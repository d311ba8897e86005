package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static io.dbmigrations.operator.testing.ClusterObjects.secret;
import static io.dbmigrations.operator.testing.Observations.UID;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.testing.ScriptedApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the Jobs of former attempts say where the status that knew of them is lost. */
class LostStatusTest {

  private static final Decision.StartAttempt START =
      new Decision.StartAttempt(MigrationMode.MIGRATE, 0, null, 0, null, null, null);

  @Test
  void anEndedJobIsNotTakenForTheNextAttempts() throws IOException {
    List<DatabaseMigrationStatus> written = new ArrayList<>();
    try (ScriptedApi api = new ScriptedApi()) {
      api.has(resource(), "databasemigrations");
      api.has(secret(), "secrets");
      Observation lost =
          ObservationBuilder.builder(newResource().build())
              .jobs(
                  List.of(
                      kept(JobName.of("agent-platform", UID, 1), 1),
                      // Whoever may create Jobs can write any number on one.
                      kept("somebody-elses", 7)))
              .build();
      Starters.of(api, 0, null)
          .start(
              lost,
              START,
              (read, status) -> {
                written.add(status);
                return read;
              });
    }
    assertThat(written.getFirst().attempt().number()).isEqualTo(2);
    assertThat(written.getFirst().attempt().job()).isEqualTo(JobName.of("agent-platform", UID, 2));
  }

  private static KeptJob kept(String name, int attempt) {
    return new KeptJob(name, "uid-" + attempt, attempt, true, true, null);
  }
}
