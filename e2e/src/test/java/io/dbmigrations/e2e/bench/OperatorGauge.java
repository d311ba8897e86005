package io.dbmigrations.e2e.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.e2e.fixture.Operator;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the operator in the cluster says of itself, and its node of it. */
record OperatorGauge(KubernetesClient client) {
  private static final Pattern RESOURCES =
      Pattern.compile("(?m)^dbmigration_resources\\{class=\"Done\"} ([0-9.E]+)$");
  private static final Pattern READINGS =
      Pattern.compile("(?m)^dbmigration_reading_duration_seconds_count\\{[^}]*} ([0-9.E]+)$");
  private static final Pattern REQUESTS =
      Pattern.compile(
          "(?m)^dbmigration_api_requests_total\\{[^}]*verb=\"(\\w+)\"[^}]*} ([0-9.E]+)$");

  /**
   * What its node has measured of it.
   *
   * @param at when that was
   * @param cpuNanos since its start
   */
  record Usage(Instant at, double cpuNanos, double residentMiB, double workingSetMiB) {}

  /** How many resources are at their targets. */
  int settled() {
    return (int) sum(RESOURCES, page());
  }

  /** How many readings it has taken since its start. */
  int readings() {
    return (int) sum(READINGS, page());
  }

  /** Its requests to the API server since its start, by verb. */
  Map<String, Integer> requests() {
    return REQUESTS
        .matcher(page())
        .results()
        .collect(
            Collectors.toMap(
                found -> found.group(1),
                found -> (int) number(found, 2),
                Integer::sum,
                TreeMap::new));
  }

  /** How often it reads a settled database. */
  Duration interval() {
    return pod().getSpec().getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getName().equals("DBMIGRATION_RESYNC_INTERVAL"))
        .map(variable -> Durations.parse(variable.getValue()))
        .findFirst()
        .orElseThrow();
  }

  /** The node measures every ten seconds or so. */
  Usage usage() {
    var pod = pod();
    var summary =
        json("/api/v1/nodes/%s/proxy/stats/summary".formatted(pod.getSpec().getNodeName()));
    for (var stats : summary.path("pods")) {
      if (stats.at("/podRef/uid").asText().equals(pod.getMetadata().getUid())) {
        var container = stats.path("containers").path(0);
        return new Usage(
            Instant.parse(container.at("/cpu/time").asText()),
            container.at("/cpu/usageCoreNanoSeconds").asDouble(),
            mebibytes(container.at("/memory/rssBytes")),
            mebibytes(container.at("/memory/workingSetBytes")));
      }
    }
    throw new IllegalStateException("The node has not measured the operator yet");
  }

  private static double mebibytes(JsonNode bytes) {
    return bytes.asDouble() / (1 << 20);
  }

  private String page() {
    var pod = pod().getMetadata();
    return client.raw(
        "/api/v1/namespaces/%s/pods/%s:8080/proxy/metrics"
            .formatted(pod.getNamespace(), pod.getName()));
  }

  private Pod pod() {
    return new Operator(client).pods().getFirst();
  }

  private JsonNode json(String path) {
    try {
      return new ObjectMapper().readTree(client.raw(path));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double sum(Pattern pattern, String page) {
    return pattern.matcher(page).results().mapToDouble(found -> number(found, 1)).sum();
  }

  private static double number(MatchResult found, int group) {
    return Double.parseDouble(found.group(group));
  }
}
