package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.ApprovalPolicy;
import io.dbmigrations.api.v1alpha1.ApprovalSpec;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.HistoryEntryBuilder;
import io.dbmigrations.operator.testing.Attempts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ApprovalRequestTest {

  private static final AttemptStatus ATTEMPT = Attempts.intent(resource().getSpec());

  @Test
  void hasWhatIsApprovedByTheSpecificationAndByTheAnnotation() {
    assertThat(ApprovalRequest.of(approving(null, null), ATTEMPT).plans()).isEmpty();
    DatabaseMigration both = approving("3f2a9c01b7de", null);
    both.getMetadata().setAnnotations(Map.of("dbmigrations.io/approve", "77aa77aa77aa"));
    assertThat(ApprovalRequest.of(both, ATTEMPT).plans())
        .containsExactly("3f2a9c01b7de", "77aa77aa77aa");
    both.getMetadata().setAnnotations(Map.of("dbmigrations.io/approve", "yes, do"));
    assertThat(ApprovalRequest.of(both, ATTEMPT).plans()).containsExactly("3f2a9c01b7de");
  }

  @Test
  void asksForWhatIsLostByDefaultOnTheWayDownAlone() {
    ApprovalRequest byDefault = ApprovalRequest.of(resource(), ATTEMPT);
    assertThat(byDefault.rollbacks()).isEqualTo(ApprovalPolicy.WHEN_LOSSY);
    assertThat(byDefault.upgrades()).isEqualTo(ApprovalPolicy.NEVER);
  }

  @Test
  void hasAnOverrideUntilAMigrationWasRunByIt() {
    DatabaseMigration resource = approving(null, "down at 3 a.m.");
    assertThat(ApprovalRequest.of(resource, ATTEMPT).override()).isEqualTo("down at 3 a.m.");

    HistoryEntry run =
        HistoryEntryBuilder.builder(Attempts.migrated("005", "003"))
            .override("down at 3 a.m.")
            .build();
    HistoryEntry failed = HistoryEntryBuilder.builder(run).steps(0).build();
    assertThat(ApprovalRequest.of(after(resource, failed), ATTEMPT).override()).isNotNull();
    assertThat(ApprovalRequest.of(after(resource, run), ATTEMPT).override()).isNull();
    assertThat(ApprovalRequest.of(approving(null, " "), ATTEMPT).override()).isNull();
    resource.setStatus(
        DatabaseMigrationStatusBuilder.builder()
            .spentApprovals(List.of("0", Sha256.hex("down at 3 a.m.", 12)))
            .build());
    assertThat(ApprovalRequest.of(resource, ATTEMPT).override()).isNull();
  }

  @Test
  void tellsThePlansThatWereRunWhoeverApprovedThem() {
    DatabaseMigration resource = approving("3f2a9c01", null);
    HistoryEntry run =
        HistoryEntryBuilder.builder(Attempts.migrated("005", "003"))
            .plan("3f2a9c01".repeat(8))
            .build();
    HistoryEntry failed = HistoryEntryBuilder.builder(run).steps(0).build();
    assertThat(ApprovalRequest.of(after(resource, failed), ATTEMPT).spent()).isEmpty();
    assertThat(ApprovalRequest.of(after(resource, run), ATTEMPT).spent())
        .containsExactly("3f2a9c013f2a");
  }

  @Test
  void hasAnOverrideOnlyForThePlanThatItWasFirstUsedFor() {
    DatabaseMigration resource = approving(null, "down at 3 a.m.");
    assertThat(ApprovalRequest.of(resource, ATTEMPT).overridden()).isNull();
    HistoryEntry failed =
        HistoryEntryBuilder.builder(Attempts.migrated("005", "003"))
            .override("down at 3 a.m.")
            .plan("3f2a9c01".repeat(8))
            .steps(0)
            .build();
    assertThat(ApprovalRequest.of(after(resource, failed), ATTEMPT).overridden())
        .isEqualTo("3f2a9c01".repeat(8));
  }

  private static DatabaseMigration after(DatabaseMigration resource, HistoryEntry entry) {
    resource.setStatus(
        DatabaseMigrationStatusBuilder.builder()
            .conditions(List.of())
            .history(List.of(entry))
            .build());
    return resource;
  }

  private static DatabaseMigration approving(@Nullable String plan, @Nullable String override) {
    DatabaseMigration resource = resource();
    resource.setSpec(
        DatabaseMigrationSpecBuilder.builder(resource.getSpec())
            .approval(
                new ApprovalSpec(ApprovalPolicy.WHEN_LOSSY, ApprovalPolicy.NEVER, plan, override))
            .build());
    return resource;
  }
}
