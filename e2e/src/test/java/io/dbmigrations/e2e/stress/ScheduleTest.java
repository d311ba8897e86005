package io.dbmigrations.e2e.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

  @Test
  void theSameSeedIsTheSameOperations() {
    assertThat(Schedule.of(7, FIVE_MINUTES, 8, 2)).isEqualTo(Schedule.of(7, FIVE_MINUTES, 8, 2));
    assertThat(Schedule.of(7, FIVE_MINUTES, 8, 2)).isNotEqualTo(Schedule.of(8, FIVE_MINUTES, 8, 2));
  }

  @Test
  void fiveMinutesDoEverythingThatThereIsToDo() {
    var kinds =
        Schedule.of(1, FIVE_MINUTES, 8, 1).stream()
            .map(Operation::kind)
            .collect(Collectors.toSet());

    assertThat(kinds).containsExactlyInAnyOrder(Operation.Kind.values());
  }

  @Test
  void twoEditsComeWithinTwoSeconds() {
    var edits =
        Schedule.of(1, FIVE_MINUTES, 1, 1).stream()
            .filter(operation -> operation.kind() == Operation.Kind.EDIT)
            .map(Operation::at)
            .toList();

    assertThat(edits)
        .zipSatisfy(edits.subList(0, edits.size()), (a, b) -> assertThat(a).isEqualTo(b));
    var close =
        java.util.stream.IntStream.range(1, edits.size())
            .filter(i -> edits.get(i).minus(edits.get(i - 1)).toMillis() < 2_000)
            .count();
    assertThat(close).isPositive();
  }
}
