package io.dbmigrations.operator.job;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The variables that a Pod template takes from Secrets or from files, by whatever name. The runner
 * is told them, as libraries show in their messages what env.py gives them, and masks their values.
 */
final class SecretVariables {

  static final String VARIABLE = "DBMIGRATION_SECRET_VARIABLES";

  /** For a whole Secret, of which nobody here knows the keys. */
  private static final String ANY = "*";

  private SecretVariables() {}

  /** The merged template with their names in the container that migrates. */
  static PodTemplateSpec told(PodTemplateSpec own, PodTemplateSpec merged) {
    Container migration = MigrationContainer.of(merged);
    Set<String> ours =
        MigrationContainer.of(own).getEnv().stream()
            .map(EnvVar::getName)
            .collect(Collectors.toSet());
    return MigrationContainer.told(
        merged,
        VARIABLE,
        Stream.concat(one(migration, ours), whole(migration)).collect(Collectors.joining(" ")));
  }

  // Of the operator's own the runner knows by the request what is secret, and host and user are
  // not.
  private static Stream<String> one(Container container, Set<String> ours) {
    return container.getEnv().stream()
        .filter(variable -> !ours.contains(variable.getName()))
        .filter(variable -> isSecret(variable.getValueFrom()))
        .map(EnvVar::getName);
  }

  private static Stream<String> whole(Container container) {
    return container.getEnvFrom().stream().anyMatch(source -> source.getSecretRef() != null)
        ? Stream.of(ANY)
        : Stream.empty();
  }

  // What an init container fetches into a file is what nobody writes into the template: a secret.
  private static boolean isSecret(@Nullable EnvVarSource source) {
    return source != null && (source.getSecretKeyRef() != null || source.getFileKeyRef() != null);
  }
}
