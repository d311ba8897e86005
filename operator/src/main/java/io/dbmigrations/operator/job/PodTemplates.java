package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.operator.template.InvalidTemplateException;
import io.dbmigrations.operator.template.PodTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What others than the operator say of a migration's Pod; pure.
 *
 * @param runner the files of the runner, for which they leave room
 * @param platform what the chart says of all Pods; null where it says nothing
 */
public record PodTemplates(RunnerFiles runner, @Nullable PodTemplate platform) {

  private static final String FIELD = "spec.podTemplate";

  /** Those of a resource; a later one counts more. */
  public List<PodTemplate> of(DatabaseMigration resource) {
    Map<String, Object> own = resource.getSpec().podTemplate();
    List<PodTemplate> templates = new ArrayList<>();
    if (platform != null) {
      templates.add(platform);
    }
    if (own != null) {
      templates.add(PodTemplate.of(FIELD, own));
    }
    return templates;
  }

  /**
   * Why no further Job could be made of them, as far as that can be told without the API server;
   * for a resource of which none is made now.
   */
  public Optional<String> fault(DatabaseMigration resource, @Nullable AttemptStatus last) {
    List<PodTemplate> templates = of(resource);
    if (templates.isEmpty() || last == null) {
      return Optional.empty();
    }
    try {
      MigrationJob.job(
          resource, last, MigrationRequest.of(resource, last, List.of()), runner, templates);
    } catch (InvalidTemplateException e) {
      return Optional.of("The next Job cannot be made: %s".formatted(e.explanation()));
    }
    String unknown =
        templates.stream()
            .flatMap(template -> template.unknownFields().stream())
            .collect(Collectors.joining(", "));
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The next Job is refused unless the API server knows what this operator does not: %s. kubectl explain pod says which fields there are"
                .formatted(unknown));
  }
}
