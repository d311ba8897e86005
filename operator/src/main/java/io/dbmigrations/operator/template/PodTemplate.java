package io.dbmigrations.operator.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A Pod template as somebody wrote it. It is free-form: what the API server would not accept is
 * told when a Job is made of it, and harms nobody else before.
 *
 * @param field where it stands, for messages, such as {@code spec.podTemplate}
 */
public record PodTemplate(String field, ObjectNode content) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A template from the specification of a resource. */
  public static PodTemplate of(String field, Map<String, Object> content) {
    return new PodTemplate(field, JSON.valueToTree(content));
  }

  /**
   * A template from text.
   *
   * @throws IllegalArgumentException when it is no JSON object
   */
  public static PodTemplate parse(String field, String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return new PodTemplate(field, object);
      }
      throw new IllegalArgumentException("%s is not a JSON object".formatted(field));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is no JSON: %s".formatted(field, e.getOriginalMessage()), e);
    }
  }

  /**
   * The operator's own template with others over it.
   *
   * @param rules what they may not say
   * @throws InvalidTemplateException naming each field that conflicts, or has a wrong type
   */
  public static PodTemplateSpec merge(
      PodTemplateSpec own, List<PodTemplate> others, TemplateRules rules)
      throws InvalidTemplateException {
    PodTemplateSpec merged = own;
    for (PodTemplate other : others) {
      List<String> conflicts = rules.conflicts(other);
      if (!conflicts.isEmpty()) {
        throw new InvalidTemplateException(String.join("; ", conflicts));
      }
      // Typed after each one, so that the one that is wrong is named.
      merged = typed(StrategicMerge.merge(JSON.valueToTree(merged), other.content()), other);
    }
    return merged;
  }

  private static PodTemplateSpec typed(JsonNode merged, PodTemplate last)
      throws InvalidTemplateException {
    try {
      return JSON.treeToValue(merged, PodTemplateSpec.class);
    } catch (JsonMappingException e) {
      throw new InvalidTemplateException(
          "%s%s has a value of the wrong type. kubectl explain pod%s says what may stand there"
              .formatted(last.field(), path(e), explained(e)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always well-formed", e);
    }
  }

  private static String path(JsonMappingException failure) {
    return failure.getPath().stream()
        .map(step ->
            step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
        .collect(Collectors.joining());
  }

  private static String explained(JsonMappingException failure) {
    return failure.getPath().stream()
        .filter(step -> step.getFieldName() != null)
        .map(step -> "." + step.getFieldName())
        .collect(Collectors.joining());
  }
}
