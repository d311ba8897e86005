package io.dbmigrations.operator.observe;

import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.operator.client.PodLogs;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.job.ProgressLog;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the migrations are that run, by the ends of their logs; read on other threads, so that no
 * reconcile waits for a kubelet. The last word of each running Pod is kept.
 */
public final class ProgressReadings {

  private static final Logger LOG = LoggerFactory.getLogger(ProgressReadings.class);

  // The runner says it every five seconds, whatever else is written in between.
  private static final String END = "tailLines=500&limitBytes=300000";

  private final PodLogs logs;
  private final Executor threads;
  private final Consumer<ResourceID> whenChanged;
  private final Map<String, Progress> latest = new ConcurrentHashMap<>();
  private final Set<String> pending = ConcurrentHashMap.newKeySet();

  private record Progress(String pod, ProgressStatus status) {}

  /**
   * Readings.
   *
   * @param whenChanged told of the resource whose progress is another one than before
   */
  public ProgressReadings(PodLogs logs, Executor threads, Consumer<ResourceID> whenChanged) {
    this.logs = logs;
    this.threads = threads;
    this.whenChanged = whenChanged;
  }

  /** What that Pod of the resource said last; null where nothing is known. */
  @Nullable ProgressStatus latest(String uid, String pod) {
    Progress found = latest.get(uid);
    return found == null || !found.pod().equals(pod) ? null : found.status();
  }

  /** Reads what that Pod says now; one reading of a resource at a time. */
  public void take(String namespace, String name, String uid, String pod) {
    if (pending.add(uid)) {
      threads.execute(() -> {
        boolean isNew = false;
        try {
          isNew = read(namespace, uid, pod);
        } finally {
          pending.remove(uid);
        }
        if (isNew) {
          whenChanged.accept(new ResourceID(name, namespace));
        }
      });
    }
  }

  /** Nothing of that resource runs any more. */
  public void forget(String uid) {
    latest.remove(uid);
  }

  private boolean read(String namespace, String uid, String pod) {
    StringWriter end = new StringWriter();
    try (Reader reader = logs.open(namespace, pod, MigrationJob.CONTAINER, END)) {
      reader.transferTo(end);
    } catch (IOException | KubernetesClientException e) {
      // The migration does not depend on it, and what was said last is still true of then.
      LOG.debug("How far {} is cannot be told: {}", pod, e.getMessage());
      return false;
    }
    ProgressStatus status = ProgressLog.last(end.toString()).orElse(null);
    if (status == null) {
      return false;
    }
    Progress before = latest.put(uid, new Progress(pod, status));
    return before == null || !Objects.equals(before, new Progress(pod, status));
  }
}
