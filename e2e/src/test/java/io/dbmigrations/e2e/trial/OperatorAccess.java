package io.dbmigrations.e2e.trial;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** The rights of the chart's service account, for an operator that does not run in the cluster. */
public record OperatorAccess(KubernetesClient client) {
  public static final String NAMESPACE = "dbmigration-system";
  public static final String NAME = "dbmigration-operator";
  private static final long SECONDS = 12 * 60 * 60L;

  /** Writes a kubeconfig that leads to the API server itself. */
  public void kubeconfig(Path file) throws IOException {
    var config = client.getConfiguration();
    kubeconfig(
        file,
        config.getMasterUrl(),
        new String(Base64.getDecoder().decode(config.getCaCertData()), StandardCharsets.UTF_8));
  }

  /** Writes a kubeconfig that leads to that URL. */
  public void kubeconfig(Path file, String url, String pem) throws IOException {
    var token =
        client
            .serviceAccounts()
            .inNamespace(NAMESPACE)
            .withName(NAME)
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(SECONDS)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: default
        clusters: [{name: default, cluster: {server: "%s", certificate-authority-data: %s}}]
        users: [{name: default, user: {token: %s}}]
        contexts: [{name: default, context: {cluster: default, user: default}}]
        """
            .formatted(
                url,
                Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)),
                token));
  }

  /** What the chart grants for leader election when there are several replicas. */
  public void allowLeases(String namespace) {
    client
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("leases")
                .endMetadata()
                .addNewRule()
                .withApiGroups("coordination.k8s.io")
                .withResources("leases")
                .withVerbs("get", "create", "update", "patch")
                .endRule()
                .build())
        .serverSideApply();
    client
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("leases")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "leases")
                .addNewSubject("", "ServiceAccount", NAME, NAMESPACE)
                .build())
        .serverSideApply();
  }
}
