package io.dbmigrations.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dbmigrations.e2e.cluster.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the API server takes and what it refuses, and in which words. */
class AdmissionTest {

  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Path TABLE = Path.of("../crds/src/test/resources/admission.yaml");
  private static final String MINIMAL =
      """
      apiVersion: dbmigrations.io/v1alpha1
      kind: DatabaseMigration
      metadata: {name: admission, namespace: default}
      spec:
        targetRevision: head
        image: registry.example/migrations:1.0.0
        database:
          secretRef: {name: database, key: url}
      """;

  private static KubernetesClient client;

  @BeforeAll
  static void connect() {
    client = Cluster.fromEnvironment().client();
  }

  @AfterAll
  static void disconnect() {
    client.close();
  }

  record Case(String path, JsonNode value, String says) {
    @Override
    public String toString() {
      return path + ": " + value;
    }
  }

  static List<Case> accepted() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (JsonNode group : YAML.readTree(TABLE.toFile()).get("accepted")) {
      group.get("values").forEach(v -> cases.add(new Case(group.get("path").textValue(), v, "")));
    }
    return cases;
  }

  static List<Case> refused() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (JsonNode group : YAML.readTree(TABLE.toFile()).get("refused")) {
      for (JsonNode one : group.get("cases")) {
        String path = group.get("path").textValue();
        cases.add(new Case(path, one.get("value"), one.get("says").textValue()));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void whatIsRightIsTaken(Case one) {
    assertThatCode(() -> apply(one)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsWrongIsRefusedWithOneMessageThatHelps(Case one) {
    KubernetesClientException refusal =
        catchThrowableOfType(KubernetesClientException.class, () -> apply(one));

    assertThat(refusal).isNotNull();
    assertThat(refusal.getStatus().getDetails().getCauses())
        .extracting(StatusCause::getMessage)
        .filteredOn(message -> !message.contains("some validation rules were not checked"))
        .singleElement()
        .asString()
        .contains(one.says());
  }

  static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../crds/samples"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everySampleIsTaken(Path sample) throws IOException {
    GenericKubernetesResource resource =
        YAML.readValue(sample.toFile(), GenericKubernetesResource.class);
    resource.getMetadata().setNamespace("default");

    assertThatCode(() -> client.resource(resource).dryRun().create()).doesNotThrowAnyException();
  }

  private static void apply(Case one) throws IOException {
    ObjectNode resource = (ObjectNode) YAML.readTree(MINIMAL);
    int dot = one.path().lastIndexOf('.');
    String parent = dot < 0 ? "" : "/" + one.path().substring(0, dot).replace('.', '/');
    ((ObjectNode) resource.at(parent)).set(one.path().substring(dot + 1), one.value());
    client.resource(YAML.treeToValue(resource, GenericKubernetesResource.class)).dryRun().create();
  }
}
