package io.dbmigrations.operator.database;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was used last, no more of it than a bound, in memory alone. Thread-safe. */
final class RecentlyUsed<K, V> {

  private final Map<K, V> values;

  RecentlyUsed(int most) {
    values =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
          }
        };
  }

  /** Makes a value. */
  interface Maker<V, E extends Exception> {
    V make() throws E;
  }

  /** That value, made at the first time: nobody waits for another one's. */
  <E extends Exception> V get(K key, Maker<V, E> maker) throws E {
    V found = find(key);
    if (found == null) {
      found = maker.make();
      put(key, found);
    }
    return found;
  }

  private synchronized @Nullable V find(K key) {
    return values.get(key);
  }

  private synchronized void put(K key, V value) {
    values.put(key, value);
  }

  synchronized int size() {
    return values.size();
  }
}
