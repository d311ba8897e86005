package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.ProgressStatus;
import org.junit.jupiter.api.Test;

/** What the end of a log says of a migration. */
class ProgressLogTest {

  private static final String SECOND =
      """
      {"event": "progress", "step": 2, "of": 5, "revision": "003", "direction": "Upgrade", "since": "2026-01-11T09:59:00Z", "waitingFor": "process 7"}
      """;

  @Test
  void takesTheLastWord() {
    String first = SECOND.replace("\"step\": 2", "\"step\": 1");
    assertThat(ProgressLog.last("cut in the mid\n" + first + "printed\n" + SECOND + "printed\n"))
        .contains(new ProgressStatus(2, 5, "003", "Upgrade", "2026-01-11T09:59:00Z", "process 7"));
  }

  @Test
  void saysNothingOfWhatIsNotThere() {
    assertThat(ProgressLog.last("")).isEmpty();
    assertThat(ProgressLog.last("  " + SECOND)).isEmpty();
    assertThat(ProgressLog.last(SECOND.substring(0, 40))).isEmpty();
    assertThat(ProgressLog.last("{\"event\": \"progress\", \"waitingFor\": \"process 7\"}"))
        .contains(new ProgressStatus(null, null, null, null, null, "process 7"));
  }

  @Test
  void keepsOutWhatNoStatusMayHave() {
    String printed =
        """
        {"event": "progress", "step": "2", "of": 99999999999, "revision": 7, "since": "yesterday", "waitingFor": "%s"}
        """
            .formatted("x".repeat(5000));
    assertThat(ProgressLog.last(printed))
        .contains(new ProgressStatus(null, null, null, null, null, "x".repeat(300)));
  }
}
