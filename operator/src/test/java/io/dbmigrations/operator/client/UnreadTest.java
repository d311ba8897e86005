package io.dbmigrations.operator.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.dbmigrations.operator.testing.FakeApi;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What nobody reads is not kept, and is not lost either. */
class UnreadTest {

  private static final List<Class<?>> TRIMMED =
      List.of(
          PodSpec.class,
          PodStatus.class,
          Container.class,
          ContainerStatus.class,
          JobSpec.class,
          JobStatus.class);

  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod",
       "metadata": {"name": "a", "namespace": "b"},
       "spec": {"nodeName": "node", "dnsPolicy": "ClusterFirst",
        "tolerations": [{"key": "spot", "operator": "Exists"}],
        "containers": [{"name": "migration",
         "resources": {"limits": {"memory": "1Gi"}}, "ports": [{"containerPort": 1}]}]},
       "status": {"phase": "Running", "podIP": "10.0.0.1", "qosClass": "Burstable",
        "containerStatuses": [{"name": "migration", "ready": true, "containerID": "c"}]}}
      """;

  private final ObjectMapper reader = Unread.skippedBy(new ObjectMapper());

  @Test
  void isNotKeptOfWhatComesIn() throws JsonProcessingException {
    Pod pod = reader.readValue(POD, Pod.class);

    assertThat(Serialization.asJson(pod))
        .contains("\"nodeName\":\"node\"", "\"memory\":\"1Gi\"", "\"phase\":\"Running\"")
        .doesNotContain("dnsPolicy", "toleration", "ports", "podIP", "containerID");
  }

  @Test
  void isThereInWhatGoesOut() throws JsonProcessingException {
    Pod pod = Serialization.unmarshal(POD, Pod.class);

    assertThat(reader.readTree(reader.writeValueAsString(pod)))
        .isEqualTo(reader.readTree(Serialization.asJson(pod)));
  }

  @Test
  void reachesTheApiServerWithWhatIsCreated() {
    try (FakeApi api = new FakeApi();
        KubernetesClient client =
            ApiClient.connect(
                new ConfigBuilder().withMasterUrl(api.address()).build(), List.of())) {
      client.resource(Serialization.unmarshal(POD, Pod.class)).create();

      Pod kept = api.client().pods().inNamespace("b").withName("a").get();

      assertThat(kept.getSpec().getTolerations()).hasSize(1);
      assertThat(kept.getSpec().getContainers().getFirst().getPorts()).hasSize(1);
    }
  }

  @Test
  void isReadByNobody() {
    JavaClasses ours =
        new ClassFileImporter(List.of(new DoNotIncludeTests()))
            .importPackages("io.dbmigrations.operator");
    Set<String> skipped = new TreeSet<>();
    for (Class<?> type : TRIMMED) {
      JsonIgnoreProperties fields =
          reader.findMixInClassFor(type).getAnnotation(JsonIgnoreProperties.class);
      for (String field : fields.value()) {
        skipped.add(
            "%s.get%s%s"
                .formatted(
                    type.getName(),
                    field.substring(0, 1).toUpperCase(Locale.ROOT),
                    field.substring(1)));
      }
    }

    assertThat(skipped).hasSizeGreaterThan(30).contains(PodSpec.class.getName() + ".getAffinity");
    assertThat(called(ours)).contains(PodSpec.class.getName() + ".getVolumes");
    assertThat(skipped).doesNotContainAnyElementsOf(called(ours));
  }

  private static Set<String> called(JavaClasses classes) {
    return classes.stream()
        .flatMap(one -> one.getCodeUnitAccessesFromSelf().stream())
        .map(access -> access.getTargetOwner().getName() + "." + access.getName())
        .collect(Collectors.toSet());
  }
}
