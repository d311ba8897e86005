package io.dbmigrations.e2e.trial;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A resource at one moment; read without its types, so that names in its status may change. */
public record Seen(
    String name,
    String uid,
    String version,
    long generation,
    long observedGeneration,
    String target,
    boolean suspended,
    String ready,
    String reason,
    String message,
    boolean stalled,
    boolean reconciling,
    String currentRevision,
    long attempt) {

  /** What the API server says of it. */
  public static Seen of(GenericKubernetesResource resource) {
    var metadata = resource.getMetadata();
    var ready = condition(resource, "Ready");
    return new Seen(
        metadata.getName(),
        metadata.getUid(),
        metadata.getResourceVersion(),
        metadata.getGeneration(),
        number(resource.get("status", "observedGeneration")),
        text(resource.get("spec", "targetRevision")),
        Boolean.TRUE.equals(resource.get("spec", "suspend")),
        text(ready.get("status")),
        text(ready.get("reason")),
        text(ready.get("message")),
        "True".equals(condition(resource, "Stalled").get("status")),
        "True".equals(condition(resource, "Reconciling").get("status")),
        text(resource.get("status", "currentRevision")),
        number(resource.get("status", "attempt", "number")));
  }

  /** It says that the database is where this generation wants it. */
  public boolean claimsReady() {
    return "True".equals(ready) && observedGeneration == generation;
  }

  /** It is done with this generation, in whatever way. */
  public boolean answered() {
    return observedGeneration == generation && !reconciling && !ready.isEmpty();
  }

  /** What a second reading of the same state would say, too. */
  public String state() {
    return "Ready=%s %s%s%s, at %s%s"
        .formatted(
            ready,
            reason,
            stalled ? ", stalled" : "",
            reconciling ? ", reconciling" : "",
            currentRevision,
            observedGeneration == generation ? "" : ", of an older generation");
  }

  @Override
  public String toString() {
    return "generation %d (%s%s), observed %d, attempt %d: %s: %s"
        .formatted(
            generation,
            target,
            suspended ? ", suspended" : "",
            observedGeneration,
            attempt,
            state(),
            message.length() > 160 ? message.substring(0, 160) + "…" : message);
  }

  private static Map<?, ?> condition(GenericKubernetesResource resource, String type) {
    if (resource.get("status", "conditions") instanceof List<?> conditions) {
      for (var condition : conditions) {
        if (condition instanceof Map<?, ?> map && type.equals(map.get("type"))) {
          return map;
        }
      }
    }
    return Map.of();
  }

  private static long number(Object value) {
    return value instanceof Number number ? number.longValue() : -1;
  }

  private static String text(Object value) {
    return Objects.toString(value, "");
  }
}
