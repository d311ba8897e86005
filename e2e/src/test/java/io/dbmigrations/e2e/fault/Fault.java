package io.dbmigrations.e2e.fault;

import io.dbmigrations.e2e.proxy.Action;
import io.dbmigrations.e2e.proxy.WatchFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** An action of the proxy's with the name that it has in the table. */
record Fault(String name, Action action) {
  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofSeconds(6);

  /** What the API server can answer instead of doing it, and what can befall the connection. */
  private static final List<Fault> REQUEST =
      Stream.concat(
              Stream.of(401, 403, 404, 409, 410, 422, 500, 503, 504)
                  .map(status -> new Fault(String.valueOf(status), new Action.Answer(status))),
              Stream.of(
                  new Fault("429", new Action.Answer(429, Duration.ofSeconds(1))),
                  new Fault("drop", new Action.DropRequest()),
                  new Fault("lost-answer", new Action.DropAnswer()),
                  new Fault("cut", new Action.CutAnswer()),
                  new Fault("delay", new Action.Delay(SHORT))))
          .toList();

  private static final List<Fault> PROCESS =
      List.of(
          new Fault("kill-before", new Action.Kill(false)),
          new Fault("kill-after", new Action.Kill(true)),
          new Fault("stop-before", new Action.Stop(false, LONG)),
          new Fault("stop-after", new Action.Stop(true, LONG)));

  private static final List<Fault> WATCH =
      Stream.of(
              WatchFault.FREEZE,
              WatchFault.WITHHOLD,
              WatchFault.DUPLICATE,
              WatchFault.REORDER,
              WatchFault.CUT,
              WatchFault.EXPIRE,
              WatchFault.STALE_LIST)
          .map(fault ->
              new Fault(
                  "watch-" + fault.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
                  new Action.Watches(fault)))
          .toList();

  /** What befalls a write of the resource's status, a Job or a ConfigMap. */
  static List<Fault> ofWrites() {
    var all = new ArrayList<>(REQUEST);
    all.addAll(PROCESS);
    all.addAll(WATCH);
    return all;
  }

  /** What befalls an event: nothing must hang on one. */
  static List<Fault> ofEvents() {
    return Stream.concat(REQUEST.stream(), PROCESS.stream())
        .filter(fault -> List.of("403", "500", "lost-answer", "kill-after").contains(fault.name()))
        .toList();
  }
}
