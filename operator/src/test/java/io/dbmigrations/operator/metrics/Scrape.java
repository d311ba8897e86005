package io.dbmigrations.operator.metrics;

import static java.util.stream.Collectors.toMap;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Prometheus would read of a page: each series with its value. */
record Scrape(Map<String, Double> series) {

  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{.*})? (\\S+)");

  /** Reads the page; a line that is no sample and no comment is none of the format. */
  static Scrape of(String page) {
    Map<String, Double> series = new TreeMap<>();
    page.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          Matcher sample = SAMPLE.matcher(line);
          if (!sample.matches()) {
            throw new AssertionError("no sample: " + line);
          }
          String labels = sample.group(2) == null ? "" : sample.group(2);
          if (series.put(sample.group(1) + labels, Double.valueOf(sample.group(3))) != null) {
            throw new AssertionError("twice: " + line);
          }
        });
    return new Scrape(series);
  }

  /** Those of that metric alone; of a histogram all that belongs to it. */
  Map<String, Double> of(Metric metric) {
    return series.entrySet().stream()
        .filter(entry -> isOf(metric, name(entry.getKey())))
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  static String name(String series) {
    return series.split("\\{", 2)[0];
  }

  static boolean isOf(Metric metric, String name) {
    return name.equals(metric.wireName())
        || (metric.type().word().equals("histogram")
            && name.matches(metric.wireName() + "_(bucket|sum|count|max)"));
  }
}
