package io.dbmigrations.operator.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who has approved a plan, as far as the resource tells: the API server keeps of each field which
 * program wrote it last, and when, and not for which person.
 */
public final class Approver {

  private static final int LONGEST = 200;

  private Approver() {}

  /**
   * The approval of that plan; empty where it has none.
   *
   * @param managedFields of the resource, asked for only where there is one
   */
  public static Optional<PlanApproval> of(
      DatabaseMigration resource, String digest, Supplier<JsonNode> managedFields) {
    Map<String, String> annotations =
        Objects.requireNonNullElse(resource.getMetadata().getAnnotations(), Map.of());
    if (PlanStatus.isMeant(digest, resource.getSpec().approval().plan())) {
      return Optional.of(
          approval(digest, "spec.approval.plan", managedFields.get(), "/f:spec/f:approval/f:plan"));
    }
    return PlanStatus.isMeant(digest, annotations.get(Names.APPROVE_ANNOTATION))
        ? Optional.of(
            approval(
                digest,
                "the annotation " + Names.APPROVE_ANNOTATION,
                managedFields.get(),
                "/f:metadata/f:annotations/f:dbmigrations.io~1approve"))
        : Optional.empty();
  }

  private static PlanApproval approval(
      String digest, String place, JsonNode managedFields, String path) {
    String by =
        managedFields
            .valueStream()
            .filter(entry -> !entry.path("fieldsV1").at(path).isMissingNode())
            .max(Comparator.comparing(entry -> entry.path("time").asText()))
            .map(entry ->
                "%s, written by %s at %s"
                    .formatted(place, entry.path("manager").asText(), entry.path("time").asText()))
            .orElse(place);
    return new PlanApproval(digest, by.substring(0, Math.min(by.length(), LONGEST)));
  }
}
