package io.dbmigrations.operator.metrics;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.testing.CheckedIn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alerts and dashboard ask for metrics and labels that there are. */
class ExpressionsTest {

  private static final Pattern OURS = Pattern.compile("\\b(dbmigration_\\w+)\\b(?:\\{([^}]*)})?");
  private static final Pattern OTHERS = Pattern.compile("\\b((?:jvm|process|system)_\\w+)\\b");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~?|!=|!~)\"([^\"]*)\"");

  // Prometheus gives them to what it scrapes.
  private static final Set<String> TARGETS = Set.of("job", "namespace", "pod", "instance", "le");

  @Test
  void eachAlertAsksForWhatThereIs() throws IOException {
    assertThat(Alerts.read().all())
        .isNotEmpty()
        .allSatisfy(alert -> assertThat(ours(alert.expression())).as(alert.name()).isNotEmpty());
  }

  @Test
  void eachAlertSaysWhatHasHappenedAndWhatToDo() throws IOException {
    assertThat(Alerts.read().all())
        .allSatisfy(alert -> {
          assertThat(alert.name()).startsWith("DatabaseMigration");
          assertThat(alert.severity()).isIn("critical", "warning", "info");
          assertThat(List.of("summary", "description", "runbook"))
              .allSatisfy(part -> assertThat(alert.word(part)).isNotEmpty());
        });
  }

  @Test
  void thePanelsAskForWhatThereIsAndLeaveNoMetricOut() throws IOException {
    Set<Metric> shown = new HashSet<>();
    for (String expression : panels()) {
      shown.addAll(ours(expression));
    }
    assertThat(shown).containsExactlyInAnyOrder(Metric.values());
  }

  @Test
  void thePanelsAskForWhatMicrometerHasOfTheProcess() throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    new OperatorMetrics(() -> false, Clock.systemUTC()).writeTo(page);
    Set<String> there =
        Scrape.of(page.toString(StandardCharsets.UTF_8)).series().keySet().stream()
            .map(Scrape::name)
            .collect(toSet());
    List<String> asked =
        panels().stream()
            .flatMap(expression -> OTHERS.matcher(expression).results())
            .map(MatchResult::group)
            .toList();
    assertThat(asked).isNotEmpty();
    assertThat(there).containsAll(asked);
  }

  private static List<String> panels() throws IOException {
    JsonNode dashboard =
        new ObjectMapper()
            .readTree(new CheckedIn("helm/dbmigration-operator/files/dashboard.json").content());
    List<String> expressions = new ArrayList<>();
    dashboard
        .path("panels")
        .forEach(panel ->
            panel.path("targets").forEach(target -> expressions.add(target.path("expr").asText())));
    return expressions;
  }

  /** The metrics of ours in an expression, each with labels that it has, and values of those. */
  private static Set<Metric> ours(String expression) {
    Set<Metric> found = new HashSet<>();
    OURS.matcher(expression)
        .results()
        .forEach(series -> {
          Metric metric = metric(series.group(1));
          found.add(metric);
          MATCHER
              .matcher(Optional.ofNullable(series.group(2)).orElse(""))
              .results()
              .forEach(matcher -> check(metric, matcher));
        });
    return found;
  }

  private static Metric metric(String name) {
    return Arrays.stream(Metric.values())
        .filter(metric -> Scrape.isOf(metric, name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  private static void check(Metric metric, MatchResult matcher) {
    String key = matcher.group(1);
    assertThat(Stream.concat(TARGETS.stream(), metric.labels().stream().map(Label::key)))
        .as(metric.wireName())
        .contains(key);
    if (key.equals("class")) {
      assertThat(Arrays.stream(ReasonClass.values()).map(ConditionClass::word).toList())
          .containsAll(Arrays.asList(matcher.group(3).split("\\|", -1)));
    }
  }
}
