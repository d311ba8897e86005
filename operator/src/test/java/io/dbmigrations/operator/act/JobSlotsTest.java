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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void boundsEachNamespaceAndLetsOthersPass() {
    JobSlots slots = slots(new JobSlots.Limits(0, 2));

    assertThat(slots.take(key("a", 1))).isTrue();
    assertThat(slots.take(key("a", 2))).isTrue();
    assertThat(slots.take(key("a", 3))).isFalse();
    assertThat(slots.take(key("b", 1))).isTrue();

    slots.release(key("a", 1));
    assertThat(woken).containsExactly(key("a", 3));
  }

  @Test
  void saysWhereOneStandsInLine() {
    JobSlots slots = slots(new JobSlots.Limits(3, 2));
    slots.take(key("many", 0));
    slots.take(key("few", 0));
    slots.take(key("other", 0));
    for (int i = 1; i <= 5; i++) {
      slots.take(key("many", i));
      now = now.plusMillis(1);
    }
    slots.take(key("few", 1));

    // In the order in which they start: many 1, few 1, many 2, many 3, …
    assertThat(slots.place(key("many", 1))).isEqualTo(new JobSlots.Place(false, 0));
    assertThat(slots.place(key("few", 1))).isEqualTo(new JobSlots.Place(false, 1));
    assertThat(slots.place(key("many", 2))).isEqualTo(new JobSlots.Place(false, 2));
    assertThat(slots.place(key("many", 5))).isEqualTo(new JobSlots.Place(false, 5));
  }

  @Test
  void saysWhetherTheNamespaceHasAllThatItMay() {
    JobSlots slots = slots(new JobSlots.Limits(3, 1));
    slots.take(key("many", 0));
    slots.take(key("many", 1));

    assertThat(slots.place(key("many", 1))).isEqualTo(new JobSlots.Place(true, 0));
    assertThat(InLine.words(slots.limits(), slots.place(key("many", 1))))
        .isEqualTo(
            "As many migrations of this namespace run as may at a time (1, maxJobsPerNamespace of the chart); this one is the next");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 5", "6, 10", "10, 10", "11, 20", "130, 200", "4999, 5000"})
  void saysTheNumberOfOthersSoThatItSeldomChanges(int ahead, int told) {
    assertThat(InLine.words(new JobSlots.Limits(20, 0), new JobSlots.Place(false, ahead)))
        .isEqualTo(
            "As many migrations run as may at a time (20, maxJobs of the chart); this one starts when its turn comes, behind at most %d others"
                .formatted(told));
  }

  @Test
  void hasNoLimitWhereNoneIsSet() {
    JobSlots slots = slots(0);

    for (int i = 0; i < 1000; i++) {
      assertThat(slots.take(key("a", i))).isTrue();
    }
  }

  private JobSlots slots(int limit) {
    return slots(new JobSlots.Limits(limit, 0));
  }

  private JobSlots slots(JobSlots.Limits limits) {
    return new JobSlots(limits, () -> atWork, woken::add, clock);
  }

  private static JobSlots.Key key(String namespace, int number) {
    return new JobSlots.Key(namespace, "resource-" + number);
  }
}
