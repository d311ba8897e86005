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
 * Who has approved the plan that waits, as far as the resource tells: the API server keeps of each
 * field which program wrote it last, and when, and not for which person.
 */
public final class Approver {

  private static final int LONGEST = 200;

  private Approver() {}

  /**
   * The approval of the plan that waits; empty where there is none.
   *
   * @param managedFields of the resource, asked for only where there is one
   */
  public static Optional<PlanApproval> of(
      DatabaseMigration resource, Supplier<JsonNode> managedFields) {
    PlanStatus waiting = resource.getStatus() == null ? null : resource.getStatus().plan();
    if (waiting == null) {
      return Optional.empty();
    }
    Map<String, String> annotations =
        Objects.requireNonNullElse(resource.getMetadata().getAnnotations(), Map.of());
    if (waiting.isMeantBy(resource.getSpec().approval().plan())) {
      return Optional.of(
          approval(
              waiting, "spec.approval.plan", managedFields.get(), "/f:spec/f:approval/f:plan"));
    }
    return waiting.isMeantBy(annotations.get(Names.APPROVE_ANNOTATION))
        ? Optional.of(
            approval(
                waiting,
                "the annotation " + Names.APPROVE_ANNOTATION,
                managedFields.get(),
                "/f:metadata/f:annotations/f:dbmigrations.io~1approve"))
        : Optional.empty();
  }

  private static PlanApproval approval(
      PlanStatus plan, String place, JsonNode managedFields, String path) {
    String by =
        managedFields
            .valueStream()
            .filter(entry -> !entry.path("fieldsV1").at(path).isMissingNode())
            .max(Comparator.comparing(entry -> entry.path("time").asText()))
            .map(entry ->
                "%s, written by %s at %s"
                    .formatted(place, entry.path("manager").asText(), entry.path("time").asText()))
            .orElse(place);
    return new PlanApproval(plan.digest(), by.substring(0, Math.min(by.length(), LONGEST)));
  }
}
