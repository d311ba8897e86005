package io.dbmigrations.operator.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When each of many settled databases is read. */
class TurnTest {

  private static final Instant NOW = Observations.NOW;
  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final int RESOURCES = 10_000;
  private static final int BUCKETS = 100;

  @Test
  void comesOnceInEachIntervalAndNeverLaterThanThat() {
    Random random = new Random(1);
    for (int i = 0; i < RESOURCES; i++) {
      String uid = uid(random);
      Duration interval = Duration.ofMillis(1 + random.nextInt(4_000_000));
      Instant instant = NOW.plusNanos(random.nextLong(Duration.ofDays(1).toNanos()));

      Instant turn = Turn.after(instant, uid, interval);

      assertThat(turn).isAfter(instant).isBeforeOrEqualTo(instant.plus(interval));
      assertThat(Turn.after(turn, uid, interval)).isEqualTo(turn.plus(interval));
      // Whenever one looks before it: it is the same one.
      Duration rest = Duration.between(instant, turn);
      Instant later = instant.plus(rest.dividedBy(1 + random.nextInt(9))).minusNanos(1);
      assertThat(Turn.after(later, uid, interval)).isEqualTo(turn);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isAnotherOneForEachOfMany(long seed) {
    Random random = new Random(seed);
    assertThat(chiSquare(_ -> uid(random))).isLessThan(150);
  }

  // Names that differ in their last digits alone, as whoever makes UIDs may make them.
  @Test
  void isAnotherOneForEachOfManyWhoseUidsAreAlike() {
    assertThat(chiSquare("7c1d2a3b-0000-4000-8000-%012d"::formatted)).isLessThan(150);
  }

  @Test
  void bringsNoneTogetherThatWereStartedTogether() {
    int[] within = counts("7c1d2a3b-0000-4000-8000-%012d"::formatted, NOW.plusSeconds(17));
    for (int count : within) {
      assertThat(count).isBetween(50, 150);
    }
  }

  @Test
  void isAfterEachMomentWhereTheIntervalIsNone() {
    assertThat(Turn.after(NOW, "uid", Duration.ZERO)).isEqualTo(NOW.plusMillis(1));
  }

  @Test
  void isInTheSameOrderWhereverTheIntervalBegins() {
    for (String uid : List.of("a", "b", "c")) {
      Instant turn = Turn.after(NOW, uid, INTERVAL);
      assertThat(Turn.after(NOW.plus(INTERVAL.multipliedBy(1000)), uid, INTERVAL))
          .isEqualTo(turn.plus(INTERVAL.multipliedBy(1000)));
    }
  }

  // With 99 degrees of freedom one of a thousand even spreads is above 149.
  private static double chiSquare(IntFunction<String> uids) {
    double expected = (double) RESOURCES / BUCKETS;
    double sum = 0;
    for (int count : counts(uids, NOW)) {
      sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
  }

  private static int[] counts(IntFunction<String> uids, Instant start) {
    int[] counts = new int[BUCKETS];
    for (int i = 0; i < RESOURCES; i++) {
      Duration rest = Duration.between(start, Turn.after(start, uids.apply(i), INTERVAL));
      counts[(int) ((rest.toMillis() - 1) * BUCKETS / INTERVAL.toMillis())]++;
    }
    return counts;
  }

  private static String uid(Random random) {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
