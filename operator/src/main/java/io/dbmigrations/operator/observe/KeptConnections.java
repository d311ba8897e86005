package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.operator.observe.DatabaseReadings.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Secrets and ConfigMaps said of the databases of resources, so that the API server is not
 * asked for each reading: for a while, in memory alone, no more of it than a bound. Its text form
 * shows none of it. Thread-safe.
 */
public final class KeptConnections {

  private static final int MAX_KEPT = 20_000;

  // In characters: an authority's certificates may be hundreds of thousands.
  private static final int MAX_LENGTH = 16 << 20;

  private final ConnectionReader reader;
  private final Duration interval;
  private final InstantSource clock;

  // The oldest first.
  private final LinkedHashMap<String, Kept> kept = new LinkedHashMap<>();
  private long length;

  private record Kept(DatabaseSpec database, ConnectionReader.Complete said, Instant until) {
    int length() {
      return said.access().length();
    }
  }

  /**
   * Nothing kept yet.
   *
   * @param interval for how long it is; zero for not at all
   */
  public KeptConnections(ConnectionReader reader, Duration interval, InstantSource clock) {
    this.reader = reader;
    this.interval = interval;
    this.clock = clock;
  }

  /** What was said of the database that the resource still names; null where nothing is kept. */
  synchronized ConnectionReader.@Nullable Complete kept(Request request) {
    Kept found = kept.get(request.uid());
    return found == null
            || !found.database().equals(request.database())
            || !clock.instant().isBefore(found.until())
        ? null
        : found.said();
  }

  /** What is said now, which is kept. */
  ConnectionReader.Found read(Request request) {
    ConnectionReader.Found said = reader.read(request.namespace(), request.database());
    switch (said) {
      case ConnectionReader.Complete complete -> keep(request, complete);
      case ConnectionReader.Missing _, ConnectionReader.Forbidden _ -> forget(request.uid());
      case ConnectionReader.Unknown _ -> {}
    }
    return said;
  }

  /** The resource is gone, or has no such database any more. */
  synchronized void forget(String uid) {
    Kept removed = kept.remove(uid);
    length -= removed == null ? 0 : removed.length();
  }

  private synchronized void keep(Request request, ConnectionReader.Complete said) {
    forget(request.uid());
    Instant now = clock.instant();
    Kept latest = new Kept(request.database(), said, now.plus(interval));
    kept.put(request.uid(), latest);
    length += latest.length();
    for (Map.Entry<String, Kept> oldest = kept.firstEntry();
        oldest != null && (isTooMuch() || !now.isBefore(oldest.getValue().until()));
        oldest = kept.firstEntry()) {
      forget(oldest.getKey());
    }
  }

  private boolean isTooMuch() {
    return kept.size() > MAX_KEPT || length > MAX_LENGTH;
  }

  @Override
  public synchronized String toString() {
    return "KeptConnections[%d]".formatted(kept.size());
  }
}
