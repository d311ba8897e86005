package io.dbmigrations.api.generated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.fabric8.crdv2.generator.CRDGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The CustomResourceDefinition: what the generator makes of the model, and the overlay on it. */
final class GeneratedCrd {

  static final String FILE_NAME = "databasemigrations.dbmigrations.io.yaml";

  private static final String ORIGIN =
      """
      # Generated from the model in crds/src/main/java and crds/src/test/resources/crd-overlay.yaml:
      # mvn -pl crds test -Dupdate
      """;

  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder()
              .enable(Feature.MINIMIZE_QUOTES)
              .enable(Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .disable(Feature.SPLIT_LINES)
              .disable(Feature.WRITE_DOC_START_MARKER)
              .build());

  private GeneratedCrd() {}

  /** The definition as a tree. */
  static ObjectNode tree() throws IOException {
    ObjectNode definition = fromModel();
    ObjectNode version = (ObjectNode) definition.at("/spec/versions/0");
    try (InputStream overlay = GeneratedCrd.class.getResourceAsStream("/crd-overlay.yaml")) {
      JsonNode patches = YAML.readTree(overlay);
      MergePatch.apply(definition, patches.get("definition"));
      MergePatch.apply(version, patches.get("version"));
    }
    ObjectNode properties = (ObjectNode) version.at("/schema/openAPIV3Schema/properties");
    SchemaDetails.complete((ObjectNode) properties.get("spec"), DatabaseMigrationSpec.class);
    SchemaDetails.complete((ObjectNode) properties.get("status"), DatabaseMigrationStatus.class);
    return definition;
  }

  /** The definition as the text of its file. */
  static String text() throws IOException {
    return ORIGIN + YAML.writeValueAsString(tree());
  }

  /** The same as a template of the chart, which may leave it out and keeps it on uninstall. */
  static String chartTemplate() throws IOException {
    ObjectNode definition = tree();
    ObjectNode metadata = (ObjectNode) definition.get("metadata");
    String name = metadata.get("name").textValue();
    definition.remove("metadata");
    String rest = YAML.writeValueAsString(definition);
    if (rest.contains("{{")) {
      throw new IllegalStateException("Helm would read the {{ in the definition as its own");
    }
    int spec = rest.indexOf("spec:\n");
    return "{{- if .Values.crds.enabled }}\n"
        + ORIGIN
        + rest.substring(0, spec)
        + """
        metadata:
          name: %s
          labels:
            {{- include "dbmigration-operator.labels" . | nindent 4 }}
          {{- if .Values.crds.keep }}
          annotations:
            helm.sh/resource-policy: keep
          {{- end }}
        """
            .formatted(name)
        + rest.substring(spec)
        + "{{- end }}\n";
  }

  private static ObjectNode fromModel() throws IOException {
    Path directory = Files.createDirectories(Path.of("target", "generated-crd"));
    new CRDGenerator()
        .inOutputDir(directory.toFile())
        .forCRDVersions("v1")
        .customResourceClasses(DatabaseMigration.class)
        .generate();
    Path file = directory.resolve("databasemigrations.dbmigrations.io-v1.yml");
    return (ObjectNode) YAML.readTree(file.toFile());
  }
}
