package io.dbmigrations.operator.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Pod template as somebody wrote it. It is free-form: what the API server would not accept is
 * told when a Job is made of it, and harms nobody else before.
 *
 * @param field where it stands, for messages, such as {@code spec.podTemplate}
 */
public record PodTemplate(String field, ObjectNode content) {

  // As the API server reads it: 5 is no text, 1.5 no number of seconds, and "" says something.
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          // The client would make an object with a name of a text.
          .disable(MapperFeature.AUTO_DETECT_CREATORS)
          .withCoercionConfig(
              LogicalType.Textual,
              config ->
                  config
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .addMixIn(Quantity.class, ExactQuantity.Reading.class)
          .build();

  private static final Pattern PLAIN = Pattern.compile("\\w+");

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
    ObjectNode merged = JSON.valueToTree(own);
    for (PodTemplate other : others) {
      merged = StrategicMerge.merge(merged, other.content());
    }
    for (PodTemplate other : others) {
      List<String> conflicts = new ArrayList<>(rules.conflicts(other));
      conflicts.addAll(ExclusiveFields.conflicts(other, merged));
      if (!conflicts.isEmpty()) {
        throw new InvalidTemplateException(String.join("; ", conflicts));
      }
      // By itself, so that the field is named by its place there. Two of right types make one.
      other.read();
    }
    return new PodTemplate("the merged template", merged).read();
  }

  /** Fields that are none of a Pod, as far as this operator knows. */
  public List<String> unknownFields() {
    return UnknownFields.of(JSON, content).stream().map(place -> field + place).toList();
  }

  private PodTemplateSpec read() throws InvalidTemplateException {
    Optional<String> nothing = nothingInAList(content, "");
    if (nothing.isPresent()) {
      throw new InvalidTemplateException(
          "%s%s is null: take it away, or write what was meant".formatted(field, nothing.get()));
    }
    try {
      return JSON.treeToValue(content, PodTemplateSpec.class);
    } catch (JsonMappingException e) {
      throw new InvalidTemplateException(
          "%s%s has a value of the wrong type. kubectl explain pod%s says what may stand there"
              .formatted(field, path(e), explained(e)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always well-formed", e);
    }
  }

  private static Optional<String> nothingInAList(JsonNode node, String path) {
    if (node.isArray()) {
      return IntStream.range(0, node.size())
          .mapToObj(index -> {
            String place = "%s[%d]".formatted(path, index);
            return node.get(index).isNull()
                ? Optional.of(place)
                : nothingInAList(node.get(index), place);
          })
          .flatMap(Optional::stream)
          .findFirst();
    }
    return node.properties().stream()
        .map(field -> nothingInAList(field.getValue(), path + step(field.getKey())))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static String path(JsonMappingException failure) {
    return failure.getPath().stream()
        .map(step ->
            step.getFieldName() == null ? "[" + step.getIndex() + "]" : step(step.getFieldName()))
        .collect(Collectors.joining());
  }

  private static String step(String field) {
    return (PLAIN.matcher(field).matches() ? ".%s" : "[%s]").formatted(field);
  }

  private static String explained(JsonMappingException failure) {
    return failure.getPath().stream()
        .filter(step -> step.getFieldName() != null)
        .map(step -> "." + step.getFieldName())
        .collect(Collectors.joining());
  }
}
