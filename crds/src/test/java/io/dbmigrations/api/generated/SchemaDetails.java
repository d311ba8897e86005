package io.dbmigrations.api.generated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dbmigrations.api.v1alpha1.Durations;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.List;

/** What follows from the model's types and the generator leaves out. */
final class SchemaDetails {

  private SchemaDetails() {}

  /** Completes the schema of that record, and of all that it is made of. */
  static void complete(ObjectNode schema, Class<?> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      ObjectNode property = (ObjectNode) schema.at("/properties/" + component.getName());
      wholeBounds(property);
      formats(property, component);
      durations(property);
      if (component.getType().isRecord()) {
        complete(property, component.getType());
      } else if (component.getType() == List.class && elementType(component).isRecord()) {
        complete((ObjectNode) property.get("items"), elementType(component));
      }
    }
  }

  // The generator writes 0.0, the server keeps 0: tools that compare would see a difference.
  private static void wholeBounds(ObjectNode property) {
    for (String bound : List.of("minimum", "maximum")) {
      JsonNode value = property.get(bound);
      if (value != null) {
        property.set(bound, LongNode.valueOf(value.longValue()));
      }
    }
  }

  private static void formats(ObjectNode property, RecordComponent component) {
    Class<?> type = component.getType();
    if (type == int.class || type == Integer.class) {
      property.put("format", "int32");
      // The server does not check the format, and nobody can read a number that is greater.
      if (!property.has("maximum")) {
        property.put("maximum", Integer.MAX_VALUE);
      }
    } else if (type == long.class || type == Long.class) {
      property.put("format", "int64");
    } else if (component.getName().matches(".*(At|Time)")) {
      property.put("format", "date-time");
    }
  }

  // "should match '^([0-9]{1,9}(h|m|s|ms))+$'" helps nobody.
  private static void durations(ObjectNode property) {
    if (!property.path("pattern").asText().equals(Durations.PATTERN)) {
      return;
    }
    property.remove("pattern");
    property
        .withArray("x-kubernetes-validations")
        .insertObject(0)
        .put("rule", "self.matches('%s')".formatted(Durations.PATTERN))
        .put("message", "the duration cannot be read; write it as in 500ms, 90s, 5m or 1h30m");
  }

  private static Class<?> elementType(RecordComponent component) {
    ParameterizedType list = (ParameterizedType) component.getGenericType();
    return (Class<?>) list.getActualTypeArguments()[0];
  }
}
