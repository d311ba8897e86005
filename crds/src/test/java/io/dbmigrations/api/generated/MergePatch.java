package io.dbmigrations.api.generated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON merge patch, RFC 7386. */
final class MergePatch {

  private MergePatch() {}

  static void apply(ObjectNode target, JsonNode patch) {
    patch.propertyStream().forEach(field -> apply(target, field.getKey(), field.getValue()));
  }

  private static void apply(ObjectNode target, String name, JsonNode value) {
    if (value.isNull()) {
      target.remove(name);
    } else if (value.isObject()) {
      JsonNode present = target.get(name);
      apply(present instanceof ObjectNode object ? object : target.putObject(name), value);
    } else {
      target.set(name, value);
    }
  }
}
