package io.dbmigrations.operator.job;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The variables that a Pod template takes from Secrets, by whatever name. The runner is told them,
 * as libraries show in their messages what env.py gives them, and masks their values.
 */
final class SecretVariables {

  static final String VARIABLE = "DBMIGRATION_SECRET_VARIABLES";

  /** For a whole Secret, of which nobody here knows the keys. */
  private static final String ANY = "*";

  private SecretVariables() {}

  /** The merged template with their names in the container that migrates. */
  static PodTemplateSpec told(PodTemplateSpec own, PodTemplateSpec merged) {
    Set<String> ours =
        migration(own).getEnv().stream().map(EnvVar::getName).collect(Collectors.toSet());
    String names =
        Stream.concat(one(migration(merged), ours), whole(migration(merged)))
            .collect(Collectors.joining(" "));
    if (names.isEmpty()) {
      return merged;
    }
    EnvVar variable = new EnvVarBuilder().withName(VARIABLE).withValue(names).build();
    return new PodTemplateSpecBuilder(merged)
        .editSpec()
        .editMatchingContainer(container -> MigrationJob.CONTAINER.equals(container.getName()))
        .addToEnv(variable)
        .endContainer()
        .endSpec()
        .build();
  }

  // Of the operator's own the runner knows by the request what is secret, and host and user are
  // not.
  private static Stream<String> one(Container container, Set<String> ours) {
    return container.getEnv().stream()
        .filter(variable -> !ours.contains(variable.getName()))
        .filter(variable ->
            variable.getValueFrom() != null && variable.getValueFrom().getSecretKeyRef() != null)
        .map(EnvVar::getName);
  }

  private static Stream<String> whole(Container container) {
    return container.getEnvFrom().stream().anyMatch(source -> source.getSecretRef() != null)
        ? Stream.of(ANY)
        : Stream.empty();
  }

  private static Container migration(PodTemplateSpec template) {
    return template.getSpec().getContainers().stream()
        .filter(container -> MigrationJob.CONTAINER.equals(container.getName()))
        .findFirst()
        .orElseThrow();
  }
}
