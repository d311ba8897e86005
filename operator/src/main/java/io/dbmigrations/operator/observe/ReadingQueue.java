package io.dbmigrations.operator.observe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says which reading is taken next, and when one more may be: what somebody waits for first, the
 * namespaces in turn, and no more at a time than the limits say. A database that does not answer
 * holds a thread for many seconds, so there is room that such ones never take. Thread-safe.
 */
final class ReadingQueue {

  /**
   * How many may be under way at a time.
   *
   * @param all of all kinds
   * @param routine of those that nobody waits for
   * @param slow of those that took long the last time
   * @param namespace of one namespace
   * @param slowOfNamespace of those of one namespace that took long the last time
   */
  record Limits(int all, int routine, int slow, int namespace, int slowOfNamespace) {
    static final Limits DEFAULT = new Limits(16, 12, 8, 4, 2);
  }

  private final Limits limits;

  /** In the order in which they are served: what is awaited before routine, slow ones after. */
  private final List<Lane> lanes =
      List.of(
          new Lane(false, false),
          new Lane(false, true),
          new Lane(true, false),
          new Lane(true, true));

  private final Map<String, Look> waiting = new HashMap<>();
  private final List<Look> running = new ArrayList<>();

  ReadingQueue(Limits limits) {
    this.limits = limits;
  }

  /**
   * Lines a reading up. Of one resource at most one waits, so that the queue is no longer than
   * there are resources; the same that is under way already is not lined up.
   */
  synchronized void add(Look look) {
    if (running.stream().anyMatch(other -> other.answers(look))) {
      return;
    }
    String uid = look.request().uid();
    Look older = waiting.get(uid);
    Look newest = older == null ? look : look.insteadOf(older);
    if (older != null && lane(older) != lane(newest)) {
      lane(older).remove(older);
    }
    lane(newest).put(newest);
    waiting.put(uid, newest);
  }

  /** The next one, which counts as under way from now on; null where none may be taken now. */
  synchronized @Nullable Look next() {
    for (Lane lane : lanes) {
      Look look = lane.poll();
      if (look != null) {
        waiting.remove(look.request().uid());
        running.add(look);
        return look;
      }
    }
    return null;
  }

  /** One that was under way is not any more. */
  synchronized void done(Look look) {
    running.remove(look);
  }

  private Lane lane(Look look) {
    return lanes.get((look.isRoutine() ? 2 : 0) + (look.slow() ? 1 : 0));
  }

  /** Those of one kind, by namespace and resource. */
  private final class Lane {
    private final boolean routine;
    private final boolean slow;
    private final Map<String, Map<String, Look>> namespaces = new LinkedHashMap<>();

    private Lane(boolean routine, boolean slow) {
      this.routine = routine;
      this.slow = slow;
    }

    void put(Look look) {
      namespaces
          .computeIfAbsent(look.request().namespace(), namespace -> new LinkedHashMap<>())
          .put(look.request().uid(), look);
    }

    void remove(Look look) {
      String namespace = look.request().namespace();
      Map<String, Look> looks = namespaces.getOrDefault(namespace, Map.of());
      looks.remove(look.request().uid());
      if (looks.isEmpty()) {
        namespaces.remove(namespace);
      }
    }

    @Nullable Look poll() {
      if (isFull()) {
        return null;
      }
      return namespaces.entrySet().stream()
          .filter(entry -> !isFull(entry.getKey()))
          .findFirst()
          .map(entry -> poll(entry.getKey(), entry.getValue()))
          .orElse(null);
    }

    /** The namespace's first; its next turn comes after all the others'. */
    private Look poll(String namespace, Map<String, Look> looks) {
      Iterator<Look> iterator = looks.values().iterator();
      Look look = iterator.next();
      iterator.remove();
      namespaces.remove(namespace);
      if (!looks.isEmpty()) {
        namespaces.put(namespace, looks);
      }
      return look;
    }

    private boolean isFull() {
      return running.size() >= limits.all()
          || (routine && running.stream().filter(Look::isRoutine).count() >= limits.routine())
          || (slow && running.stream().filter(Look::slow).count() >= limits.slow());
    }

    private boolean isFull(String namespace) {
      List<Look> own =
          running.stream().filter(look -> look.request().namespace().equals(namespace)).toList();
      return own.size() >= limits.namespace()
          || (slow && own.stream().filter(Look::slow).count() >= limits.slowOfNamespace());
    }
  }
}
