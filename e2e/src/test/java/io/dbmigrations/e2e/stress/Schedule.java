package io.dbmigrations.e2e.stress;

import io.dbmigrations.e2e.stress.Operation.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** What is done and when: the same for the same seed, whatever comes of it. */
final class Schedule {
  private static final List<String> TARGETS = List.of("base", "r2", "r3", "head");
  private static final int RESOURCE_PAUSE_MILLIS = 7_000;
  private static final int GLOBAL_PAUSE_MILLIS = 25_000;

  private final Random random;
  private final Duration time;
  private final int operators;
  private final List<Operation> operations = new ArrayList<>();

  private Schedule(long seed, Duration time, int operators) {
    this.random = new Random(seed);
    this.time = time;
    this.operators = operators;
  }

  static List<Operation> of(long seed, Duration time, int resources, int operators) {
    var schedule = new Schedule(seed, time, operators);
    for (int subject = 0; subject < resources; subject++) {
      schedule.resource(subject);
    }
    schedule.global();
    schedule.operations.removeIf(operation -> operation.at().compareTo(time) > 0);
    schedule.operations.sort(Comparator.comparing(Operation::at));
    return List.copyOf(schedule.operations);
  }

  private void resource(int subject) {
    long at = random.nextInt(2_000);
    add(at, subject, Kind.CREATE, target());
    while (at < time.toMillis()) {
      at += 300 + random.nextInt(RESOURCE_PAUSE_MILLIS);
      at = one(at, subject);
    }
  }

  /** Adds what belongs together, and returns when the last of it is. */
  private long one(long at, int subject) {
    var dice = random.nextInt(100);
    if (dice < 30) {
      add(at, subject, Kind.EDIT, target());
    } else if (dice < 52) {
      add(at, subject, Kind.EDIT, target());
      at += 200 + random.nextInt(2_300);
      add(at, subject, Kind.EDIT, target());
    } else if (dice < 60) {
      add(at, subject, Kind.SUSPEND, "");
      at += 500 + random.nextInt(6_000);
      add(at, subject, Kind.RESUME, "");
    } else if (dice < 64) {
      add(at, subject, Kind.RETRY, "");
    } else if (dice < 70) {
      add(at, subject, Kind.DELETE, "");
      at += random.nextInt(2_000);
      add(at, subject, Kind.CREATE, target());
    } else if (dice < 78) {
      add(at, subject, Kind.DELETE_JOB, any("Background", "Foreground", "Orphan"));
    } else if (dice < 86) {
      add(at, subject, Kind.DELETE_POD, any("0", "30"));
    } else if (dice < 90) {
      add(at, subject, Kind.TERMINATE_SESSIONS, "");
    } else if (dice < 93) {
      add(at, subject, Kind.LOCK_ROWS, String.valueOf(500 + random.nextInt(7_000)));
    } else if (dice < 97) {
      add(at, subject, Kind.PACE, String.valueOf(random.nextInt(1_500)));
    } else {
      add(at, subject, Kind.STRANGER, any("r1", "r2", "r3", "r4"));
    }
    return at;
  }

  private void global() {
    long at = 5_000;
    while (at < time.toMillis()) {
      at += 3_000 + random.nextInt(GLOBAL_PAUSE_MILLIS);
      switch (random.nextInt(5)) {
        case 0, 1 -> add(at, random.nextInt(operators), Kind.KILL_OPERATOR, "");
        case 2, 3 -> {
          var pause = 5_000 + random.nextInt(15_000);
          add(at, random.nextInt(operators), Kind.PAUSE_OPERATOR, String.valueOf(pause));
        }
        default -> add(at, 0, Kind.RESTART_POSTGRES, any("fast", "crash"));
      }
    }
  }

  private void add(long at, int subject, Kind kind, String argument) {
    operations.add(new Operation(Duration.ofMillis(at), subject, kind, argument));
  }

  private String target() {
    return TARGETS.get(random.nextInt(TARGETS.size()));
  }

  private String any(String... values) {
    return values[random.nextInt(values.length)];
  }
}
