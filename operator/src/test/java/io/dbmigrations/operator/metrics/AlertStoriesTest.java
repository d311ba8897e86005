package io.dbmigrations.operator.metrics;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.operator.testing.CheckedIn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Records what the metrics would be while something happens to resources, for {@code
 * helm/tests/alerts}, which evaluates the chart's alerts on it: the statuses are those that the
 * operator decides on.
 */
class AlertStoriesTest {

  private static final Pattern NAME = Pattern.compile("\\bdbmigration_\\w+");

  @Test
  void theRecordedSeriesAreThoseOfTheOperator() throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            # Recorded by AlertStoriesTest: mvn -pl crds,operator test -Dupdate
            rule_files: [../dbmigration-operator/files/alerts.yaml]
            evaluation_interval: 1m
            tests:
            """);
    for (AlertStory story : AlertStory.ALL) {
      text.append(record(story));
    }
    new CheckedIn("helm/tests/alerts.yaml").mustBe(text.toString());
  }

  @Test
  void eachAlertHasAStoryInWhichItFires() throws IOException {
    assertThat(
            AlertStory.ALL.stream()
                .flatMap(story -> story.fires().values().stream())
                .flatMap(List::stream)
                .map(AlertStoriesTest::alert)
                .collect(toSet()))
        .isEqualTo(
            Alerts.read().all().stream().map(Alerts.Alert::name).collect(Collectors.toSet()));
  }

  private static String record(AlertStory story) throws IOException {
    Recording recording = new Recording(names());
    Map<String, Stage> pods = new TreeMap<>();
    for (String pod : story.pods()) {
      pods.put(pod, new Stage());
    }
    for (int minute = 0; minute <= story.minutes(); minute++) {
      Map<String, Scrape> scrapes = new TreeMap<>();
      for (Map.Entry<String, Stage> pod : pods.entrySet()) {
        pod.getValue().at(minute);
        story.play().at(pod.getKey(), pod.getValue(), minute);
        scrapes.put(pod.getKey(), pod.getValue().scrape(minute));
      }
      recording.add(scrapes);
    }
    return """
      - name: %s
        interval: 1m
        input_series:
    %s
        promql_expr_test:
    %s
    """
        .formatted(
            story.name(),
            recording.series().entrySet().stream()
                .map(series ->
                    "      - series: '%s'\n        values: '%s'"
                        .formatted(series.getKey(), series.getValue()))
                .collect(joining("\n")),
            expected(story));
  }

  private static String expected(AlertStory story) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<Integer, List<String>> entry : new TreeMap<>(story.fires()).entrySet()) {
      List<String> samples = new ArrayList<>();
      for (String alert : entry.getValue()) {
        samples.add("          - {labels: '%s', value: 1}".formatted(firing(alert)));
      }
      lines.add(
          """
                - expr: ALERTS{alertstate="firing"}
                  eval_time: %dm
                  exp_samples:%s
          """
              .formatted(
                  entry.getKey(), samples.isEmpty() ? " []" : "\n" + String.join("\n", samples))
              .stripTrailing());
    }
    return String.join("\n", lines);
  }

  // An alert as a story names it: Name, or Name label=value …
  private static String firing(String alert) throws IOException {
    List<String> words = Arrays.asList(alert.split(" ", -1));
    List<String> labels =
        new ArrayList<>(List.of("alertname=" + words.getFirst(), "alertstate=firing"));
    labels.addAll(words.subList(1, words.size()));
    labels.add("severity=" + Alerts.read().named(words.getFirst()).severity());
    return labels.stream()
        .map(label -> label.replace("=", "=\"") + "\"")
        .collect(joining(", ", "ALERTS{", "}"));
  }

  private static String alert(String alert) {
    return alert.split(" ", 2)[0];
  }

  private static Set<String> names() throws IOException {
    return Alerts.read().all().stream()
        .flatMap(alert -> NAME.matcher(alert.expression()).results())
        .map(MatchResult::group)
        .collect(toSet());
  }
}
