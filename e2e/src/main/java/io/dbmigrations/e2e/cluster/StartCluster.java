package io.dbmigrations.e2e.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Starts a cluster that outlives this process and writes its kubeconfig; {@code e2e/run} calls it.
 */
public final class StartCluster {
  private StartCluster() {}

  /** Arguments: the name of the cluster, the image of its node, the kubeconfig to write. */
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: StartCluster NAME IMAGE KUBECONFIG");
      System.exit(2);
    }
    var node = Node.of(args[0], args[1]);
    node.start();
    var kubeconfig = Path.of(args[2]);
    Files.deleteIfExists(kubeconfig);
    Files.createFile(
        kubeconfig,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(kubeconfig, node.getKubeConfigYaml());
  }
}
