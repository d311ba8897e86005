package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.Observations.ended;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.PlanStatusBuilder;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.Observations;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With which image an approved plan runs. */
class ApprovedImageTest {

  private static final String DIGEST = "3f2a9c01".repeat(8);
  private static final String IMAGE = "registry.example/shop@sha256:" + "ab".repeat(32);
  private static final PlanStatus PLAN =
      PlanStatusBuilder.builder(PlanStatus.outline(DIGEST, "Downgrade", "004", "003", 1, List.of()))
          .image(IMAGE)
          .build();

  @Test
  void isTheOneThatHasFoundThePlan() {
    assertThat(ApprovedImage.of(waiting(waits()))).contains(new ApprovedImage(DIGEST, IMAGE));
  }

  @Test
  void isThatOfTheSpecificationWhereItAsksForSomethingElse() {
    assertThat(ApprovedImage.of(waiting(waits().target("002"))))
        .contains(new ApprovedImage(DIGEST, null));
  }

  @Test
  void isThatOfTheSpecificationForWhoAsksOnceMore() {
    assertThat(ApprovedImage.of(waiting(waits().retry("it is gone"))))
        .contains(new ApprovedImage(DIGEST, null));
    assertThat(ApprovedImage.of(waiting(waits().retry("once").attempt(Attempts.retried("once")))))
        .contains(new ApprovedImage(DIGEST, IMAGE));
  }

  @Test
  void isThatOfTheSpecificationWhereAnotherOneTookBackWhatItDoesNotKnow() {
    assertThat(ApprovedImage.of(waiting(waits().attempt(Attempts.recorded("003")))))
        .contains(new ApprovedImage(DIGEST, null));
    assertThat(
            ApprovedImage.of(
                approved(Reason.LOCK_TIMEOUT).attempt(Attempts.recorded("003")).build()))
        .contains(new ApprovedImage(DIGEST, null));
  }

  @Test
  void staysWhileThePlanIsTriedAgain() {
    assertThat(ApprovedImage.of(approved(Reason.LOCK_TIMEOUT).build()))
        .contains(new ApprovedImage(DIGEST, IMAGE));
    assertThat(ApprovedImage.of(approved(Reason.AT_TARGET_REVISION).build())).isEmpty();
  }

  @Test
  void isNoneWhereNothingWasApproved() {
    assertThat(ApprovedImage.of(newResource().build())).isEmpty();
    assertThat(ApprovedImage.of(ended(Reason.LOCK_TIMEOUT, 0, null).build())).isEmpty();
  }

  private static Observations waits() {
    return ended(Reason.APPROVAL_REQUIRED, 0, null);
  }

  /** An attempt with an approval, which has ended for that reason. */
  private static Observations approved(Reason reason) {
    return ended(reason, 0, null)
        .attempt(last ->
            AttemptStatusBuilder.builder(last)
                .image(IMAGE)
                .approval(new PlanApproval(DIGEST, "somebody"))
                .build());
  }

  private static Observation waiting(Observations observations) {
    Observation observation = observations.build();
    return ObservationBuilder.builder(observation)
        .status(DatabaseMigrationStatusBuilder.builder(observation.status()).plan(PLAN).build())
        .build();
  }
}
