package io.dbmigrations.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The instruments that count and measure, by metric and values of its labels. */
final class Instruments {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** That of those labels' values, in the metric's order. */
  Counter counter(Metric metric, String... values) {
    return Counter.builder(without(metric.wireName(), "_total"))
        .description(metric.help())
        .tags(tags(metric, values))
        .register(registry);
  }

  /** That of those labels' values, in the metric's order. */
  Timer timer(Metric metric, String... values) {
    return Timer.builder(without(metric.wireName(), "_seconds"))
        .description(metric.help())
        .tags(tags(metric, values))
        .serviceLevelObjectives(metric.type().buckets())
        .register(registry);
  }

  /** Asks for the value with each scrape. */
  void gauge(Metric metric, Supplier<Number> value) {
    Gauge.builder(metric.wireName(), value).description(metric.help()).register(registry);
  }

  /** Adds what Micrometer measures of the process. */
  @SuppressWarnings("resource") // It ends with the process.
  Instruments withProcess() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmGcMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    return this;
  }

  /** Writes all of them in that format. */
  void write(OutputStream out, String contentType) throws IOException {
    registry.scrape(out, contentType);
  }

  private static Tags tags(Metric metric, String... values) {
    List<Label> labels = metric.labels();
    if (values.length != labels.size()) {
      throw new IllegalArgumentException(
          "%s has the labels %s".formatted(metric.wireName(), labels));
    }
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(labels.get(i).key(), values[i]));
    }
    return Tags.of(tags);
  }

  // Micrometer adds what Prometheus wants behind a name.
  private static String without(String name, String suffix) {
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
  }
}
