package io.dbmigrations.api.generated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people copy must name only fields that there are: the API server drops others silently. */
class SamplesTest {

  private static final YAMLMapper YAML = new YAMLMapper();

  static List<Path> resources() throws IOException {
    return Stream.concat(
            list("samples").stream(),
            list("argocd/dbmigrations.io/DatabaseMigration/testdata").stream())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("resources")
  void aResourceHasOnlyFieldsOfTheDefinition(Path file) throws IOException {
    JsonNode schema = GeneratedCrd.tree().at("/spec/versions/0/schema/openAPIV3Schema/properties");
    JsonNode resource = YAML.readTree(file.toFile());
    List<String> unknown = new ArrayList<>();
    for (String part : List.of("spec", "status")) {
      collectUnknown(resource.path(part), schema.get(part), part, unknown);
    }

    assertThat(unknown).isEmpty();
  }

  @Test
  void noTwoSamplesHaveTheSameName() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path sample : list("samples")) {
      names.add(YAML.readTree(sample.toFile()).at("/metadata/name").textValue());
    }

    assertThat(names).doesNotContainNull().doesNotHaveDuplicates();
  }

  private static void collectUnknown(
      JsonNode value, JsonNode schema, String path, List<String> unknown) {
    value.forEach(item -> collectUnknownOfItem(item, schema, path, unknown));
    if (!schema.has("properties")) {
      return;
    }
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String fieldPath = path + "." + field.getKey();
      JsonNode fieldSchema = schema.get("properties").get(field.getKey());
      if (fieldSchema == null) {
        unknown.add(fieldPath);
      } else {
        collectUnknown(field.getValue(), fieldSchema, fieldPath, unknown);
      }
    }
  }

  private static void collectUnknownOfItem(
      JsonNode item, JsonNode schema, String path, List<String> unknown) {
    if (schema.has("items")) {
      collectUnknown(item, schema.get("items"), path + "[]", unknown);
    }
  }

  private static List<Path> list(String directory) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      return files.sorted().toList();
    }
  }
}
