package io.dbmigrations.api.generated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.ConfigMapKeyRef;
import io.dbmigrations.api.v1alpha1.ConnectionPart;
import io.dbmigrations.api.v1alpha1.ConnectionSpec;
import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.api.v1alpha1.SecretKeyRef;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** What follows from the model's types and the generator leaves out. */
final class SchemaDetails {

  // The server compares as floating-point numbers, of which only these are exact.
  private static final long MOST_EXACT = 1L << 53;

  private SchemaDetails() {}

  /** Completes the schema of that record, and of all that it is made of. */
  static void complete(ObjectNode schema, Class<?> type) {
    for (RecordComponent component : type.getRecordComponents()) {
      ObjectNode property = (ObjectNode) schema.at("/properties/" + component.getName());
      wholeBounds(property);
      formats(property, component);
      durations(property);
      references(schema, property, component);
      if (component.getType() == AttemptCall.class) {
        recorded((ObjectNode) property.get("properties"));
      } else if (component.getType().isRecord()) {
        complete(property, component.getType());
      } else if (component.getType() == List.class && elementType(component).isRecord()) {
        complete((ObjectNode) property.get("items"), elementType(component));
      }
    }
  }

  // What was said in the specification, and is not checked again: of each field its type alone.
  private static void recorded(ObjectNode call) {
    call.at("/alembic/properties")
        .propertyStream()
        .forEach(field -> {
          ObjectNode schema = (ObjectNode) field.getValue();
          schema.retain("type", "items", "additionalProperties");
          schema.put("description", "spec.alembic.%s at that time.".formatted(field.getKey()));
          if (schema.get("items") instanceof ObjectNode items) {
            items.put("description", "One of them.");
          }
        });
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
      bounds(property, Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (type == long.class || type == Long.class) {
      property.put("format", "int64");
      bounds(property, -MOST_EXACT, MOST_EXACT);
    } else if (component.getName().matches(".*(At|Time)")) {
      property.put("format", "date-time");
    }
  }

  // The server does not check the format. One number that nobody can read stops the watch of all.
  private static void bounds(ObjectNode property, long least, long most) {
    if (!property.has("minimum")) {
      property.put("minimum", least);
    }
    if (!property.has("maximum")) {
      property.put("maximum", most);
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

  private static void references(
      ObjectNode schema, ObjectNode property, RecordComponent component) {
    Class<?> type = component.getType();
    if (type == SecretKeyRef.class) {
      reference((ObjectNode) property.get("properties"), "Secret", "agent-platform-db", "url");
    } else if (type == ConfigMapKeyRef.class) {
      reference((ObjectNode) property.get("properties"), "ConfigMap", "agent-platform", "host");
    } else if (type == ConnectionPart.class) {
      rule(
          property,
          "(has(self.value) ? 1 : 0) + (has(self.secretKeyRef) ? 1 : 0) + (has(self.configMapKeyRef) ? 1 : 0) == 1",
          "exactly one says what the part is; write value, secretKeyRef or configMapKeyRef");
    } else if (type == ConnectionSpec.class) {
      rule(
          schema,
          "!has(self.connection) || (%s)".formatted(variablesDiffer()),
          "two of the variables have the same name; write another one for a part, since variable itself has the URL");
    } else if (component.getName().equals("variable")) {
      rule(
          property,
          "self.matches('^[A-Za-z_][A-Za-z0-9_]*$')",
          "the variable is no name of an environment variable; write letters, digits and _ only, without a $, as in DATABASE_URL");
      rule(
          property,
          "self != 'PATH' && !self.startsWith('DBMIGRATION_') && !self.startsWith('PYTHON')",
          "the variable is taken; PATH and what begins with DBMIGRATION_ or PYTHON belong to the interpreter and the operator");
    }
  }

  private static void reference(ObjectNode properties, String kind, String name, String key) {
    rule(
        (ObjectNode) properties.get("name"),
        "self.matches('^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')",
        "the name is no name of a %s; write the name alone, without a namespace, as in %s"
            .formatted(kind, name));
    rule(
        (ObjectNode) properties.get("key"),
        "self.matches('^[-._a-zA-Z0-9]+$')",
        "the key is no key of a %s; write the key alone, as in %s".formatted(kind, key));
  }

  // Pair by pair: how long a loop over them may take, the server does not know beforehand.
  private static String variablesDiffer() {
    List<String> names = new ArrayList<>(List.of("self.variable"));
    List<String> pairs = new ArrayList<>();
    for (RecordComponent part : ConnectionSpec.class.getRecordComponents()) {
      if (part.getType().isRecord()) {
        String name = "self.connection.%s.variable".formatted(part.getName());
        names.forEach(other ->
            pairs.add("!(%s && %s && %s == %s)".formatted(isSet(name), isSet(other), name, other)));
        names.add(name);
      }
    }
    return String.join(" && ", pairs);
  }

  private static String isSet(String name) {
    String owner = name.substring(0, name.lastIndexOf('.'));
    return owner.equals("self")
        ? "has(%s)".formatted(name)
        : "has(%s) && has(%s)".formatted(owner, name);
  }

  private static void rule(ObjectNode schema, String rule, String message) {
    schema
        .withArray("x-kubernetes-validations")
        .addObject()
        .put("rule", rule)
        .put("message", message);
  }

  private static Class<?> elementType(RecordComponent component) {
    ParameterizedType list = (ParameterizedType) component.getGenericType();
    return (Class<?>) list.getActualTypeArguments()[0];
  }
}
