package io.dbmigrations.e2e.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How {@code e2e/run faults} runs.
 *
 * @param subset what CI runs
 * @param faults a pattern of their names
 * @param slots how many operators, each with a namespace, run at a time
 * @param active how many of them do something and are not only silent
 * @param silence how long it must be silent after each case
 * @param part which of several parts of the plans, the same in every run
 * @param goOn even if a reference does not hold
 */
record Options(
    boolean subset,
    List<Workload> workloads,
    String faults,
    int slots,
    int active,
    Duration silence,
    Part part,
    boolean goOn) {

  /** One of so many parts, counted from one. */
  record Part(int number, int of) {
    boolean has(Plan plan) {
      return Math.floorMod(plan.toString().hashCode(), of) == number - 1;
    }

    private static Part parse(String text) {
      var words = text.split("/", 2);
      return new Part(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
    }
  }

  static Options parse(String[] arguments) {
    var subset = false;
    var goOn = false;
    var workloads = new ArrayList<Workload>();
    var faults = ".*";
    var slots = 14;
    var active = 5;
    var silence = 30;
    var part = new Part(1, 1);
    for (var argument : arguments) {
      var value = argument.substring(argument.indexOf('=') + 1);
      switch (argument.split("=", 2)[0]) {
        case "--subset" -> {
          subset = true;
          slots = 8;
          silence = 8;
        }
        case "--go-on" -> goOn = true;
        case "--workload" ->
            workloads.add(Workload.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_')));
        case "--fault" -> faults = value;
        case "--slots" -> slots = Integer.parseInt(value);
        case "--active" -> active = Integer.parseInt(value);
        case "--silence" -> silence = Integer.parseInt(value);
        case "--part" -> part = Part.parse(value);
        default -> {
          System.err.println("faults: unknown argument " + argument);
          System.exit(2);
        }
      }
    }
    return new Options(
        subset,
        workloads.isEmpty() ? List.of(Workload.values()) : workloads,
        faults,
        slots,
        active,
        Duration.ofSeconds(silence),
        part,
        goOn);
  }
}
