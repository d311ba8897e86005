package io.dbmigrations.api.generated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
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
    collectUndescribed(
        GeneratedCrd.tree().at("/spec/versions/0/schema/openAPIV3Schema"), "", silent);
    assertThat(silent).isEmpty();
  }

  private static void collectUndescribed(JsonNode schema, String path, List<String> silent) {
    if (schema.path("description").asText().isBlank()) {
      silent.add(path);
    }
    schema
        .path("properties")
        .propertyStream()
        .forEach(
            field -> collectUndescribed(field.getValue(), path + "." + field.getKey(), silent));
    if (schema.has("items")) {
      collectUndescribed(schema.get("items"), path + "[]", silent);
    }
  }
}
