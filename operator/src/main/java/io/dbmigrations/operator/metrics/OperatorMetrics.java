package io.dbmigrations.operator.metrics;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.database.DatabaseReader;
import io.dbmigrations.operator.observe.Resources;
import io.dbmigrations.operator.server.Page;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import okhttp3.Interceptor;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of an operator, and the page that shows them. Their instruments are made beside the
 * start, as that takes as long as loading hundreds of classes does.
 */
public final class OperatorMetrics implements Page {

  /**
   * What the metrics of resources are computed from.
   *
   * @param all the resources, as the cache has them
   * @param lastReading when the resource of that UID was read last; null where it was not
   * @param resync how often it is read where it does not say so itself
   * @param isRead whether the operator reads databases at all
   * @param limit how many resources have metrics of their own
   */
  public record Sources(
      Resources all,
      Function<String, @Nullable Instant> lastReading,
      Duration resync,
      boolean isRead,
      int limit) {}

  private record Parts(
      Instruments instruments, AttemptMetrics attempts, ReconcileMetrics reconciles) {}

  private final CompletableFuture<Parts> parts;
  // All that was asked to be shown: what is added when the parts are there is added a moment later.
  private volatile CompletableFuture<?> whole;
  private final ApiMetrics requests;
  private final BooleanSupplier leads;
  private final Clock clock;
  private volatile @Nullable Sources sources;
  private volatile @Nullable Instant leadingSince;

  /**
   * Metrics.
   *
   * @param leads whether this operator may work, and none of the others
   */
  public OperatorMetrics(BooleanSupplier leads, Clock clock) {
    this.leads = leads;
    this.clock = clock;
    parts =
        CompletableFuture.supplyAsync(
            this::make, task -> Thread.ofPlatform().daemon().name("metrics").start(task));
    whole = parts;
    requests = new ApiMetrics(() -> parts.join().instruments());
  }

  private Parts make() {
    Instruments instruments = new Instruments().withProcess();
    instruments.gauge(Metric.LEADER, () -> isLeading() ? 1 : 0);
    return new Parts(
        instruments, new AttemptMetrics(instruments), new ReconcileMetrics(instruments));
  }

  /** Counts how attempts end. */
  public AttemptMetrics attempts() {
    return parts.join().attempts();
  }

  /** Measures the reconciles. */
  public Metrics reconciles() {
    return parts.join().reconciles();
  }

  /** Counts and measures what is asked of the API server. */
  public Interceptor requests() {
    return requests;
  }

  /** The same reader, measured. */
  public DatabaseReader measured(DatabaseReader reader) {
    return new ReadingMetrics(reader, parts.join().instruments());
  }

  /** Shows how many resources wait for a thread, and how many have one. */
  public void queue(IntSupplier waiting, IntSupplier active) {
    whole =
        parts.thenAccept(made -> {
          made.instruments().gauge(Metric.RECONCILE_QUEUE, waiting::getAsInt);
          made.instruments().gauge(Metric.RECONCILE_ACTIVE, active::getAsInt);
        });
  }

  /** Shows the resources from now on. */
  public void show(Sources resources) {
    sources = resources;
  }

  @Override
  public String contentType() {
    return SampleText.CONTENT_TYPE;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    whole.join();
    parts.join().instruments().write(out, SampleText.CONTENT_TYPE);
    Sources shown = sources;
    if (shown == null || !isLeading()) {
      leadingSince = null;
      return;
    }
    Instant now = clock.instant();
    Instant since = leadingSince;
    if (since == null) {
      since = now;
      leadingSince = since;
    }
    SampleText text = new SampleText(out);
    write(text, shown, since, now);
    text.flush();
  }

  private boolean isLeading() {
    return sources != null && leads.getAsBoolean();
  }

  private static void write(SampleText text, Sources sources, Instant since, Instant now)
      throws IOException {
    List<DatabaseMigration> all = sources.all().all().toList();
    Selection selection = Selection.of(all, sources.limit());
    ResourceSamples samples = new ResourceSamples(text, now);
    samples.count(all);
    value(text, Metric.RESOURCES_LEFT_OUT, selection.leftOut());
    if (sources.isRead()) {
      ReadingAges ages = ReadingAges.of(all, sources.lastReading(), since, sources.resync(), now);
      value(text, Metric.OLDEST_READING, ages.oldest());
      value(text, Metric.OVERDUE_READING, ages.overdue());
    }
    samples.each(selection.shown());
  }

  private static void value(SampleText text, Metric metric, double value) throws IOException {
    text.begin(metric);
    text.sample(value);
  }
}
