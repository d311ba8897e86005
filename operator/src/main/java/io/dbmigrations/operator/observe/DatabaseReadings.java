package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.SecretKeyRef;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTableReader;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at databases on threads of its own, so that no reconcile waits for one, keeps the last
 * reading of each resource, and says when a new one is there.
 */
public final class DatabaseReadings {

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseReadings.class);

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
      String occasion) {}

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

  private void read(Request request) {
    try {
      Reading reading = new Reading(find(request), request.occasion(), clock.instant());
      synchronized (latest) {
        latest.put(request.uid(), reading);
      }
    } finally {
      underWay.remove(request);
      whenRead.accept(new ResourceID(request.name(), request.namespace()));
    }
  }

  private DatabaseReading find(Request request) {
    try {
      return switch (secrets.read(request.namespace(), request.secret())) {
        case DatabaseSecret.Missing missing ->
            new DatabaseReading.Refused(Reason.SECRET_MISSING, missing.message());
        case DatabaseSecret.Url url -> reader.read(url.value(), request.versionTable());
      };
    } catch (KubernetesClientException e) {
      LOG.warn(
          "Reading Secret {} in namespace {} failed: {}",
          request.secret().name(),
          request.namespace(),
          e.getMessage());
      return new DatabaseReading.NotObservable("The Secret could not be read");
    }
  }
}
