package io.dbmigrations.operator.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a template may say only where something else does not stand beside it, which is the
 * operator's own mostly: the API server and the kubelet name that, and not what the template says.
 */
final class ExclusiveFields {

  private static final String SECURITY = "securityContext";
  private static final String USER = "runAsUser";
  private static final String NOT_ROOT = "runAsNonRoot";

  private static final String AS_ROOT =
      "nothing runs as root while runAsNonRoot is true, as it is by default; write runAsNonRoot: false beside it";

  private static final String ESCALATION =
      "it excludes allowPrivilegeEscalation: false, which is the default; write allowPrivilegeEscalation: true beside it";

  private final Findings found;
  private final JsonNode pod;
  private final JsonNode merged;

  private ExclusiveFields(Findings found, JsonNode pod, JsonNode merged) {
    this.found = found;
    this.pod = pod;
    this.merged = merged;
  }

  /**
   * Each field of the template that excludes another one, with what to do about it.
   *
   * @param merged the whole template, of the operator's own and of all others
   */
  static List<String> conflicts(PodTemplate template, JsonNode merged) {
    Findings found = new Findings(template.field());
    new ExclusiveFields(found, template.content().path("spec"), merged.path("spec")).find();
    return found.all();
  }

  private void find() {
    if (pod.path("hostPID").asBoolean() && merged.path("shareProcessNamespace").asBoolean()) {
      found.add(
          ".spec.hostPID",
          "the processes of the Pod have a namespace of their own (shareProcessNamespace: true), as is the default; write shareProcessNamespace: false beside it");
    }
    if (isRoot(pod.path(SECURITY)) && isAnyInheritedRootForbidden()) {
      found.add(".spec.%s.%s".formatted(SECURITY, USER), AS_ROOT);
    }
    find("initContainers");
    find("containers");
  }

  private void find(String list) {
    for (JsonNode one : pod.path(list)) {
      String name = one.path("name").asText();
      String path = ".spec.%s[%s].%s".formatted(list, name, SECURITY);
      JsonNode own = one.path(SECURITY);
      JsonNode whole = named(merged.path(list), name).path(SECURITY);
      if (isRoot(own) && isRootForbidden(whole)) {
        found.add("%s.%s".formatted(path, USER), AS_ROOT);
      }
      JsonNode escalation = whole.path("allowPrivilegeEscalation");
      if (escalation.isBoolean() && !escalation.booleanValue()) {
        if (own.path("privileged").asBoolean()) {
          found.add(path + ".privileged", ESCALATION);
        }
        for (JsonNode capability : own.path("capabilities").path("add")) {
          if (capability.asText().equals("CAP_SYS_ADMIN")) {
            found.add(path + ".capabilities.add", "of CAP_SYS_ADMIN, " + ESCALATION);
          }
        }
      }
    }
  }

  private boolean isAnyInheritedRootForbidden() {
    return List.of("initContainers", "containers").stream()
        .flatMap(list -> merged.path(list).valueStream())
        .map(one -> one.path(SECURITY))
        .anyMatch(one -> !Findings.isSet(one.path(USER)) && isRootForbidden(one));
  }

  // What a container does not say, its Pod says for it.
  private boolean isRootForbidden(JsonNode container) {
    JsonNode own = container.path(NOT_ROOT);
    return (Findings.isSet(own) ? own : merged.path(SECURITY).path(NOT_ROOT)).asBoolean();
  }

  private static boolean isRoot(JsonNode context) {
    return context.path(USER).isIntegralNumber() && context.path(USER).asLong() == 0;
  }

  private static JsonNode named(JsonNode containers, String name) {
    return containers
        .valueStream()
        .filter(one -> one.path("name").asText().equals(name))
        .findFirst()
        .orElse(containers.path(-1));
  }
}
