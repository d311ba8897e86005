package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.PlanStatusBuilder;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.testing.Attempts;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** With which image an approved plan runs. */
class ApprovedImageTest {

  private static final String DIGEST = "3f2a9c01".repeat(8);
  private static final String IMAGE = "registry.example/shop@sha256:" + "ab".repeat(32);
  private static final AttemptStatus ATTEMPT = Attempts.intent(resource().getSpec());
  private static final PlanStatus PLAN =
      PlanStatusBuilder.builder(PlanStatus.outline(DIGEST, "Downgrade", "004", "003", 1, List.of()))
          .image(IMAGE)
          .build();

  @Test
  void isTheOneThatHasFoundThePlan() {
    assertThat(ApprovedImage.of(status(ended(Reason.APPROVAL_REQUIRED), PLAN), ATTEMPT.request()))
        .contains(new ApprovedImage(DIGEST, IMAGE));
  }

  @Test
  void isThatOfTheSpecificationWhereItAsksForSomethingElse() {
    assertThat(ApprovedImage.of(status(ended(Reason.APPROVAL_REQUIRED), PLAN), "another"))
        .contains(new ApprovedImage(DIGEST, null));
  }

  @Test
  void staysWhileThePlanIsTriedAgain() {
    AttemptStatus failed =
        AttemptStatusBuilder.builder(ended(Reason.LOCK_TIMEOUT))
            .image(IMAGE)
            .approval(new PlanApproval(DIGEST, "somebody"))
            .build();
    assertThat(ApprovedImage.of(status(failed, null), failed.request()))
        .contains(new ApprovedImage(DIGEST, IMAGE));
    AttemptStatus reached =
        AttemptStatusBuilder.builder(failed)
            .outcome(ended(Reason.AT_TARGET_REVISION).outcome())
            .build();
    assertThat(ApprovedImage.of(status(reached, null), failed.request())).isEmpty();
  }

  @Test
  void isNoneWhereNothingWasApproved() {
    assertThat(ApprovedImage.of(DatabaseMigrationStatus.NONE, "any")).isEmpty();
    assertThat(ApprovedImage.of(status(ended(Reason.LOCK_TIMEOUT), null), "any")).isEmpty();
  }

  private static AttemptStatus ended(Reason reason) {
    return ATTEMPT.ended(AttemptOutcome.of("2026-01-11T10:00:00Z", reason, "it ended"));
  }

  private static DatabaseMigrationStatus status(AttemptStatus attempt, @Nullable PlanStatus plan) {
    return DatabaseMigrationStatusBuilder.builder().attempt(attempt).plan(plan).build();
  }
}
