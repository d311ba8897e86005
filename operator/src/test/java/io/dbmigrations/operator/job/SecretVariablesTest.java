package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.template.InvalidTemplateException;
import io.dbmigrations.operator.template.PodTemplate;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.Templates;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which values the runner is told to mask besides those that its own names tell. */
class SecretVariablesTest {

  @Test
  void areThoseThatATemplateTakesFromSecrets() throws InvalidTemplateException {
    assertThat(
            told(
                """
                env:
                  - {name: DB_PW, valueFrom: {secretKeyRef: {name: pw, key: key}}}
                  - {name: MODE, value: fast}
                  - {name: REGION, valueFrom: {configMapKeyRef: {name: where, key: region}}}
                  - {name: SIGNING_KEY, valueFrom: {secretKeyRef: {name: pw, key: signing}}}
                  - {name: SALT, valueFrom: {fileKeyRef: {volumeName: v, path: env, key: SALT}}}
                envFrom: [{configMapRef: {name: settings}}]
                """))
        .contains("DB_PW SIGNING_KEY SALT");
  }

  @Test
  void mayBeAnyWhereAWholeSecretIsTheEnvironment() throws InvalidTemplateException {
    assertThat(told("envFrom: [{secretRef: {name: settings}}]")).contains("*");
  }

  @Test
  void areNoneWhereNoTemplateTakesAny() throws InvalidTemplateException {
    assertThat(told("env: [{name: MODE, value: fast}]")).isEmpty();
  }

  private static Optional<String> told(String container) throws InvalidTemplateException {
    Map<String, Object> all = new TreeMap<>(Templates.yaml(container));
    all.put("name", "migration");
    PodTemplate template =
        PodTemplate.of("spec.podTemplate", Map.of("spec", Map.of("containers", List.of(all))));
    DatabaseMigration resource = resource();
    AttemptStatus attempt = Attempts.intent(resource.getSpec());
    return MigrationJob.job(
            resource,
            attempt,
            MigrationRequest.of(resource, attempt, List.of()),
            new RunnerFiles(new TreeMap<>(Map.of("__main__.py", "pass")), "abc"),
            List.of(template))
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getEnv()
        .stream()
        .filter(variable -> SecretVariables.VARIABLE.equals(variable.getName()))
        .map(EnvVar::getValue)
        .findFirst();
  }
}
