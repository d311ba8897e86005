package io.dbmigrations.operator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.observe.Resources;
import io.dbmigrations.operator.report.StatusReport;
import io.dbmigrations.operator.testing.ClusterObjects;
import io.dbmigrations.operator.testing.Observations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An operator of which Prometheus would scrape something every minute: its metrics, and resources
 * whose statuses are those that it decides on.
 */
final class Stage implements Resources {

  private static final Duration RESYNC = Duration.ofMinutes(5);

  private final Map<String, DatabaseMigration> resources = new TreeMap<>();
  private final Map<String, Instant> readings = new HashMap<>();
  private Instant now = Observations.NOW;
  private boolean leads = true;
  private int waiting;
  private final OperatorMetrics metrics = new OperatorMetrics(() -> leads, new ThisMinute());

  Stage() {
    metrics.queue(() -> waiting, () -> 1);
    metrics.show(new OperatorMetrics.Sources(this, readings::get, RESYNC, true, 100));
  }

  private final class ThisMinute extends Clock {
    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  OperatorMetrics metrics() {
    return metrics;
  }

  void leads(boolean does) {
    leads = does;
  }

  void queue(int resourcesThatWait) {
    waiting = resourcesThatWait;
  }

  /** That resource is read at this minute. */
  void reads(String name) {
    readings.put(resource(name).getMetadata().getUid(), now);
  }

  /** The operator decides on that, with the status that the resource has from before. */
  void decides(String name, Observations observed) {
    Observation observation = observed.build();
    DatabaseMigration resource = resource(name);
    DatabaseMigrationStatus before = resource.getStatus();
    DatabaseMigrationStatus known = observation.status();
    Observation current =
        ObservationBuilder.builder(observation)
            .status(
                before == null
                    ? known
                    : DatabaseMigrationStatusBuilder.builder(known)
                        .conditions(
                            known.conditions().isEmpty() ? before.conditions() : known.conditions())
                        .notReadySince(before.notReadySince())
                        .build())
            .now(now)
            .build();
    switch (new Decider(RESYNC).decide(current)) {
      case Decision.Report report -> resource.setStatus(StatusReport.report(current, report));
      case Decision.ConcludeFailure failure ->
          resource.setStatus(StatusReport.failure(current, failure));
      case Decision.ConcludeSuccess success ->
          resource.setStatus(StatusReport.success(current, success));
      case Decision other -> throw new AssertionError("does something else: " + other);
    }
  }

  /** The operator says that. */
  void says(String name, Observations observed, Decision.Report report) {
    Observation observation = observed.build();
    DatabaseMigration resource = resource(name);
    DatabaseMigrationStatus before =
        resource.getStatus() == null ? observation.status() : resource.getStatus();
    resource.setStatus(
        StatusReport.report(
            ObservationBuilder.builder(observation).status(before).now(now).build(), report));
  }

  /** What is scraped so many minutes after the beginning. */
  Scrape scrape(int minute) {
    now = Observations.NOW.plus(Duration.ofMinutes(minute));
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try {
      metrics.writeTo(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Scrape.of(page.toString(UTF_8));
  }

  /** It is this minute from now on. */
  void at(int minute) {
    now = Observations.NOW.plus(Duration.ofMinutes(minute));
  }

  DatabaseMigration resource(String name) {
    return resources.computeIfAbsent(name, Stage::named);
  }

  @Override
  public Optional<DatabaseMigration> find(String namespace, String name) {
    return Optional.ofNullable(resources.get(name));
  }

  @Override
  public Stream<DatabaseMigration> all() {
    return resources.values().stream();
  }

  private static DatabaseMigration named(String name) {
    DatabaseMigration resource = ClusterObjects.resource();
    resource.getMetadata().setName(name);
    resource.getMetadata().setUid(name);
    return resource;
  }
}
