package io.dbmigrations.e2e.flux;

import io.dbmigrations.e2e.delivery.Repository;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * A GitRepository of Flux's. In place of source-controller the test itself says which commit the
 * repository has, and where that is unpacked from.
 */
record Source(KubernetesClient client, String namespace, Repository repository) {
  static final String KIND = "GitRepository";

  private static final String API = "source.toolkit.fluxcd.io/v1";

  /** Prints the archive's SHA-256. */
  private static final String ARCHIVE =
      """
      cd "$1"; archive=/artifacts/$2.tar.gz
      git archive --format=tar.gz --output="$archive" "$2"
      sha256sum "$archive" | cut -d " " -f 1
      """;

  String name() {
    return repository.name();
  }

  /** How Flux calls that commit. */
  static String revision(String commit) {
    return "main@sha1:" + commit;
  }

  void create() {
    repository.create();
    // The URL is nobody's: source-controller would read it.
    client
        .resource(
            new GenericKubernetesResourceBuilder()
                .withApiVersion(API)
                .withKind(KIND)
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name())
                .endMetadata()
                .addToAdditionalProperties(
                    "spec", Map.of("interval", "10m", "url", "https://git.example/" + name()))
                .build())
        .create();
  }

  /** From now on the repository has that commit. */
  void publish(String commit) {
    var archive = commit + ".tar.gz";
    var artifact =
        Map.of(
            "digest",
            "sha256:" + repository.run(ARCHIVE, commit),
            "lastUpdateTime",
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            "path",
            archive,
            "revision",
            revision(commit),
            "url",
            "http://localhost:8080/" + archive);
    resource()
        .subresource("status")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(Map.of("status", Map.of("artifact", artifact))));
  }

  private Resource<GenericKubernetesResource> resource() {
    return client.genericKubernetesResources(API, KIND).inNamespace(namespace).withName(name());
  }
}
