package io.dbmigrations.operator.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;

/**
 * The fields of objects that nobody here reads. They are skipped where an object comes in, so that
 * the caches of ten thousand Jobs and Pods do not have them, and are kept where one goes out: what
 * is created has them all. An object that was read must never be written back as a whole; ours are
 * patches that have what they change and nothing else (ArchitectureTest).
 */
final class Unread {

  private Unread() {}

  /** Lets the reader skip them. */
  static ObjectMapper skippedBy(ObjectMapper reader) {
    return reader
        .addMixIn(ObjectMeta.class, OfMetadata.class)
        .addMixIn(PodSpec.class, OfPodSpec.class)
        .addMixIn(PodStatus.class, OfPodStatus.class)
        .addMixIn(Container.class, OfContainer.class)
        .addMixIn(ContainerStatus.class, OfContainerStatus.class)
        .addMixIn(JobSpec.class, OfJobSpec.class)
        .addMixIn(JobStatus.class, OfJobStatus.class);
  }

  // As deep as the object that they are of.
  @JsonIgnoreProperties("managedFields")
  private interface OfMetadata {}

  @JsonIgnoreProperties(
      value = {
        "affinity",
        "dnsConfig",
        "dnsPolicy",
        "enableServiceLinks",
        "hostAliases",
        "imagePullSecrets",
        "nodeSelector",
        "overhead",
        "preemptionPolicy",
        "priority",
        "priorityClassName",
        "readinessGates",
        "securityContext",
        "serviceAccount",
        "tolerations",
        "topologySpreadConstraints"
      },
      allowGetters = true)
  private interface OfPodSpec {}

  @JsonIgnoreProperties(
      value = {"hostIP", "hostIPs", "podIP", "podIPs", "qosClass"},
      allowGetters = true)
  private interface OfPodStatus {}

  @JsonIgnoreProperties(
      value = {
        "args",
        "ports",
        "readinessProbe",
        "securityContext",
        "terminationMessagePath",
        "terminationMessagePolicy",
        "volumeDevices"
      },
      allowGetters = true)
  private interface OfContainer {}

  @JsonIgnoreProperties(
      value = {"allocatedResources", "containerID", "resources", "user", "volumeMounts"},
      allowGetters = true)
  private interface OfContainerStatus {}

  @JsonIgnoreProperties(
      value = {"selector"},
      allowGetters = true)
  private interface OfJobSpec {}

  @JsonIgnoreProperties(
      value = {"uncountedTerminatedPods"},
      allowGetters = true)
  private interface OfJobStatus {}
}
