package io.dbmigrations.api.argocd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dbmigrations.api.v1alpha1.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HealthScriptTest {

  private static final Path DIRECTORY = Path.of("argocd/dbmigrations.io/DatabaseMigration");
  private static final YAMLMapper YAML = new YAMLMapper();

  record Health(String status, String message) {}

  record Case(Path input, Health expected) {
    @Override
    public String toString() {
      return input.getFileName() + " is " + expected.status();
    }
  }

  static List<Case> table() throws IOException {
    JsonNode tests = YAML.readTree(DIRECTORY.resolve("health_test.yaml").toFile()).get("tests");
    return StreamSupport.stream(tests.spliterator(), false)
        .map(test ->
            new Case(
                DIRECTORY.resolve(test.get("inputPath").textValue()),
                new Health(
                    test.at("/healthStatus/status").textValue(),
                    test.at("/healthStatus/message").textValue())))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("table")
  void theScriptAnswersAsItsTableSays(Case one) throws IOException {
    assertThat(judge(YAML.readTree(one.input().toFile()))).isEqualTo(one.expected());
  }

  @Test
  void everyObjectOfTheTestDataIsInTheTable() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY.resolve("testdata"))) {
      assertThat(table())
          .extracting(Case::input)
          .containsExactlyInAnyOrderElementsOf(files.toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyReasonHasTheHealthOfItsClass(Reason reason) throws IOException {
    String expected =
        switch (reason.reasonClass()) {
          case DONE -> "Healthy";
          case PROGRESSING, TRANSIENT, UNSEEN -> "Progressing";
          case WAITING -> "Suspended";
          case STALLED -> "Degraded";
        };
    assertThat(judge(resourceWith(reason))).isEqualTo(new Health(expected, "why"));
  }

  private static ObjectNode resourceWith(Reason reason) {
    ObjectNode resource = JsonNodeFactory.instance.objectNode();
    resource.putObject("metadata").put("generation", 1);
    resource.putObject("spec");
    ArrayNode conditions =
        resource.putObject("status").put("observedGeneration", 1).putArray("conditions");
    switch (reason.reasonClass()) {
      case DONE -> condition(conditions, "Ready", "True", reason);
      case PROGRESSING -> {
        condition(conditions, "Ready", "Unknown", reason);
        condition(conditions, "Reconciling", "True", reason);
      }
      case TRANSIENT -> {
        condition(conditions, "Ready", "False", reason);
        condition(conditions, "Reconciling", "True", reason);
      }
      case WAITING -> condition(conditions, "Ready", "False", reason);
      case UNSEEN -> condition(conditions, "Ready", "Unknown", reason);
      case STALLED -> {
        condition(conditions, "Ready", "False", reason);
        condition(conditions, "Stalled", "True", reason);
      }
    }
    return resource;
  }

  private static void condition(ArrayNode conditions, String type, String status, Reason reason) {
    conditions
        .addObject()
        .put("type", type)
        .put("status", status)
        .put("reason", reason.wireName())
        .put("message", "why");
  }

  private static Health judge(JsonNode object) throws IOException {
    Map<?, ?> answer = new Script(DIRECTORY.resolve("health.lua")).run(object);
    return new Health(String.valueOf(answer.get("status")), String.valueOf(answer.get("message")));
  }
}
