package io.dbmigrations.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.operator.client.PodLogs;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the ends of logs are read. */
class ProgressReadingsTest {

  private static final String SAID = "{\"event\": \"progress\", \"step\": %d}";

  private final List<ResourceID> told = new ArrayList<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private ScriptedApi api;
  private ProgressReadings readings;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    readings = new ProgressReadings(new PodLogs(api.client()), waiting::add, told::add);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void tellsOfWhatIsNew() {
    api.logs("pod", SAID.formatted(1));
    take("pod");
    assertThat(readings.latest("uid", "pod")).isEqualTo(step(1));
    take("pod");
    assertThat(told).containsExactly(new ResourceID("shop", "team"));
    api.logs("pod", SAID.formatted(2));
    take("pod");
    assertThat(readings.latest("uid", "pod")).isEqualTo(step(2));
    assertThat(told).hasSize(2);
  }

  @Test
  void saysNothingOfAnotherPod() {
    api.logs("pod", SAID.formatted(1));
    take("pod");
    assertThat(readings.latest("uid", "other")).isNull();
    readings.forget("uid");
    assertThat(readings.latest("uid", "pod")).isNull();
  }

  @Test
  void keepsTheLastWordWhereNobodyAnswers() {
    api.logs("pod", SAID.formatted(1));
    take("pod");
    api.fail("GET", "pods/pod/log", 500);
    take("pod");
    assertThat(readings.latest("uid", "pod")).isEqualTo(step(1));
    api.stopListening();
    take("pod");
    assertThat(readings.latest("uid", "pod")).isEqualTo(step(1));
    assertThat(told).hasSize(1);
  }

  @Test
  void readsNoLogTwiceAtATime() {
    readings.take("team", "shop", "uid", "pod");
    readings.take("team", "shop", "uid", "pod");
    assertThat(waiting).hasSize(1);
  }

  private void take(String pod) {
    readings.take("team", "shop", "uid", pod);
    waiting.forEach(Runnable::run);
    waiting.clear();
  }

  private static ProgressStatus step(int step) {
    return new ProgressStatus(step, null, null, null, null, null);
  }
}
