package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.ApprovalPolicy;
import io.dbmigrations.api.v1alpha1.ApprovalSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is known of who has approved. */
class ApproverTest {

  private static final String DIGEST = "3f2a9c01".repeat(8);

  private static final Map<String, Object> PLAN =
      Map.of("f:spec", Map.of("f:approval", Map.of(".", Map.of(), "f:plan", Map.of())));

  private static final Map<String, Object> ANNOTATION =
      Map.of("f:metadata", Map.of("f:annotations", Map.of("f:dbmigrations.io/approve", Map.of())));

  @Test
  void namesTheProgramThatWroteTheField() {
    assertThat(Approver.of(waiting("3f2a9c01", null, entry("argocd-controller", "10", PLAN))))
        .contains(
            new PlanApproval(
                DIGEST,
                "spec.approval.plan, written by argocd-controller at 2026-01-11T10:00:00Z"));
    assertThat(Approver.of(waiting(null, DIGEST, entry("kubectl-annotate", "10", ANNOTATION))))
        .contains(
            new PlanApproval(
                DIGEST,
                "the annotation dbmigrations.io/approve, written by kubectl-annotate at 2026-01-11T10:00:00Z"));
  }

  @Test
  void takesTheLastOfSeveral() {
    DatabaseMigration shared =
        waiting(
            "3f2a9c01",
            null,
            entry("helm", "09", PLAN),
            entry("kubectl", "11", PLAN),
            entry("other", "12", Map.of("f:spec", Map.of("f:image", Map.of()))));
    assertThat(Approver.of(shared).orElseThrow().by()).contains("written by kubectl at");
  }

  @Test
  void saysNoMoreThanIsKnown() {
    assertThat(Approver.of(waiting("3f2a9c01", null)))
        .contains(new PlanApproval(DIGEST, "spec.approval.plan"));
    assertThat(Approver.of(waiting(null, null))).isEmpty();
    assertThat(Approver.of(waiting("00112233", "44556677"))).isEmpty();
    assertThat(Approver.of(resource())).isEmpty();
  }

  private static ManagedFieldsEntry entry(String manager, String hour, Map<String, Object> fields) {
    return new ManagedFieldsEntryBuilder()
        .withManager(manager)
        .withTime("2026-01-11T%s:00:00Z".formatted(hour))
        .withNewFieldsV1()
        .withAdditionalProperties(fields)
        .endFieldsV1()
        .build();
  }

  private static DatabaseMigration waiting(
      @Nullable String plan, @Nullable String annotation, ManagedFieldsEntry... entries) {
    DatabaseMigration resource = resource();
    resource.setSpec(
        DatabaseMigrationSpecBuilder.builder(resource.getSpec())
            .approval(new ApprovalSpec(ApprovalPolicy.WHEN_LOSSY, ApprovalPolicy.NEVER, plan, null))
            .build());
    resource
        .getMetadata()
        .setAnnotations(annotation == null ? null : Map.of(Names.APPROVE_ANNOTATION, annotation));
    resource.getMetadata().setManagedFields(List.of(entries));
    resource.setStatus(
        DatabaseMigrationStatusBuilder.builder()
            .plan(PlanStatus.outline(DIGEST, "Downgrade", "004", "003", 1, List.of()))
            .build());
    return resource;
  }
}
