package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.observe.Observation;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules for a plan that waits for approval. Whether what is approved is what would be run, the
 * runner finds out under the database's lock; here is only decided when it is asked again.
 */
final class Approval {

  private Approval() {}

  static Optional<Decision> startTheApproved(Observation observation, AttemptStatus attempt) {
    String approve = observation.approve();
    return waiting(observation, attempt)
        // Once for each: a runner that asks for more must not be asked for ever.
        .filter(plan -> plan.isMeantBy(approve) && !Objects.equals(approve, attempt.approve()))
        .map(_ -> Decision.StartAttempt.again(attempt, 0, Settled.user(observation, attempt)));
  }

  static Optional<Decision> tellTheRejection(Observation observation, AttemptStatus attempt) {
    return waiting(observation, attempt)
        .filter(plan -> plan.isMeantBy(observation.reject()))
        .map(_ ->
            Decision.Report.of(
                Reason.PLAN_REJECTED,
                "The annotation dbmigrations.io/reject is %s, which is the plan to %s: nothing of it is run. Set spec.targetRevision to what the database should be at (it is at %s); or remove the annotation to have the plan wait for approval again"
                    .formatted(
                        observation.reject(),
                        attempt.target(),
                        observation.status().currentRevision())));
  }

  /** Those words, and what an annotation that is meant to approve or reject it does not do. */
  static String withoutEffect(Observation observation, AttemptStatus attempt, String message) {
    Optional<PlanStatus> plan = waiting(observation, attempt);
    String others =
        plan.map(waits ->
                other("approve", observation.approve(), waits)
                    + other("reject", observation.reject(), waits))
            .orElse("");
    return others.isEmpty() ? message : Messages.sentence(message) + others;
  }

  private static String other(String verb, @Nullable String word, PlanStatus plan) {
    return word == null || plan.isMeantBy(word)
        ? ""
        : " The annotation dbmigrations.io/%s is '%s', which is not this plan."
            .formatted(verb, word);
  }

  private static Optional<PlanStatus> waiting(Observation observation, AttemptStatus attempt) {
    return attempt.endedWith(Reason.APPROVAL_REQUIRED)
        ? Optional.ofNullable(observation.status().plan())
        : Optional.empty();
  }
}
