package io.dbmigrations.api.generated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class CrdTest {

  private static final CheckedIn DEFINITION = CheckedIn.at("crds/" + GeneratedCrd.FILE_NAME);
  private static final CheckedIn CHART_TEMPLATE =
      CheckedIn.at("helm/dbmigration-operator/templates/" + GeneratedCrd.FILE_NAME);

  @Test
  void theCheckedInDefinitionIsThatOfTheModel() throws IOException {
    DEFINITION.mustBe(GeneratedCrd.text());
  }

  @Test
  void theChartHasTheSameDefinition() throws IOException {
    CHART_TEMPLATE.mustBe(GeneratedCrd.chartTemplate());
  }

  /**
   * A client-side apply keeps it in an annotation of at most 256 KiB, beside what others put there.
   */
  @Test
  void theDefinitionIsSmallEnoughForAnyApply() throws IOException {
    assertThat(Files.size(DEFINITION.path())).isLessThan(100_000);
  }

  @Test
  void kubectlExplainHasAnAnswerForEveryField() throws IOException {
    List<String> silent = new ArrayList<>();
    forEach(
        schema(),
        "",
        (path, schema) -> {
          if (schema.path("description").asText().isBlank()) {
            silent.add(path);
          }
        });
    assertThat(silent).isEmpty();
  }

  /** One number that is too great or too small to be read stops the watch of every resource. */
  @Test
  void everyNumberHasBoundsWithinWhichItCanBeRead() throws IOException {
    List<String> unbounded = new ArrayList<>();
    forEach(
        schema(),
        "",
        (path, schema) -> {
          boolean isInt = schema.path("format").asText().equals("int32");
          long most = isInt ? Integer.MAX_VALUE : 1L << 53;
          boolean isWithin =
              schema.path("minimum").asLong(Long.MIN_VALUE) >= -most - 1
                  && schema.path("maximum").asLong(Long.MAX_VALUE) <= most;
          if (schema.path("type").asText().equals("integer") && !isWithin) {
            unbounded.add(path);
          }
        });
    assertThat(unbounded).isEmpty();
  }

  /** Without these words nobody could tell which attempt it was, or how it ended. */
  @Test
  void anAttemptWithoutItsWordsIsRefused() throws IOException {
    JsonNode attempt = schema().at("/properties/status/properties/attempt");
    assertThat(required(attempt)).containsExactly("image", "job", "request", "startedAt", "target");
    JsonNode outcome = attempt.at("/properties/outcome");
    assertThat(required(outcome)).containsExactly("endedAt", "message", "reason");
    assertThat(required(outcome.at("/properties/claim"))).containsExactly("name", "uid");
    assertThat(required(outcome.at("/properties/newest"))).containsExactly("uid");
  }

  private static JsonNode schema() throws IOException {
    return GeneratedCrd.tree().at("/spec/versions/0/schema/openAPIV3Schema");
  }

  private static List<String> required(JsonNode schema) {
    return schema.path("required").valueStream().map(JsonNode::asText).sorted().toList();
  }

  private static void forEach(JsonNode schema, String path, BiConsumer<String, JsonNode> visitor) {
    visitor.accept(path, schema);
    schema
        .path("properties")
        .propertyStream()
        .forEach(field -> forEach(field.getValue(), path + "." + field.getKey(), visitor));
    if (schema.has("items")) {
      forEach(schema.get("items"), path + "[]", visitor);
    }
  }
}
