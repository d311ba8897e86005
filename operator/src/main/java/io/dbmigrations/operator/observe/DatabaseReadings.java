package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.SecretKeyRef;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTableReader;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at databases on threads of its own, so that no reconcile waits for one, keeps the last
 * reading of each resource, and says when a new one is there.
 */
public final class DatabaseReadings {

  // A reading is some hundred bytes. One that is dropped is taken again when it is asked for.
  private static final int MAX_KEPT = 20_000;

  private final DatabaseSecret secrets;
  private final VersionTableReader reader;
  private final Executor threads;
  private final Consumer<ResourceID> whenRead;
  private final Clock clock;

  private final Map<String, Reading> latest =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reading> eldest) {
          return size() > MAX_KEPT;
        }
      };
  private final Set<Request> underWay = ConcurrentHashMap.newKeySet();

  /** Asks for one look. */
  public record Request(
      String namespace,
      String name,
      String uid,
      SecretKeyRef secret,
      @Nullable String versionTable,
      String occasion,
      Urgency urgency) {}

  /**
   * Readings.
   *
   * @param whenRead told of the resource after each reading
   */
  public DatabaseReadings(
      DatabaseSecret secrets,
      VersionTableReader reader,
      Executor threads,
      Consumer<ResourceID> whenRead,
      Clock clock) {
    this.secrets = secrets;
    this.reader = reader;
    this.threads = threads;
    this.whenRead = whenRead;
    this.clock = clock;
  }

  /** The last reading for the resource of that UID. */
  public @Nullable Reading latest(String uid) {
    synchronized (latest) {
      return latest.get(uid);
    }
  }

  /** Takes a reading soon; the same request twice is taken once. */
  public void take(Request request) {
    if (underWay.add(request)) {
      threads.execute(() -> read(request));
    }
  }

  /**
   * Takes it only if the Secret is another one than of that version, or cannot be read; nothing
   * happens otherwise, and nobody is told.
   */
  public void takeIfSecretChanged(Request request, @Nullable String known) {
    take(request);
  }

  private void read(Request request) {
    try {
      DatabaseSecret.Found secret = secrets.read(request.namespace(), request.secret());
      DatabaseReading found = find(request, secret);
      synchronized (latest) {
        Reading last = latest.get(request.uid());
        int misses =
            found instanceof DatabaseReading.Rows ? 0 : last == null ? 1 : last.misses() + 1;
        latest.put(
            request.uid(),
            new Reading(found, request.occasion(), clock.instant(), misses, secret.version()));
      }
    } finally {
      underWay.remove(request);
      whenRead.accept(new ResourceID(request.name(), request.namespace()));
    }
  }

  private DatabaseReading find(Request request, DatabaseSecret.Found secret) {
    return switch (secret) {
      case DatabaseSecret.Missing missing ->
          new DatabaseReading.Refused(Reason.SECRET_MISSING, missing.message());
      case DatabaseSecret.Forbidden forbidden ->
          new DatabaseReading.Refused(Reason.SECRET_FORBIDDEN, forbidden.message());
      case DatabaseSecret.Unknown unknown -> new DatabaseReading.NotObservable(unknown.message());
      case DatabaseSecret.Url url -> reader.read(url.value(), request.versionTable());
    };
  }
}
