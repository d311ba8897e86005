package io.dbmigrations.e2e.trial;

import io.dbmigrations.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A DatabaseMigration of the project {@code ledger}, as a person handles it. */
public record Subject(
    KubernetesClient client, String namespace, String name, LedgerDatabase database, Timeline log) {
  public static final ResourceDefinitionContext KIND =
      new ResourceDefinitionContext.Builder()
          .withGroup("dbmigrations.io")
          .withVersion("v1alpha1")
          .withKind("DatabaseMigration")
          .withPlural("databasemigrations")
          .withNamespaced(true)
          .build();

  public static final String IMAGE = "localhost/e2e-projects:0.1.0";

  /** Its Secret; a URL with the password that nobody may show. */
  public void createSecret() {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .addToStringData("url", database.url())
                .build())
        .forceConflicts()
        .serverSideApply();
  }

  /** Creates it, with the Secret. */
  public void create(String target, boolean suspended) {
    createSecret();
    log.note(name, "USER creates it: %s%s".formatted(target, suspended ? ", suspended" : ""));
    client
        .resource(
            new GenericKubernetesResourceBuilder()
                .withApiVersion("dbmigrations.io/v1alpha1")
                .withKind("DatabaseMigration")
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .addToAdditionalProperties("spec", spec(target, suspended))
                .build())
        .create();
  }

  private Map<String, Object> spec(String target, boolean suspended) {
    return Map.of(
        "targetRevision",
        target,
        "image",
        IMAGE,
        "imagePullPolicy",
        "IfNotPresent",
        "suspend",
        suspended,
        "alembic",
        Map.of("workingDirectory", "/projects/ledger"),
        // Its rows are there to be taken back.
        "approval",
        Map.of("rollbacks", "Never"),
        "retry",
        Map.of("backoff", "1s", "maxBackoff", "5s", "limit", 1000),
        "database",
        Map.of("secretRef", Map.of("name", name, "key", "url")));
  }

  public void retarget(String target) {
    edit(Map.of("targetRevision", target));
  }

  /** Edits fields of the specification. */
  public void edit(Map<String, Object> fields) {
    log.note(name, "USER edits %s".formatted(fields));
    patch(Map.of("spec", fields));
  }

  /** Asks for another attempt without an edit. */
  public void retry(String value) {
    log.note(name, "USER asks for a retry");
    patch(Map.of("metadata", Map.of("annotations", Map.of(Names.RETRY_ANNOTATION, value))));
  }

  public void delete() {
    log.note(name, "USER deletes it");
    resource().delete();
  }

  /** As it is now, if it is. */
  public Optional<Seen> current() {
    return Optional.ofNullable(resource().get()).map(Seen::of);
  }

  private void patch(Map<String, Object> patch) {
    resource()
        .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(new HashMap<>(patch)));
  }

  private Resource<GenericKubernetesResource> resource() {
    return client.genericKubernetesResources(KIND).inNamespace(namespace).withName(name);
  }
}
