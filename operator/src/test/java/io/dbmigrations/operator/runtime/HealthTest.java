package io.dbmigrations.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.operator.server.Answer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthTest {

  private final AtomicLong now = new AtomicLong();
  private final AtomicReference<String> death = new AtomicReference<>();
  private final AtomicReference<String> hindrance = new AtomicReference<>();
  private final Health health = new Health(now::get);

  HealthTest() {
    health.deadIf(() -> Optional.ofNullable(death.get()));
    health.hinderedIf(() -> Optional.ofNullable(hindrance.get()));
  }

  @Test
  void isLiveButNotReadyWhileItStarts() {
    assertThat(health.live()).isEqualTo(Answer.ok());
    assertThat(health.ready()).isEqualTo(Answer.unavailable("the operator is starting"));
  }

  @Test
  void isReadyOnceStarted() {
    health.started();

    assertThat(health.live()).isEqualTo(Answer.ok());
    assertThat(health.ready()).isEqualTo(Answer.ok());
  }

  @Test
  void saysWhatItWaitsForAndMayWaitForEver() {
    for (int i = 0; i < 600; i++) {
      health.waitFor("the cluster has no definition");
      now.addAndGet(Duration.ofSeconds(10).toNanos());
    }

    assertThat(health.live()).isEqualTo(Answer.ok());
    assertThat(health.ready()).isEqualTo(Answer.unavailable("the cluster has no definition"));
  }

  @Test
  void aStartThatHangsIsDead() {
    health.waitFor("reading");
    now.addAndGet(Duration.ofMinutes(4).toNanos());

    assertThat(health.live())
        .isEqualTo(Answer.unavailable("for minutes nothing more than: reading"));
  }

  @Test
  void whatARestartMendsIsNeitherLiveNorReady() {
    health.started();
    death.set("a reconcile has not ended");

    assertThat(health.live()).isEqualTo(Answer.unavailable("a reconcile has not ended"));
    assertThat(health.ready()).isEqualTo(Answer.unavailable("a reconcile has not ended"));
  }

  @Test
  void whatARestartDoesNotMendIsOnlyNotReady() {
    health.started();
    hindrance.set("the API server is away");

    assertThat(health.live()).isEqualTo(Answer.ok());
    assertThat(health.ready()).isEqualTo(Answer.unavailable("the API server is away"));
  }

  @Test
  void anOrderlyEndIsNoDeath() {
    health.started();
    health.waitFor("the operator is stopping");
    death.set("the threads that reconcile have ended");

    assertThat(health.live()).isEqualTo(Answer.ok());
    assertThat(health.ready()).isEqualTo(Answer.unavailable("the operator is stopping"));
  }
}
