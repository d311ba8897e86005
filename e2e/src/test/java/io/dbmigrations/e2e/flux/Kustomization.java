package io.dbmigrations.e2e.flux;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A Kustomization of Flux's, and what it says. */
record Kustomization(KubernetesClient client, String namespace, String name) {
  static final String API = "kustomize.toolkit.fluxcd.io/v1";
  static final String KIND = "Kustomization";

  private static final Duration PATIENCE = Duration.ofSeconds(100);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /**
   * What it says at one moment.
   *
   * @param ready the status of that condition, with its reason and message
   * @param attempted the revision that it took up last
   * @param applied the revision that is there, and well
   */
  record State(String ready, String reason, String message, String attempted, String applied) {

    /** Everything is as that commit has it, and well. */
    boolean isDone(String commit) {
      return ready.equals("True") && applied.equals(Source.revision(commit));
    }
  }

  /**
   * Creates the recipe's under this name.
   *
   * @param settings in place of those that the recipe has
   */
  void create(
      GenericKubernetesResource recipe, Map<String, Object> settings, Map<String, String> labels) {
    recipe.getMetadata().setName(name);
    recipe.getMetadata().setNamespace(namespace);
    recipe.getMetadata().setLabels(labels);
    Map<String, Object> spec = recipe.get("spec");
    spec.replaceAll((field, value) -> settings.getOrDefault(field, value));
    client.resource(recipe).create();
  }

  State state() {
    var found = current();
    List<Map<String, Object>> conditions = found.get("status", "conditions");
    Map<String, Object> ready =
        (conditions == null ? List.<Map<String, Object>>of() : conditions)
            .stream()
                .filter(condition -> condition.get("type").equals("Ready"))
                .findFirst()
                .orElse(Map.of());
    return new State(
        ready.getOrDefault("status", "").toString(),
        ready.getOrDefault("reason", "").toString(),
        ready.getOrDefault("message", "").toString(),
        text(found, "status", "lastAttemptedRevision"),
        text(found, "status", "lastAppliedRevision"));
  }

  State await(String what, Predicate<State> wanted) {
    return Awaitility.await(what)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(PAUSE)
        .until(this::state, wanted);
  }

  State awaitReason(String reason) {
    return await(reason, state -> state.reason().equals(reason));
  }

  /** How often it has applied what it has, with the same result. */
  int reconciliations() {
    return Integer.parseInt(text(current(), "status", "history", 0, "totalReconciliations"));
  }

  private GenericKubernetesResource current() {
    return client
        .genericKubernetesResources(API, KIND)
        .inNamespace(namespace)
        .withName(name)
        .require();
  }

  private static String text(GenericKubernetesResource resource, Object... path) {
    var found = resource.get(path);
    return found == null ? "" : found.toString();
  }
}
