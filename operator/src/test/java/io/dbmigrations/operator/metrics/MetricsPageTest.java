package io.dbmigrations.operator.metrics;

import static java.util.stream.Collectors.joining;

import io.dbmigrations.operator.testing.CheckedIn;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MetricsPageTest {

  private static final Pattern LABEL = Pattern.compile("\\{\\{ \\$labels\\.(\\w+) }}");

  private static final String INTRODUCTION =
      """
      <!-- Generated from the enum Metric and the chart's alerts: mvn -pl crds,operator test -Dupdate -->
      # Metrics

      `/metrics` of the port 8080, in Prometheus' text format. A scrape needs `honor_labels: true`, as the chart's
      ServiceMonitor and PodMonitor have it: a resource's metrics have the namespace of the resource.

      What is said of resources is computed with each scrape from the statuses that the operator knows at that moment. It
      goes with the resource, and after a restart, or a change of the leader, it is the same. Counters begin at 0 with the
      process; an attempt is counted when it has been written down how it ended. No label has a word of a message, a Secret or a
      connection.

      Of each histogram there are, as usual, `_bucket`, `_sum` and `_count`, and `_max`: the longest of the last two minutes.
      """;

  private static final String PROCESS =
      """

      Besides what Micrometer measures of the process: `jvm_memory_*`, `jvm_buffer_*`, `jvm_gc_*`, `jvm_threads_*`, `process_*` and
      `system_*`.
      """;

  @Test
  void thePageIsThatOfTheEnumAndTheAlerts() throws IOException {
    new CheckedIn("operator/METRICS.md")
        .mustBe(
            INTRODUCTION
                + Arrays.stream(Metric.Group.values())
                    .map(MetricsPageTest::section)
                    .collect(joining())
                + PROCESS
                + labels()
                + alerts());
  }

  private static String section(Metric.Group group) {
    return """

    ## %s

    | metric | type | labels | what it is |
    | --- | --- | --- | --- |
    %s
    """
        .formatted(
            group.heading(),
            Arrays.stream(Metric.values())
                .filter(metric -> metric.group() == group)
                .map(metric ->
                    "| `%s` | %s | %s | %s |"
                        .formatted(
                            metric.wireName(),
                            metric.type().word(),
                            metric.labels().stream()
                                .map(label -> "`" + label.key() + "`")
                                .collect(joining(", ")),
                            metric.help()))
                .collect(joining("\n")));
  }

  private static String labels() {
    return """

    ## Labels

    Each has few values, whatever the databases, the images and the cluster are like, but for those of resources, of which at
    most `metrics.resources` of the chart have metrics of their own.

    | label | values |
    | --- | --- |
    %s
    """
        .formatted(
            Stream.of(Label.values())
                .map(label -> "| `%s` | %s |".formatted(label.key(), label.bound()))
                .collect(joining("\n")));
  }

  private static String alerts() throws IOException {
    return """

    ## Alerts

    [In a file](../%s) for any Prometheus, and in a PrometheusRule with `metrics.prometheusRule.enabled` of the chart.

    | alert | severity | fires when | what to do |
    | --- | --- | --- | --- |
    %s
    """
        .formatted(
            Alerts.FILE,
            Alerts.read().all().stream().map(MetricsPageTest::row).collect(joining("\n")));
  }

  private static String row(Alerts.Alert alert) {
    String lasting = alert.lasting().isEmpty() ? "" : ", for " + alert.lasting();
    return "| `%s` | %s | `%s`%s | %s |"
        .formatted(
            alert.name(),
            alert.severity(),
            alert.expression().replaceAll("\\s+", " ").replace("|", "\\|"),
            lasting,
            LABEL
                .matcher(alert.word("runbook"))
                .replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT)));
  }
}
