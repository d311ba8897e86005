package io.dbmigrations.operator.act;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * How many Jobs may be at work at a time: bounded in all, and fair, so that a namespace with many
 * resources does not keep others waiting. Which Jobs there are the caches know; what was granted a
 * moment ago counts until they know that, too. Thread-safe.
 */
public final class JobSlots {

  /** A resource by its namespace and name. */
  public record Key(String namespace, String name) {}

  // Longer than a watch takes to bring a Job that was just created.
  private static final Duration UNSEEN = Duration.ofSeconds(10);

  private final int limit;
  private final Supplier<? extends Collection<Key>> atWork;
  private final Consumer<Key> wake;
  private final Clock clock;

  private final Map<Key, Instant> granted = new HashMap<>();
  private final Map<Key, Instant> waiting = new HashMap<>();

  /**
   * Slots.
   *
   * @param limit how many Jobs in all; 0 for no limit
   * @param atWork the resources whose Jobs have not finished, as the caches have them
   * @param wake told of a resource that waited and may start now
   */
  public JobSlots(
      int limit, Supplier<? extends Collection<Key>> atWork, Consumer<Key> wake, Clock clock) {
    this.limit = limit;
    this.atWork = atWork;
    this.wake = wake;
    this.clock = clock;
  }

  /** How many there are. */
  public int limit() {
    return limit;
  }

  /** Takes a slot, or stands in line for one. */
  public synchronized boolean take(Key resource) {
    if (limit == 0) {
      return true;
    }
    Instant now = clock.instant();
    // Its own slot, which it took a moment ago or which its Job of before still has.
    if (!busy(now).contains(resource)) {
      waiting.putIfAbsent(resource, now);
      if (!next(now).contains(resource)) {
        return false;
      }
    }
    waiting.remove(resource);
    granted.put(resource, now);
    return true;
  }

  /** Lets those go on whose turn has come; called when a Job may have finished. */
  public void release(Key resource) {
    List<Key> next;
    synchronized (this) {
      granted.remove(resource);
      // It stands in line again when it asks again.
      waiting.remove(resource);
      if (waiting.isEmpty()) {
        return;
      }
      next = next(clock.instant());
    }
    next.forEach(wake);
  }

  // Those that may start now: in turn the one that has waited longest of the namespace that has the
  // fewest at work.
  private List<Key> next(Instant now) {
    Set<Key> busy = busy(now);
    Map<String, Long> load = new HashMap<>();
    busy.forEach(key -> load.merge(key.namespace(), 1L, Long::sum));
    List<Key> line =
        waiting.entrySet().stream()
            .sorted(Map.Entry.<Key, Instant>comparingByValue())
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(ArrayList::new));
    List<Key> next = new ArrayList<>();
    while (busy.size() + next.size() < limit && !line.isEmpty()) {
      Key first =
          line.stream()
              .min(Comparator.comparing(key -> load.getOrDefault(key.namespace(), 0L)))
              .orElseThrow();
      line.remove(first);
      next.add(first);
      load.merge(first.namespace(), 1L, Long::sum);
    }
    return next;
  }

  private Set<Key> busy(Instant now) {
    granted.values().removeIf(since -> now.isAfter(since.plus(UNSEEN)));
    Set<Key> busy = new HashSet<>(atWork.get());
    busy.addAll(granted.keySet());
    return busy;
  }
}
