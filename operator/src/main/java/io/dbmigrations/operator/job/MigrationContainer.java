package io.dbmigrations.operator.job;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;

/** The container of a Pod, or of its template, that migrates. */
final class MigrationContainer {

  private MigrationContainer() {}

  static Container of(PodTemplateSpec template) {
    return of(template.getSpec());
  }

  /** Others may have been put before it. */
  static Container of(PodSpec pod) {
    return pod.getContainers().stream()
        .filter(container -> MigrationJob.CONTAINER.equals(container.getName()))
        .findFirst()
        .orElseThrow();
  }

  /** The template with one more variable in it; nothing is told by an empty one. */
  static PodTemplateSpec told(PodTemplateSpec template, String name, String value) {
    if (value.isEmpty()) {
      return template;
    }
    EnvVar variable = new EnvVarBuilder().withName(name).withValue(value).build();
    return new PodTemplateSpecBuilder(template)
        .editSpec()
        .editMatchingContainer(container -> MigrationJob.CONTAINER.equals(container.getName()))
        .addToEnv(variable)
        .endContainer()
        .endSpec()
        .build();
  }
}
