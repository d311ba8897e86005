package io.dbmigrations.operator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * Merges Pod templates as {@code kubectl patch} does: objects field by field, lists of things that
 * have a name by that name, all other lists as a whole. Unlike there, null says nothing, so that
 * nothing that the operator needs can be taken away. No Java library does that. Which lists have
 * which key is what the API's definition says of a Pod ({@code x-kubernetes-patch-merge-key}).
 */
final class StrategicMerge {

  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry("containers", "name"),
          Map.entry("initContainers", "name"),
          Map.entry("volumes", "name"),
          Map.entry("imagePullSecrets", "name"),
          Map.entry("hostAliases", "ip"),
          Map.entry("topologySpreadConstraints", "topologyKey"),
          Map.entry("resourceClaims", "name"),
          Map.entry("env", "name"),
          Map.entry("volumeMounts", "mountPath"),
          Map.entry("volumeDevices", "devicePath"),
          Map.entry("ports", "containerPort"));

  // One kind of volume does not become another by a further field.
  private static final Set<String> WHOLE_ELEMENTS = Set.of("volumes", "env");

  private StrategicMerge() {}

  /** The base with the patch over it; neither is changed. */
  static ObjectNode merge(ObjectNode base, ObjectNode patch) {
    ObjectNode merged = base.deepCopy();
    patch
        .properties()
        .forEach(field -> {
          JsonNode value = field.getValue();
          if (!value.isNull()) {
            merged.set(field.getKey(), merge(field.getKey(), merged.get(field.getKey()), value));
          }
        });
    return merged;
  }

  private static JsonNode merge(String field, JsonNode base, JsonNode patch) {
    if (patch instanceof ObjectNode object) {
      return merge(
          base instanceof ObjectNode there ? there : JsonNodeFactory.instance.objectNode(), object);
    }
    String key = KEYS.get(field);
    return key != null && base instanceof ArrayNode there && patch instanceof ArrayNode list
        ? mergeLists(there, list, key, WHOLE_ELEMENTS.contains(field))
        : patch.deepCopy();
  }

  private static ArrayNode mergeLists(ArrayNode base, ArrayNode patch, String key, boolean whole) {
    ArrayNode merged = base.deepCopy();
    for (JsonNode element : patch) {
      int index = indexOf(merged, key, element.path(key));
      if (index < 0) {
        merged.add(element.deepCopy());
      } else if (!whole && element instanceof ObjectNode object) {
        merged.set(index, merge((ObjectNode) merged.get(index), object));
      } else {
        merged.set(index, element.deepCopy());
      }
    }
    return merged;
  }

  private static int indexOf(ArrayNode list, String key, JsonNode value) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) instanceof ObjectNode && list.get(i).path(key).equals(value)) {
        return i;
      }
    }
    return -1;
  }
}
