package io.dbmigrations.operator.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HearingTest {

  private static final String PODS = "/api/v1/pods";
  private static final String JOBS = "/apis/batch/v1/jobs";

  private final AtomicLong now = new AtomicLong();
  private final Hearing hearing = new Hearing(now::get);

  @Test
  void isWellWhileEveryWatchIsGranted() {
    for (int i = 0; i < 60; i++) {
      ask(PODS, 101);
      ask(JOBS, 200);
      pass(Duration.ofSeconds(30));
    }

    assertThat(hearing.dead()).isEmpty();
    assertThat(hearing.deaf()).isEmpty();
  }

  @Test
  void anInformerThatDoesNotAskAnyMoreIsDead() {
    ask(PODS, 101);
    for (int i = 0; i < 5; i++) {
      ask(JOBS, 101);
      pass(Duration.ofSeconds(30));
    }

    assertThat(hearing.dead())
        .contains(
            "the operator has not asked for /api/v1/pods for 150 s; the last answer was: granted");
  }

  @Test
  void anApiServerThatIsAwayIsNotMendedByARestart() {
    ask(PODS, 101);
    refuseFor(Duration.ofMinutes(9));

    assertThat(hearing.dead()).isEmpty();
    assertThat(hearing.deaf())
        .contains(
            "the operator has not been granted a watch of /api/v1/pods for 540 s; the last answer was: java.net.ConnectException: Connection refused");
  }

  @Test
  void aClientThatHearsNothingForTenMinutesIsStartedAgain() {
    ask(PODS, 101);
    refuseFor(Duration.ofMinutes(11));

    assertThat(hearing.dead())
        .get()
        .asString()
        .contains("has not been granted a watch of /api/v1/pods");
  }

  @Test
  void hearsAgainOnceAWatchIsGranted() {
    ask(PODS, 101);
    refuseFor(Duration.ofMinutes(11));
    ask(PODS, 101);

    assertThat(hearing.deaf()).isEmpty();
    assertThat(hearing.dead()).isEmpty();
  }

  @Test
  void aWatchThatIsForbiddenIsNotHeard() {
    ask(PODS, 101);
    for (int i = 0; i < 4; i++) {
      pass(Duration.ofSeconds(30));
      ask(PODS, 403);
    }

    assertThat(hearing.deaf()).get().asString().endsWith("the last answer was: 403");
  }

  private void refuseFor(Duration time) {
    for (int i = 0; i < time.toSeconds(); i++) {
      pass(Duration.ofSeconds(1));
      hearing.asked(PODS);
      hearing.failed(PODS, "java.net.ConnectException: Connection refused");
    }
  }

  private void ask(String path, int code) {
    hearing.asked(path);
    hearing.answered(path, code);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
