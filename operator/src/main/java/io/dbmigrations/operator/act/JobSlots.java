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
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * How many Jobs may be at work at a time: bounded in all and in a namespace, and fair, so that a
 * namespace with many resources does not keep others waiting. Which Jobs there are the caches know;
 * what was granted a moment ago counts until they know that, too. Thread-safe.
 */
public final class JobSlots {

  /** A resource by its namespace and name. */
  public record Key(String namespace, String name) {}

  /**
   * How many Jobs.
   *
   * @param all in all; 0 for no limit
   * @param namespace of one namespace; 0 for no limit
   */
  public record Limits(int all, int namespace) {}

  /**
   * Where one stands that waits.
   *
   * @param byNamespace whether it is its namespace that has as many as it may
   * @param ahead how many start before it, if none comes or goes
   */
  public record Place(boolean byNamespace, int ahead) {}

  // Longer than a watch takes to bring a Job that was just created.
  private static final Duration UNSEEN = Duration.ofSeconds(10);

  private final Limits limits;
  private final Supplier<? extends Collection<Key>> atWork;
  private final Consumer<Key> wake;
  private final Clock clock;

  private final Map<Key, Instant> granted = new HashMap<>();
  private final Map<Key, Instant> waiting = new HashMap<>();

  /**
   * Slots.
   *
   * @param atWork the resources whose Jobs have not finished, as the caches have them
   * @param wake told of a resource that waited and may start now
   */
  public JobSlots(
      Limits limits, Supplier<? extends Collection<Key>> atWork, Consumer<Key> wake, Clock clock) {
    this.limits = limits;
    this.atWork = atWork;
    this.wake = wake;
    this.clock = clock;
  }

  public Limits limits() {
    return limits;
  }

  /** Takes a slot, or stands in line for one. */
  public synchronized boolean take(Key resource) {
    if (limits.all() == 0 && limits.namespace() == 0) {
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

  /** Where that resource stands in line. */
  public synchronized Place place(Key resource) {
    Map<String, Long> load = load(busy(clock.instant()));
    boolean isFull = isFull(resource.namespace(), load);
    // Each namespace's first has the turn of what it has at work, the next one that of one more.
    Map<Key, Long> turns = new HashMap<>();
    List<Key> line = line();
    line.forEach(key -> turns.put(key, load.merge(key.namespace(), 1L, Long::sum)));
    line.sort(Comparator.comparing(turns::get));
    return new Place(isFull, Math.max(0, line.indexOf(resource)));
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
    Map<String, Long> load = load(busy);
    List<Key> line = line();
    List<Key> next = new ArrayList<>();
    while (limits.all() == 0 || busy.size() + next.size() < limits.all()) {
      Optional<Key> first =
          line.stream()
              .filter(key -> !isFull(key.namespace(), load))
              .min(Comparator.comparing(key -> load.getOrDefault(key.namespace(), 0L)));
      if (first.isEmpty()) {
        break;
      }
      line.remove(first.get());
      next.add(first.get());
      load.merge(first.get().namespace(), 1L, Long::sum);
    }
    return next;
  }

  /** Who waits, those first who have waited longest. */
  private List<Key> line() {
    return waiting.entrySet().stream()
        .sorted(Map.Entry.<Key, Instant>comparingByValue())
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static Map<String, Long> load(Set<Key> busy) {
    Map<String, Long> load = new HashMap<>();
    busy.forEach(key -> load.merge(key.namespace(), 1L, Long::sum));
    return load;
  }

  private boolean isFull(String namespace, Map<String, Long> load) {
    return limits.namespace() > 0 && load.getOrDefault(namespace, 0L) >= limits.namespace();
  }

  private Set<Key> busy(Instant now) {
    granted.values().removeIf(since -> now.isAfter(since.plus(UNSEEN)));
    Set<Key> busy = new HashSet<>(atWork.get());
    busy.addAll(granted.keySet());
    return busy;
  }
}
