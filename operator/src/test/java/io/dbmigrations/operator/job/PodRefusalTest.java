package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.job;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a Job has no Pod, in the Job controller's words. */
class PodRefusalTest {

  private static final AttemptState.Waiting WAITING =
      new AttemptState.Waiting(Reason.PENDING, "it has no Pod", NOW, true);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Error creating: pods \"a-1-x7k2p\" is forbidden: exceeded quota: small, requested: pods=1 | QUOTA_EXCEEDED | its Pod is forbidden: exceeded quota: small",
        "Error creating: pods \"a-1-x7k2p\" is forbidden: failed quota: small: must specify cpu | QUOTA_EXCEEDED | must specify cpu. Give it the limits",
        "Error creating: admission webhook \"policy\" denied the request: no | JOB_REJECTED | denied the request: no. Change what refuses it",
        "Error creating: pods \"a-1-x7k2p\" is forbidden: violates PodSecurity. | JOB_REJECTED | violates PodSecurity. Take that out of spec.podTemplate",
        "Error creating: pods \"a-1-\" is forbidden: error looking up service account shop/nobody: serviceaccount \"nobody\" not found | JOB_REJECTED | not found. Make that ServiceAccount, or correct serviceAccountName in spec.podTemplate",
        "Error creating: pods \"a-1-\" is forbidden: no PriorityClass with name nope was found | JOB_REJECTED | was found. Make that PriorityClass, or correct priorityClassName in spec.podTemplate",
        "Error creating: pods \"a-1-\" is forbidden: pod rejected: RuntimeClass \"nope\" not found | JOB_REJECTED | not found. Make that RuntimeClass, or correct runtimeClassName in spec.podTemplate",
        "Error creating: pods \"a-1-\" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi | JOB_REJECTED | is 2Gi. Keep to the LimitRange",
      })
  void saysWhatRefusesThePod(String note, Reason reason, String words) {
    assertThat(PodRefusal.explain(job(), WAITING, List.of(event("2026-01-11T10:00:05Z", note))))
        .satisfies(waiting -> {
          assertThat(waiting.reason()).isEqualTo(reason);
          assertThat(waiting.message()).contains(words, job().getMetadata().getName());
          assertThat(waiting.withoutPod()).isTrue();
        });
  }

  @Test
  void saysTheSameThoughEachPodThatIsTriedHasAnotherName() {
    String note = "pods \"a-1-%s\" is forbidden: exceeded quota: small";
    assertThat(explain(event("2026-01-11T10:00:05Z", note.formatted("aaaaa"))))
        .isEqualTo(explain(event("2026-01-11T10:00:15Z", note.formatted("bbbbb"))));
  }

  @Test
  void goesByTheLatestOfSeveral() {
    assertThat(
            explain(
                    event("2026-01-11T10:00:15Z", "exceeded quota: small"),
                    event("2026-01-11T10:00:05Z", "denied"))
                .reason())
        .isEqualTo(Reason.QUOTA_EXCEEDED);
  }

  @Test
  void leavesTheStateAsItIsWithoutAnEvent() {
    assertThat(explain()).isEqualTo(WAITING);
  }

  private static AttemptState.Waiting explain(Event... events) {
    return PodRefusal.explain(job(), WAITING, List.of(events));
  }

  private static Event event(String time, String note) {
    return new EventBuilder()
        .withNewMetadata()
        .withCreationTimestamp("2026-01-11T10:00:00Z")
        .endMetadata()
        .withDeprecatedLastTimestamp(time)
        .withNote(note)
        .build();
  }
}
