package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who has approved the plan that waits, as far as the resource tells: the API server keeps of each
 * field which program wrote it last, and when, and not for which person.
 */
public final class Approver {

  private static final int LONGEST = 200;

  private Approver() {}

  /** The approval of the plan that waits; empty where there is none. */
  public static Optional<PlanApproval> of(DatabaseMigration resource) {
    PlanStatus waiting = resource.getStatus() == null ? null : resource.getStatus().plan();
    if (waiting == null) {
      return Optional.empty();
    }
    Map<String, String> annotations =
        Objects.requireNonNullElse(resource.getMetadata().getAnnotations(), Map.of());
    if (waiting.isMeantBy(resource.getSpec().approval().plan())) {
      return Optional.of(
          approval(resource, waiting, "spec.approval.plan", "f:spec", "f:approval", "f:plan"));
    }
    return waiting.isMeantBy(annotations.get(Names.APPROVE_ANNOTATION))
        ? Optional.of(
            approval(
                resource,
                waiting,
                "the annotation " + Names.APPROVE_ANNOTATION,
                "f:metadata",
                "f:annotations",
                "f:" + Names.APPROVE_ANNOTATION))
        : Optional.empty();
  }

  private static PlanApproval approval(
      DatabaseMigration resource, PlanStatus plan, String place, String... path) {
    List<ManagedFieldsEntry> entries =
        Objects.requireNonNullElse(resource.getMetadata().getManagedFields(), List.of());
    String by =
        entries.stream()
            .filter(entry -> entry.getFieldsV1() != null && entry.getManager() != null)
            .filter(entry -> has(entry.getFieldsV1().getAdditionalProperties(), path))
            .max(Comparator.comparing(entry -> Objects.requireNonNullElse(entry.getTime(), "")))
            .map(entry ->
                "%s, written by %s at %s".formatted(place, entry.getManager(), entry.getTime()))
            .orElse(place);
    return new PlanApproval(plan.digest(), by.substring(0, Math.min(by.length(), LONGEST)));
  }

  private static boolean has(Map<String, Object> fields, String... path) {
    Object found = fields;
    for (String step : path) {
      found = found instanceof Map<?, ?> map ? map.get(step) : null;
    }
    return found != null;
  }
}
