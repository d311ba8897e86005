package io.dbmigrations.operator.template;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The fields of a template that the client's definition of a Pod does not have. They are kept, as a
 * newer API server may know them, and told.
 */
final class UnknownFields {

  private static final String MODEL = PodTemplateSpec.class.getPackageName();

  // They are asked for with every look at a resource, and never change.
  private static final Map<JavaType, Map<String, JavaType>> PROPERTIES = new ConcurrentHashMap<>();

  private final ObjectMapper json;
  private final List<String> found = new ArrayList<>();

  private UnknownFields(ObjectMapper json) {
    this.json = json;
  }

  /** Where they stand below the template. */
  static List<String> of(ObjectMapper json, JsonNode content) {
    UnknownFields fields = new UnknownFields(json);
    fields.find(json.constructType(PodTemplateSpec.class), content, "");
    return List.copyOf(fields.found);
  }

  private void find(JavaType type, JsonNode node, String path) {
    if (node.isArray() && type.isCollectionLikeType()) {
      for (int i = 0; i < node.size(); i++) {
        find(type.getContentType(), node.get(i), "%s[%d]".formatted(path, i));
      }
    } else if (node.isObject() && type.getRawClass().getPackageName().startsWith(MODEL)) {
      Map<String, JavaType> known = PROPERTIES.computeIfAbsent(type, this::properties);
      node.properties()
          .forEach(field -> {
            String place = path + "." + field.getKey();
            JavaType property = known.get(field.getKey());
            if (property != null) {
              find(property, field.getValue(), place);
            } else if (Findings.isSet(field.getValue())) {
              found.add(place);
            }
          });
    }
  }

  private Map<String, JavaType> properties(JavaType type) {
    BeanDescription description = json.getDeserializationConfig().introspect(type);
    return description.findProperties().stream()
        .collect(
            Collectors.toMap(
                BeanPropertyDefinition::getName, BeanPropertyDefinition::getPrimaryType));
  }
}
