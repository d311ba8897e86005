package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dbmigrations.api.v1alpha1.ApprovalPolicy;
import io.dbmigrations.api.v1alpha1.ApprovalSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is known of who has approved. */
class ApproverTest {

  private static final String DIGEST = "3f2a9c01".repeat(8);

  private static final String PLAN = "{'f:spec': {'f:approval': {'.': {}, 'f:plan': {}}}}";

  private static final String ANNOTATION =
      "{'f:metadata': {'f:annotations': {'f:dbmigrations.io/approve': {}}}}";

  @Test
  void namesTheProgramThatWroteTheField() {
    assertThat(approval(waiting("3f2a9c01", null), entry("argocd-controller", "10", PLAN)))
        .contains(
            new PlanApproval(
                DIGEST,
                "spec.approval.plan, written by argocd-controller at 2026-01-11T10:00:00Z"));
    assertThat(approval(waiting(null, DIGEST), entry("kubectl-annotate", "10", ANNOTATION)))
        .contains(
            new PlanApproval(
                DIGEST,
                "the annotation dbmigrations.io/approve, written by kubectl-annotate at 2026-01-11T10:00:00Z"));
  }

  @Test
  void takesTheLastOfSeveral() {
    Optional<PlanApproval> shared =
        approval(
            waiting("3f2a9c01", null),
            entry("helm", "09", PLAN),
            entry("kubectl", "11", PLAN),
            entry("other", "12", "{'f:spec': {'f:image': {}}}"));
    assertThat(shared.orElseThrow().by()).contains("written by kubectl at");
  }

  @Test
  void saysNoMoreThanIsKnown() {
    assertThat(approval(waiting("3f2a9c01", null)))
        .contains(new PlanApproval(DIGEST, "spec.approval.plan"));
    assertThat(approval(waiting(null, null))).isEmpty();
    assertThat(approval(waiting("00112233", "44556677"))).isEmpty();
    assertThat(approval(resource())).isEmpty();
  }

  private static String entry(String manager, String hour, String fields) {
    return "{'manager': '%s', 'time': '2026-01-11T%s:00:00Z', 'fieldsV1': %s}"
        .formatted(manager, hour, fields);
  }

  private static Optional<PlanApproval> approval(DatabaseMigration resource, String... entries) {
    String managedFields = "[%s]".formatted(String.join(",", entries)).replace('\'', '"');
    return Approver.of(
        resource, DIGEST, () -> Serialization.unmarshal(managedFields, JsonNode.class));
  }

  private static DatabaseMigration waiting(@Nullable String plan, @Nullable String annotation) {
    DatabaseMigration resource = resource();
    resource.setSpec(
        DatabaseMigrationSpecBuilder.builder(resource.getSpec())
            .approval(new ApprovalSpec(ApprovalPolicy.WHEN_LOSSY, ApprovalPolicy.NEVER, plan, null))
            .build());
    resource
        .getMetadata()
        .setAnnotations(annotation == null ? null : Map.of(Names.APPROVE_ANNOTATION, annotation));
    return resource;
  }
}
