package io.dbmigrations.e2e.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** The one node of a cluster, as a container. */
final class Node {
  /** Carried by every container that {@code e2e/run} must remove; its value names the cluster. */
  private static final String LABEL = "io.dbmigrations.e2e";

  private static final String AUDIT_POLICY = "/etc/audit-policy.yaml";

  /** Below the one directory whose files the kubelet hands out. */
  private static final String AUDIT_LOG = "/var/log/kubernetes/audit.log";

  private Node() {}

  /**
   * A node that is still to be started.
   *
   * @param cluster the name by which {@code e2e/run} finds and removes it
   * @param image rancher/k3s, or an image with the same start-up contract
   */
  static K3sContainer of(String cluster, String image) {
    var node =
        new K3sContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("rancher/k3s"));
    node.withLabel(LABEL, cluster)
        .withLabel(LABEL + ".part", "node")
        .withStartupTimeout(Duration.ofMinutes(3))
        // otherwise Testcontainers removes it when this process ends
        .withReuse(true)
        .withCopyFileToContainer(
            MountableFile.forClasspathResource("audit-policy.yaml"), AUDIT_POLICY)
        .withCommand(
            Stream.concat(
                    Stream.of(node.getCommandParts()),
                    Stream.of(
                        "--kube-apiserver-arg=audit-policy-file=" + AUDIT_POLICY,
                        "--kube-apiserver-arg=audit-log-path=" + AUDIT_LOG))
                .toArray(String[]::new));
    if (Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))) {
      useOwnCgroupNamespace(node);
    }
    return node;
  }

  /**
   * In the machine's cgroup namespace, which {@link K3sContainer} asks for, two clusters would take
   * each other's pods for orphans and end them. cgroup v1 has no such namespace to offer.
   */
  private static void useOwnCgroupNamespace(K3sContainer node) {
    node.setBinds(List.of());
    node.withCreateContainerCmdModifier(command -> {
      var host = command.getHostConfig();
      if (host != null) {
        host.withCgroupnsMode("private");
      }
    });
  }
}
