package io.dbmigrations.e2e.argocd;

import io.dbmigrations.e2e.delivery.Recipe;
import io.dbmigrations.e2e.delivery.Repository;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;

/** An Application of Argo CD's: what it says, and what a person asks of it. */
record Application(KubernetesClient client, String name) {
  private static final String API = "argoproj.io/v1alpha1";
  private static final String REFRESH = "argocd.argoproj.io/refresh";

  /**
   * What it says at one moment.
   *
   * @param revision the commit that it was compared with
   * @param sync whether the cluster is as that commit has it
   * @param health of everything in it
   * @param phase of the last sync
   * @param synced the commit of the last sync
   * @param message of the last sync
   */
  record State(
      String revision, String sync, String health, String phase, String synced, String message) {

    /** Everything is as that commit has it, and well. */
    boolean isDone(String commit) {
      return revision.equals(commit)
          && sync.equals("Synced")
          && health.equals("Healthy")
          && phase.equals("Succeeded");
    }
  }

  /** The recipe's, for that repository. */
  void create(Repository repository, String namespace, boolean automated) {
    var application = Recipe.resources("argocd", API, "Application").getFirst();
    application.getMetadata().setName(name);
    application.getMetadata().setNamespace(ArgoCd.NAMESPACE);
    Map<String, Object> spec = application.get("spec");
    var url = "git://localhost/" + repository.name();
    spec.put("source", Map.of("repoURL", url, "targetRevision", "main", "path", "."));
    spec.put(
        "destination", Map.of("server", "https://kubernetes.default.svc", "namespace", namespace));
    if (!automated) {
      spec.put("syncPolicy", Map.of());
    }
    client.resource(application).create();
  }

  State state() {
    var found = resource().require();
    return new State(
        text(found, "status", "sync", "revision"),
        text(found, "status", "sync", "status"),
        text(found, "status", "health", "status"),
        text(found, "status", "operationState", "phase"),
        text(found, "status", "operationState", "syncResult", "revision"),
        text(found, "status", "operationState", "message"));
  }

  /** The health of one resource in it, and its message. */
  String health(String kind) {
    List<Map<String, Object>> resources = resource().require().get("status", "resources");
    return resources.stream()
        .filter(one -> kind.equals(one.get("kind")))
        .map(one -> (Map<?, ?>) one.get("health"))
        .map(health -> "%s: %s".formatted(health.get("status"), health.get("message")))
        .findFirst()
        .orElseThrow();
  }

  /** The whole of it, for what only one test asks. */
  GenericKubernetesResource current() {
    return resource().require();
  }

  /** Looks into Git now, as a webhook makes it do. */
  void refresh() {
    patch(Map.of("metadata", Map.of("annotations", Map.of(REFRESH, "normal"))));
  }

  /** A sync of that one resource alone. */
  void syncOnly(String commit, String group, String kind) {
    var only = Map.of("group", group, "kind", kind, "name", name);
    sync(Map.of("revision", commit, "resources", List.of(only)));
  }

  /** A sync of everything. */
  void sync(String commit) {
    sync(Map.of("revision", commit));
  }

  private void sync(Map<String, Object> sync) {
    patch(Map.of("operation", Map.of("initiatedBy", Map.of("username", "ada"), "sync", sync)));
  }

  /** What it has deployed stays. */
  void delete() {
    resource().delete();
  }

  private void patch(Map<String, Object> patch) {
    resource().patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(patch));
  }

  private Resource<GenericKubernetesResource> resource() {
    return client
        .genericKubernetesResources(API, "Application")
        .inNamespace(ArgoCd.NAMESPACE)
        .withName(name);
  }

  private static String text(GenericKubernetesResource resource, String... path) {
    var found = resource.get((Object[]) path);
    return found == null ? "" : found.toString();
  }
}
