package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.operator.template.PodTemplate;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.Templates;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be told of a template before anything is made of it. */
class PodTemplatesTest {

  private static final RunnerFiles FILES =
      new RunnerFiles(new TreeMap<>(Map.of("__main__.py", "pass")), "abc");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spec: {containers: [{name: migration, image: x}]} | The next Job cannot be made: spec.podTemplate.spec.containers[migration].image cannot be set",
        "spec: {hostPID: true} | spec.podTemplate.spec.hostPID cannot be set",
        "spec: {priority: often} | spec.podTemplate.spec.priority has a value of the wrong type",
        "spec: {nonsense: 1} | The next Job is refused unless the API server knows what this operator does not: spec.podTemplate.spec.nonsense.",
        "spec: {containers: [{name: log, evn: []}]} | does not: spec.podTemplate.spec.containers[0].evn.",
        "spec: {volumes: [{name: a, emptyDir: {size: 1Gi}}]} | does not: spec.podTemplate.spec.volumes[0].emptyDir.size.",
      })
  void saysWhyTheNextJobCannotBeMade(String yaml, String words) {
    assertThat(fault(null, yaml)).hasValueSatisfying(fault -> assertThat(fault).contains(words));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "metadata: {labels: {a: b}}",
        "spec: {nonsense: null}",
        "spec: {containers: [{name: migration, resources: {limits: {memory: 1Gi}}, startupProbe: {httpGet: {port: http}}}]}",
        "spec: {volumes: [{name: a, projected: {sources: [{serviceAccountToken: {audience: db, path: t}}]}}]}",
      })
  void findsNoFaultWithWhatAPodMayBe(String yaml) {
    assertThat(fault(null, yaml)).isEmpty();
  }

  @Test
  void judgesWhatThePlatformSaysAndNothingBeforeTheFirstAttempt() {
    PodTemplate platform =
        PodTemplate.parse("migrations.podTemplate", "{\"spec\":{\"os\":{\"name\":\"windows\"}}}");
    assertThat(fault(platform, "{}"))
        .hasValueSatisfying(
            fault -> assertThat(fault).contains("migrations.podTemplate.spec.os.name"));
    assertThat(new PodTemplates(FILES, platform).fault(resource(), null)).isEmpty();
    assertThat(
            new PodTemplates(FILES, null).fault(resource(), Attempts.intent(resource().getSpec())))
        .isEmpty();
  }

  private static Optional<String> fault(PodTemplate platform, String yaml) {
    DatabaseMigration resource = resource();
    resource.setSpec(
        DatabaseMigrationSpecBuilder.builder(resource.getSpec())
            .podTemplate(Templates.yaml(yaml))
            .build());
    return new PodTemplates(FILES, platform).fault(resource, Attempts.intent(resource.getSpec()));
  }
}
