package io.dbmigrations.operator.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dbmigrations.operator.testing.CheckedIn;
import java.io.IOException;
import java.util.List;
import java.util.stream.StreamSupport;

/** The chart's alerts. */
record Alerts(List<Alert> all) {

  static final String FILE = "helm/dbmigration-operator/files/alerts.yaml";

  /** One of them, with its annotations as they are written. */
  record Alert(String name, String expression, String lasting, String severity, JsonNode says) {

    String word(String annotation) {
      return says.path(annotation).asText().strip();
    }
  }

  static Alerts read() throws IOException {
    JsonNode groups = new YAMLMapper().readTree(new CheckedIn(FILE).content()).path("groups");
    return new Alerts(
        StreamSupport.stream(groups.spliterator(), false)
            .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
            .map(rule ->
                new Alert(
                    rule.path("alert").asText(),
                    rule.path("expr").asText().strip(),
                    rule.path("for").asText(),
                    rule.at("/labels/severity").asText(),
                    rule.path("annotations")))
            .toList());
  }

  Alert named(String name) {
    return all.stream()
        .filter(alert -> alert.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no alert " + name));
  }
}
