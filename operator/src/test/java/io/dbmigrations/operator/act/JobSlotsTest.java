package io.dbmigrations.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobSlotsTest {

  private final Set<JobSlots.Key> atWork = new HashSet<>();
  private final List<JobSlots.Key> woken = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-11T10:00:00Z");

  private final Clock clock =
      new Clock() {
        @Override
        public Instant instant() {
          return now;
        }

        @Override
        public ZoneOffset getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }
      };

  @Test
  void letsNoMoreStartThanTheLimitSays() {
    JobSlots slots = slots(2);

    assertThat(slots.take(key("a", 1))).isTrue();
    assertThat(slots.take(key("a", 2))).isTrue();
    assertThat(slots.take(key("a", 3))).isFalse();
  }

  @Test
  void countsWhatTheCachesKnowAndWhatTheyDoNotKnowYetOnce() {
    JobSlots slots = slots(2);
    slots.take(key("a", 1));
    atWork.add(key("a", 1));

    assertThat(slots.take(key("a", 2))).isTrue();
    assertThat(slots.take(key("a", 3))).isFalse();
  }

  @Test
  void givesASlotAgainToWhomItBelongs() {
    JobSlots slots = slots(1);
    slots.take(key("a", 1));

    assertThat(slots.take(key("a", 1))).as("the answer to its create was lost").isTrue();
    atWork.add(key("a", 1));
    now = now.plus(Duration.ofMinutes(1));
    assertThat(slots.take(key("a", 1))).as("its Job of before is being stopped").isTrue();
  }

  @Test
  void forgetsAGrantOfWhichNoJobCame() {
    JobSlots slots = slots(1);
    slots.take(key("a", 1));

    now = now.plus(Duration.ofSeconds(11));

    assertThat(slots.take(key("b", 1))).isTrue();
  }

  @Test
  void wakesTheOneThatHasWaitedLongestWhenASlotIsFree() {
    JobSlots slots = slots(1);
    slots.take(key("a", 1));
    slots.take(key("a", 2));
    now = now.plusMillis(1);
    slots.take(key("a", 3));

    slots.release(key("a", 1));

    assertThat(woken).containsExactly(key("a", 2));
    assertThat(slots.take(key("a", 3))).as("out of turn").isFalse();
    assertThat(slots.take(key("a", 2))).isTrue();
  }

  @Test
  void givesEachNamespaceItsTurn() {
    JobSlots slots = slots(4);
    for (int i = 0; i < 50; i++) {
      slots.take(key("many", i));
      now = now.plusMillis(1);
    }
    slots.take(key("few", 1));

    slots.release(key("many", 0));

    assertThat(woken).containsExactly(key("few", 1));
  }

  @Test
  void hasNoLimitWhereNoneIsSet() {
    JobSlots slots = slots(0);

    for (int i = 0; i < 1000; i++) {
      assertThat(slots.take(key("a", i))).isTrue();
    }
  }

  private JobSlots slots(int limit) {
    return new JobSlots(limit, () -> atWork, woken::add, clock);
  }

  private static JobSlots.Key key(String namespace, int number) {
    return new JobSlots.Key(namespace, "resource-" + number);
  }
}
