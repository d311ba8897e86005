package io.dbmigrations.operator.reconcile;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.Observations;
import io.dbmigrations.operator.testing.ScriptedApi;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a reconcile failed stands in the status. */
class FailuresTest {

  private static final Observation OBSERVATION = Observations.newResource().build();

  private ScriptedApi api;
  private StatusPatch patch;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    api.has(resource(), "databasemigrations");
    patch = new StatusPatch(api.client(), resource(), (_, _) -> {});
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void tellsThePlaceOfADefectAndNotItsWordsWhichMayHoldAnything() {
    Failures.tell(OBSERVATION, patch, new IllegalStateException("password=s3cret"));

    Condition ready = patch.current().condition(Condition.READY).orElseThrow();
    assertThat(ready.reason()).isEqualTo("InternalError");
    assertThat(ready.message())
        .contains("IllegalStateException", "FailuresTest", "Report it")
        .doesNotContain("s3cret");
  }

  @Test
  void writesTheSameFailureOnce() {
    for (int i = 0; i < 3; i++) {
      Failures.tell(
          OBSERVATION, patch, Reason.API_SERVER_ERROR, "words", new IllegalStateException());
    }
    assertThat(api.writes()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 409, 500, 503})
  void staysTheFirstFailureWhereTheStatusCannotBeWrittenEither(int status) {
    api.fail("PUT", "databasemigrations", status);
    IllegalStateException failure = new IllegalStateException();
    Failures.tell(OBSERVATION, patch, Reason.API_SERVER_ERROR, "words", failure);
    assertThat(failure.getSuppressed()).hasSize(1);
  }
}
