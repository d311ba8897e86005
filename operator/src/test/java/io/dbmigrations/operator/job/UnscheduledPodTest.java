package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a Pod has no node, with a remedy that fits. */
class UnscheduledPodTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0/1 nodes are available: persistentvolumeclaim \"nope\" not found. not found | persistentvolumeclaim \"nope\" not found. Create PersistentVolumeClaim nope in namespace platform, or correct",
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. | Let the claim be bound",
        "0/1 nodes are available: 1 Insufficient memory. | 1 Insufficient memory. Free or add capacity; if spec.podTemplate or a LimitRange",
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector | selector. Correct nodeSelector",
        "0/1 nodes are available: 1 node(s) had untolerated taint {a: b}. | Correct nodeSelector, affinity or tolerations",
        "skip schedule deleting pod | skip schedule deleting pod. Change what it names",
      })
  void saysWhatFitsTheSchedulersWords(String words, String message) {
    assertThat(UnscheduledPod.read(unschedulable(words)))
        .hasValueSatisfying(found -> {
          assertThat(found.reason()).isEqualTo(Reason.UNSCHEDULABLE);
          assertThat(found.message()).startsWith("Pod a finds no node: ").contains(message);
          assertThat(found.message().contains("capacity")).isEqualTo(words.contains("Insuff"));
        });
  }

  @Test
  void masksALogin() {
    assertThat(UnscheduledPod.read(unschedulable("extender http://u:s3cret@host/ fails")))
        .hasValueSatisfying(found -> assertThat(found.message()).doesNotContain("s3cret"));
  }

  @Test
  void namesTheGatesThatHoldAPod() {
    Pod gated =
        new PodBuilder(pod("a", null))
            .editSpec()
            .withNodeName(null)
            .addNewSchedulingGate("example.com/approval")
            .endSpec()
            .build();
    assertThat(UnscheduledPod.read(gated))
        .hasValueSatisfying(found -> {
          assertThat(found.reason()).isEqualTo(Reason.PENDING);
          assertThat(found.message()).contains("schedulingGates (example.com/approval)");
        });
  }

  @Test
  void namesTheSchedulerThatDoesNotLookAtAPod() {
    Pod pod = new PodBuilder(nowhere()).editSpec().withSchedulerName("nobody").endSpec().build();
    assertThat(UnscheduledPod.read(pod))
        .hasValue(
            new UnscheduledPod(
                Reason.PENDING,
                "Pod a waits for the scheduler nobody, which has not said anything of it. If there is none of that name, correct schedulerName in spec.podTemplate"));
  }

  @Test
  void namesTheClaimsThatAPodWaitsFor() {
    Pod pod =
        new PodBuilder(nowhere())
            .editSpec()
            .withSchedulerName("default-scheduler")
            .addNewResourceClaim()
            .withName("gpu")
            .withResourceClaimName("nope")
            .endResourceClaim()
            .endSpec()
            .build();
    assertThat(UnscheduledPod.read(pod))
        .hasValueSatisfying(found -> {
          assertThat(found.reason()).isEqualTo(Reason.PENDING);
          assertThat(found.message())
              .contains("ResourceClaim nope", "correct resourceClaims in spec.podTemplate");
        });
  }

  @Test
  void namesTheNodeThatAPodAsksForByItself() {
    Pod pod = new PodBuilder(nowhere()).editSpec().withNodeName("nope").endSpec().build();
    assertThat(UnscheduledPod.read(pod))
        .hasValueSatisfying(found -> {
          assertThat(found.reason()).isEqualTo(Reason.PENDING);
          assertThat(found.message())
              .contains("node nope", "nodeName", "correct nodeName in spec.podTemplate");
        });
  }

  @Test
  void isSilentWhereTheSchedulerIs() {
    assertThat(UnscheduledPod.read(nowhere())).isEmpty();
    assertThat(
            UnscheduledPod.read(
                new PodBuilder(pod("a", null))
                    .editStatus()
                    .addNewCondition()
                    .withType("PodScheduled")
                    .withStatus("True")
                    .endCondition()
                    .endStatus()
                    .build()))
        .isEmpty();
  }

  private static Pod nowhere() {
    return new PodBuilder(pod("a", null)).editSpec().withNodeName(null).endSpec().build();
  }

  private static Pod unschedulable(String words) {
    return new PodBuilder(pod("a", null))
        .editStatus()
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("False")
        .withReason("Unschedulable")
        .withMessage(words)
        .endCondition()
        .endStatus()
        .build();
  }
}
