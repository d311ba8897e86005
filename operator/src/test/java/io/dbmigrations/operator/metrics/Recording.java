package io.dbmigrations.operator.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Series as promtool takes them: the values of each, a minute apart. */
final class Recording {

  private static final String MISSING = "_";

  // What Prometheus writes where a series ends.
  private static final String END = "stale";

  private final Set<String> names;
  private final Map<String, List<String>> series = new TreeMap<>();
  private int minutes;

  /** Of series with these names alone. */
  Recording(Set<String> names) {
    this.names = names;
  }

  /** A further minute, in which those Pods were scraped. */
  void add(Map<String, Scrape> pods) {
    minutes++;
    pods.forEach((pod, scrape) ->
        scrape
            .series()
            .forEach((name, value) -> {
              if (names.contains(Scrape.name(name))) {
                series
                    .computeIfAbsent(scraped(name, pod), _ -> missing(minutes - 1))
                    .add(number(value));
              }
            }));
    series.values().stream()
        .filter(values -> values.size() < minutes)
        .forEach(values -> values.add(values.getLast().matches("[0-9].*") ? END : MISSING));
  }

  /** Each series with its values. */
  Map<String, String> series() {
    Map<String, String> all = new TreeMap<>();
    series.forEach((name, values) -> all.put(name, String.join(" ", values)));
    return all;
  }

  // With honor_labels a resource's metric keeps its own namespace.
  private static String scraped(String name, String pod) {
    String namespace = name.contains("namespace=") ? "" : "namespace=\"dbmigration-system\",";
    String target = "job=\"dbmigration-operator\",%spod=\"%s\"".formatted(namespace, pod);
    return name.endsWith("}")
        ? name.substring(0, name.length() - 1) + "," + target + "}"
        : name + "{" + target + "}";
  }

  private static List<String> missing(int count) {
    return new ArrayList<>(Collections.nCopies(count, MISSING));
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
