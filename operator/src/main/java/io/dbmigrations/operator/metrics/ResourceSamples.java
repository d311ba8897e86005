package io.dbmigrations.operator.metrics;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.api.v1alpha1.Times;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of each resource, computed from the statuses that the cache has at this moment: they
 * go with the resource, and another leader says the same.
 */
final class ResourceSamples {

  private static final int REVISIONS = 3;
  private static final int LENGTH = 40;
  private static final String CUT = "…";

  private final SampleText text;
  private final Instant now;

  ResourceSamples(SampleText text, Instant now) {
    this.text = text;
    this.now = now;
  }

  /** How many there are in all. */
  void count(List<DatabaseMigration> all) throws IOException {
    Map<ReasonClass, Long> counts = new EnumMap<>(ReasonClass.class);
    for (DatabaseMigration resource : all) {
      counts.merge(ConditionClass.of(resource.getStatus()), 1L, Long::sum);
    }
    text.begin(Metric.RESOURCES);
    for (ReasonClass standing : ReasonClass.values()) {
      text.sample(counts.getOrDefault(standing, 0L), ConditionClass.word(standing));
    }
  }

  /** All that is said of each. */
  void each(List<DatabaseMigration> shown) throws IOException {
    write(Metric.RESOURCE_READY, shown, status -> ConditionClass.isReady(status) ? 1L : 0L);
    write(Metric.RESOURCE_OUT_OF_SYNC, shown, status -> seconds(status.notReadySince()));
    reasons(shown);
    infos(shown);
    write(Metric.RESOURCE_APPROVAL, shown, this::approval);
    write(Metric.RESOURCE_LOCK, shown, ResourceSamples::lock);
    write(Metric.RESOURCE_ATTEMPTS, shown, ResourceSamples::attempts);
    write(Metric.RESOURCE_FAILURES, shown, ResourceSamples::failures);
  }

  /** The number that a status means, null for none. */
  private interface Value {
    @Nullable Long of(DatabaseMigrationStatus status);
  }

  private void write(Metric metric, List<DatabaseMigration> shown, Value value) throws IOException {
    text.begin(metric);
    for (DatabaseMigration resource : shown) {
      Long number = value.of(status(resource));
      if (number != null) {
        text.sample(number, namespace(resource), name(resource));
      }
    }
  }

  private void reasons(List<DatabaseMigration> shown) throws IOException {
    text.begin(Metric.RESOURCE_REASON);
    for (DatabaseMigration resource : shown) {
      Condition ready = ConditionClass.find(resource.getStatus(), Condition.READY);
      if (ready != null) {
        text.sample(
            1,
            namespace(resource),
            name(resource),
            Reason.of(ready.reason()).map(Reason::wireName).orElse("Unknown"),
            ConditionClass.word(ConditionClass.of(resource.getStatus())));
      }
    }
  }

  private void infos(List<DatabaseMigration> shown) throws IOException {
    text.begin(Metric.RESOURCE_INFO);
    for (DatabaseMigration resource : shown) {
      text.sample(
          1,
          namespace(resource),
          name(resource),
          current(status(resource).currentRevisions()),
          cut(resource.getSpec().targetRevision()));
    }
  }

  static String current(@Nullable List<String> revisions) {
    if (revisions == null) {
      return "";
    }
    if (revisions.isEmpty()) {
      return "base";
    }
    if (revisions.size() == 1) {
      return cut(revisions.getFirst());
    }
    String first =
        String.join(",", revisions.stream().limit(REVISIONS).map(ResourceSamples::cut).toList());
    return revisions.size() > REVISIONS ? first + "," + CUT : first;
  }

  private static String cut(@Nullable String word) {
    if (word == null) {
      return "";
    }
    return word.length() <= LENGTH ? word : word.substring(0, LENGTH) + CUT;
  }

  private @Nullable Long approval(DatabaseMigrationStatus status) {
    AttemptStatus attempt = status.attempt();
    return status.plan() == null
            || attempt == null
            || attempt.outcome() == null
            || !attempt.endedWith(Reason.APPROVAL_REQUIRED)
            || ConditionClass.of(status) != ReasonClass.WAITING
        ? null
        : seconds(attempt.outcome().endedAt());
  }

  private static @Nullable Long lock(DatabaseMigrationStatus status) {
    ProgressStatus progress = status.progress();
    return progress == null || progress.waitingFor() == null ? null : 1L;
  }

  private static @Nullable Long attempts(DatabaseMigrationStatus status) {
    return status.attempt() == null ? null : (long) status.attempt().number();
  }

  private static @Nullable Long failures(DatabaseMigrationStatus status) {
    AttemptStatus attempt = status.attempt();
    if (attempt == null || attempt.endedWith(Reason.AT_TARGET_REVISION)) {
      return null;
    }
    boolean isHeld =
        attempt.outcome() == null
            || Reason.of(attempt.outcome().reason()).filter(Reason::hasPlan).isPresent();
    long failures = attempt.failures() + (isHeld ? 0L : 1L);
    return failures == 0 ? null : failures;
  }

  // A time that somebody wrote by hand may be none, and of a clock that is ahead one to come.
  private @Nullable Long seconds(@Nullable String since) {
    Optional<Instant> begin = Times.past(since, now);
    return begin.isEmpty() ? null : Math.max(0, Duration.between(begin.get(), now).toSeconds());
  }

  private static DatabaseMigrationStatus status(DatabaseMigration resource) {
    return resource.getStatus() == null ? DatabaseMigrationStatus.NONE : resource.getStatus();
  }

  private static String namespace(DatabaseMigration resource) {
    return resource.getMetadata().getNamespace();
  }

  private static String name(DatabaseMigration resource) {
    return resource.getMetadata().getName();
  }
}
