package io.dbmigrations.operator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcileThreadsTest {

  private final AtomicLong now = new AtomicLong();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ReconcileThreads threads = new ReconcileThreads(2, now::get);

  @AfterEach
  void stop() {
    end.countDown();
    threads.close();
  }

  @Test
  void idleThreadsAreWell() {
    pass(Duration.ofDays(1));

    assertThat(threads.dead()).isEmpty();
  }

  @Test
  void aReconcileThatDoesNotEndIsNamedWithWhereItHangs() {
    startOneThatHangs();
    pass(Duration.ofMinutes(6));

    assertThat(threads.dead())
        .get()
        .asString()
        .startsWith("a reconcile has not ended for 360 s; it is at ")
        .contains("CountDownLatch.await");
  }

  @Test
  void oneThatTakesItsTimeIsWell() {
    startOneThatHangs();
    pass(Duration.ofMinutes(4));

    assertThat(threads.dead()).isEmpty();
  }

  @Test
  void oneThatHasEndedCountsNoMore() {
    startOneThatHangs();
    end.countDown();
    await().until(() -> threads.getCompletedTaskCount() == 1);
    pass(Duration.ofMinutes(6));

    assertThat(threads.dead()).isEmpty();
  }

  @Test
  void threadsThatHaveEndedReconcileNothing() {
    threads.shutdown();

    assertThat(threads.dead()).contains("the threads that reconcile have ended");
  }

  private void startOneThatHangs() {
    CountDownLatch started = new CountDownLatch(1);
    threads.execute(() -> {
      started.countDown();
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    await().until(() -> started.getCount() == 0);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
