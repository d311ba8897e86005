package io.dbmigrations.e2e.proxy;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every request that came, whatever became of it. */
public final class Traffic {
  private final List<Call> calls = new CopyOnWriteArrayList<>();

  void add(Call call) {
    if (call.writes()) {
      calls.add(call);
    }
  }

  public void clear() {
    calls.clear();
  }

  /** What was to be written since then, events included, in the order in which it came. */
  public List<Call> writesSince(Instant instant) {
    return calls.stream().filter(call -> !call.at().isBefore(instant)).toList();
  }
}
