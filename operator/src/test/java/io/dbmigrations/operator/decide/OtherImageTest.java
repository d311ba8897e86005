package io.dbmigrations.operator.decide;

import static io.dbmigrations.operator.decide.Decisions.message;
import static io.dbmigrations.operator.testing.Attempts.IMAGE;
import static io.dbmigrations.operator.testing.Attempts.migrated;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.underWay;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.HistoryEntryBuilder;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.Observations;
import org.junit.jupiter.api.Test;

/** What is said where an image is gone that the specification does not name. */
class OtherImageTest {

  private static final String GONE = "Image %s cannot be pulled".formatted(IMAGE);

  @Test
  void isNeededForWhatThatOfTheSpecificationDoesNotKnow() {
    HistoryEntry later =
        HistoryEntryBuilder.builder(migrated("006", "004"))
            .image(IMAGE)
            .direction("Downgrade")
            .build();
    Observations gone = gone(GONE).attempt(Attempts.recorded("003"));
    assertThat(message(gone.history(later, migrated("003", "006"))))
        .isEqualTo(
            "%s. It is the image that applied what spec.image does not know, as status.history has it, migrations:2 (%s, Job agent-platform-earlier, 2026-01-11T10:00:00Z): make it available again, or name another one that has these revisions in spec.image"
                .formatted(GONE, IMAGE));
    assertThat(message(gone.history()))
        .contains("does not know, as status.history had it: make it available again");
  }

  @Test
  void isNeededForThePlanThatWasApproved() {
    Observations gone =
        gone(GONE)
            .attempt(last ->
                AttemptStatusBuilder.builder(last)
                    .image(IMAGE)
                    .approval(new PlanApproval("3f2a9c01".repeat(8), "somebody"))
                    .build());
    assertThat(message(gone))
        .startsWith(GONE + ". It is the image with which the approved plan was made")
        .contains("make it available again; or set the annotation dbmigrations.io/retry");
  }

  @Test
  void isNeededForNothingElse() {
    assertThat(message(gone("Image migrations:1 cannot be pulled")))
        .isEqualTo("Image migrations:1 cannot be pulled");
    Observations proxy =
        gone("Image proxy:1 of container proxy cannot be pulled").attempt(Attempts.recorded("003"));
    assertThat(message(proxy)).isEqualTo("Image proxy:1 of container proxy cannot be pulled");
    Observations secret =
        underWay(new AttemptState.Waiting(Reason.SECRET_MISSING, IMAGE, NOW, false))
            .attempt(Attempts.recorded("003"));
    assertThat(message(secret)).isEqualTo(IMAGE);
  }

  private static Observations gone(String words) {
    return underWay(new AttemptState.Waiting(Reason.IMAGE_PULL_FAILED, words, NOW, false));
  }
}
