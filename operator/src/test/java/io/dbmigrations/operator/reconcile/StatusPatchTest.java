package io.dbmigrations.operator.reconcile;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.operator.act.StaleResourceException;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a status is written, answer by answer of the API server. */
class StatusPatchTest {

  private final List<DatabaseMigration> written = new ArrayList<>();
  private ScriptedApi api;
  private StatusPatch patch;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    api.has(resource(), "databasemigrations");
    patch = patch(resource());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void writesOntoTheVersionThatWasReadAndThenOntoItsOwn() {
    patch.write(status(1));
    patch.write(status(2));

    assertThat(api.writes()).extracting(ScriptedApi.Request::method).containsExactly("PUT", "PUT");
    assertThat(api.writes().getFirst().path()).endsWith("/agent-platform/status");
    assertThat(api.writes().getFirst().body())
        .contains("\"resourceVersion\":\"41\"", "\"uid\":\"" + resource().getMetadata().getUid());
    assertThat(patch.current()).isEqualTo(status(2));
    assertThat(written).hasSize(2);
  }

  @Test
  void writesNothingThatStandsThereAlready() {
    patch.write(status(1));
    patch.write(status(1));
    assertThat(api.writes()).hasSize(1);
  }

  @Test
  void writesNothingOverANewerVersion() {
    DatabaseMigration edited = resource();
    edited.getMetadata().setResourceVersion("42");
    api.has(edited, "databasemigrations");

    assertThatThrownBy(() -> patch.write(status(1))).isInstanceOf(StaleResourceException.class);
    assertThat(api.writes()).hasSize(1);
    assertThat(patch.current()).isEqualTo(DatabaseMigrationStatus.NONE);
    assertThat(written).isEmpty();
  }

  @Test
  void writesNothingOntoAnotherResourceOfTheName() {
    DatabaseMigration namesake = resource();
    namesake.getMetadata().setUid("another");
    api.has(namesake, "databasemigrations");

    assertThatThrownBy(() -> patch.write(status(1))).isInstanceOf(StaleResourceException.class);
    assertThat(api.writes()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 409})
  void decidesAgainWhenTheResourceIsGoneOrChanged(int code) {
    api.fail("PUT", "databasemigrations", code);
    assertThatThrownBy(() -> patch.write(status(1))).isInstanceOf(StaleResourceException.class);
    assertThat(api.writes()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 410, 422, 429, 500, 503})
  void repeatsNoWriteThatFails(int code) {
    api.fail("PUT", "databasemigrations", code);
    assertThatThrownBy(() -> patch.write(status(1)))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            failure -> assertThat(failure.getCode()).isEqualTo(code));
    assertThat(api.writes()).hasSize(1);
    assertThat(patch.current()).isEqualTo(DatabaseMigrationStatus.NONE);
  }

  @Test
  void writesNothingWithAnotherVersionWhenTheAnswerIsLost() {
    api.loseAnswers("PUT", "databasemigrations");
    assertThatThrownBy(() -> patch.write(status(1)))
        .isInstanceOfAny(KubernetesClientException.class, StaleResourceException.class);
    assertThat(api.writes())
        .allSatisfy(write -> assertThat(write.body()).contains("\"resourceVersion\":\"41\""));
    assertThat(written).isEmpty();

    // It took effect, so that the next write from the same version is one too many.
    api.recover();
    assertThatThrownBy(() -> patch.write(status(2))).isInstanceOf(StaleResourceException.class);
  }

  private StatusPatch patch(DatabaseMigration read) {
    return new StatusPatch(api.client(), read, (_, after) -> written.add(after));
  }

  private static DatabaseMigrationStatus status(long generation) {
    return DatabaseMigrationStatusBuilder.builder().observedGeneration(generation).build();
  }
}
