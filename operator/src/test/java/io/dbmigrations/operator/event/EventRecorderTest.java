package io.dbmigrations.operator.event;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.testing.ScriptedApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which events are sent, and that nothing depends on them. */
class EventRecorderTest {

  private ScriptedApi api;
  private EventRecorder recorder;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    recorder = new EventRecorder(api.client(), "operator-0", Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void sendsOneEventForATransitionAndNoneWithoutOne() {
    record("it waits");
    assertThat(api.writes())
        .singleElement()
        .satisfies(write ->
            assertThat(write.body())
                .contains(
                    "\"reason\":\"Suspended\"", "\"note\":\"it waits\"", "\"type\":\"Normal\"")
                .contains(resource().getMetadata().getUid()));

    recorder.record(resource(), status("it waits"), status("it still waits"));
    assertThat(api.writes()).hasSize(1);
  }

  @Test
  void cutsANoteAtTheBoundOfTheApiAndNotWithinACharacter() {
    record("ä".repeat(2000));
    String body = api.writes().getFirst().body();
    int begin = body.indexOf("\"note\":\"") + 8;
    String note = body.substring(begin, body.indexOf('"', begin));
    assertThat(note.getBytes(StandardCharsets.UTF_8).length).isBetween(1020, 1024);
    assertThat(note).matches("ä+…");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".4", ".431", ".431450", ".431450123"})
  void writesATimeThatTheApiReadsWhateverNoughtsItEndsWith(String fraction) {
    Instant at = Instant.parse("2026-11-27T04:07:02" + fraction + "Z");
    new EventRecorder(api.client(), "operator-0", Clock.fixed(at, ZoneOffset.UTC))
        .record(resource(), DatabaseMigrationStatus.NONE, status("it waits"));
    assertThat(api.writes().getFirst().body())
        .containsPattern("\"eventTime\":\"2026-11-27T04:07:02\\.\\d{6}Z\"");
  }

  @Test
  void namesAnEventAfterAResourceOfAnyName() {
    DatabaseMigration named = resource();
    named.getMetadata().setName("a".repeat(218) + "-." + "b".repeat(30));
    recorder.record(named, DatabaseMigrationStatus.NONE, status("it waits"));
    assertThat(api.writes().getFirst().body()).containsPattern("\"name\":\"a{218}\\.[0-9a-f]+\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 409, 422, 429, 500, 503})
  void failsNobodyWhereAnEventIsNotTaken(int code) {
    api.fail("POST", "events", code);
    record("it waits");
    assertThat(api.writes()).hasSize(1);
  }

  private void record(String message) {
    recorder.record(resource(), DatabaseMigrationStatus.NONE, status(message));
  }

  private static DatabaseMigrationStatus status(String message) {
    Condition ready =
        new Condition(
            Condition.READY, "False", 1, NOW.toString(), Reason.SUSPENDED.wireName(), message);
    return DatabaseMigrationStatusBuilder.builder()
        .observedGeneration(1L)
        .conditions(List.of(ready))
        .build();
  }
}
