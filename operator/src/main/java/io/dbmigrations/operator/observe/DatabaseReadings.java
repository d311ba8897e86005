package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.database.DatabaseReader;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTables;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at databases on threads of its own, so that no reconcile waits for one, keeps the last
 * reading of each resource, and says when a new one is there. {@link ReadingQueue} says in which
 * order.
 */
public final class DatabaseReadings {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseReadings.class);

  // A reading is some hundred bytes. One that is dropped is taken again when it is asked for.
  private static final int MAX_KEPT = 20_000;

  // Longer than a wait for the lock of a migration, shorter than for a host that does not answer.
  private static final Duration SLOW = Duration.ofSeconds(3);

  private final KeptConnections connections;
  private final DatabaseReader reader;
  private final Executor threads;
  private final Consumer<ResourceID> whenRead;
  private final Clock clock;
  private final ReadingQueue queue = new ReadingQueue(ReadingQueue.Limits.DEFAULT);

  private final Map<String, Kept> latest =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
          return size() > MAX_KEPT;
        }
      };

  private record Kept(Reading reading, boolean slow, long start) {}

  private record Taken(DatabaseReading found, @Nullable String secretVersion) {}

  /** Asks for one look. */
  public record Request(
      String namespace,
      String name,
      String uid,
      DatabaseSpec database,
      VersionTables tables,
      String occasion,
      Urgency urgency) {

    Request with(Urgency changed) {
      return new Request(namespace, name, uid, database, tables, occasion, changed);
    }
  }

  /**
   * Readings.
   *
   * @param threads gives each reading a thread at once; how many there are is limited here
   * @param whenRead told of the resource after each reading
   */
  public DatabaseReadings(
      KeptConnections connections,
      DatabaseReader reader,
      Executor threads,
      Consumer<ResourceID> whenRead,
      Clock clock) {
    this.connections = connections;
    this.reader = reader;
    this.threads = threads;
    this.whenRead = whenRead;
    this.clock = clock;
  }

  /** The last reading for the resource of that UID. */
  public @Nullable Reading latest(String uid) {
    synchronized (latest) {
      Kept kept = latest.get(uid);
      return kept == null ? null : kept.reading();
    }
  }

  /** As if the resource of that UID had not been read; also when it is gone. */
  public void forget(String uid) {
    connections.forget(uid);
    synchronized (latest) {
      latest.remove(uid);
    }
  }

  /** Takes a reading soon; the same request twice is taken once. */
  public void take(Request request) {
    queue.add(Look.at(request, isSlow(request.uid())));
    start();
  }

  /**
   * Takes a reading only if the Secret is not of that version any more, so that a corrected one is
   * noticed without a login. Otherwise, or where the API server does not say, nothing happens and
   * nobody is told.
   *
   * @param known the version of the last reading; null where there was no Secret
   */
  public void takeIfSecretChanged(Request request, @Nullable String known) {
    queue.add(Look.ifSecretIsNot(known, request, isSlow(request.uid())));
    start();
  }

  private boolean isSlow(String uid) {
    synchronized (latest) {
      Kept kept = latest.get(uid);
      return kept != null && kept.slow();
    }
  }

  private void start() {
    for (Look look = queue.next(); look != null; look = queue.next()) {
      Look started = look;
      threads.execute(() -> run(started));
    }
  }

  private void run(Look look) {
    Request request = look.request();
    boolean kept = false;
    try {
      kept = read(look);
    } finally {
      queue.done(look);
      start();
    }
    if (kept) {
      whenRead.accept(new ResourceID(request.name(), request.namespace()));
    }
  }

  private boolean read(Look look) {
    long start = System.nanoTime();
    Taken taken;
    try {
      taken = take(look);
    } catch (RuntimeException e) {
      taken = new Taken(defect(look.request(), e), null);
    }
    return taken != null && keep(look.request(), taken, start);
  }

  private @Nullable Taken take(Look look) {
    Request request = look.request();
    if (look.isRoutine() && !look.conditional()) {
      ConnectionReader.Complete kept = connections.kept(request);
      if (kept != null) {
        return byWhatWasSaid(request, kept);
      }
    }
    ConnectionReader.Found secret = connections.read(request);
    return look.conditional() && isStillKnown(secret, look.knownSecret())
        ? null
        : new Taken(find(request, secret), secret.version());
  }

  // Whatever is found that was not found before may be so because the Secret is another one.
  private Taken byWhatWasSaid(Request request, ConnectionReader.Complete kept) {
    DatabaseReading found = find(request, kept);
    Reading last = latest(request.uid());
    if (found instanceof DatabaseReading.Answer && last != null && found.equals(last.found())) {
      return new Taken(found, kept.version());
    }
    ConnectionReader.Found secret = connections.read(request);
    return isStillKnown(secret, kept.version())
        ? new Taken(found, kept.version())
        : new Taken(find(request, secret), secret.version());
  }

  private static boolean isStillKnown(ConnectionReader.Found secret, @Nullable String known) {
    return secret instanceof ConnectionReader.Unknown || Objects.equals(secret.version(), known);
  }

  // One that took so long that another was started and has ended since says nothing any more.
  private boolean keep(Request request, Taken taken, long start) {
    boolean slow = Duration.ofNanos(System.nanoTime() - start).compareTo(SLOW) >= 0;
    synchronized (latest) {
      Kept last = latest.get(request.uid());
      if (last != null && last.start() - start > 0) {
        return false;
      }
      int before = last == null ? 0 : last.reading().misses();
      int misses = taken.found() instanceof DatabaseReading.Answer ? 0 : before + 1;
      Reading reading =
          new Reading(
              taken.found(), request.occasion(), clock.instant(), misses, taken.secretVersion());
      latest.put(request.uid(), new Kept(reading, slow, start));
      return true;
    }
  }

  private DatabaseReading find(Request request, ConnectionReader.Found secret) {
    return switch (secret) {
      case ConnectionReader.Missing missing ->
          new DatabaseReading.Refused(missing.reason(), missing.message());
      case ConnectionReader.Forbidden forbidden ->
          new DatabaseReading.Refused(Reason.SECRET_FORBIDDEN, forbidden.message());
      case ConnectionReader.Unknown unknown ->
          new DatabaseReading.Refused(Reason.API_SERVER_ERROR, unknown.message());
      case ConnectionReader.Complete complete ->
          reader.read(complete.access(), request.tables(), request.namespace());
    };
  }

  private static DatabaseReading defect(Request request, RuntimeException e) {
    // Its message may have a part of the URL.
    LOG.error(
        "Reading the database of {} in namespace {} failed by a defect: {} at {}",
        request.name(),
        request.namespace(),
        e.getClass().getName(),
        e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0]);
    return new DatabaseReading.NotObservable(
        "The operator failed to read the database by a defect of its own. Report it with the operator's log.");
  }
}
