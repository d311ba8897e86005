package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A free-form object. Anybody can nest one deeper than a program can follow, and one that cannot be
 * read stops the watch of all: what lies deeper than anything in a Pod template does is left out,
 * and the words that stand for it are refused where a template is looked at.
 */
final class ShallowObject extends JsonDeserializer<Map<String, Object>> {

  private static final int DEPTH = 50;
  private static final String DEEPER = "nested deeper than %d levels".formatted(DEPTH);

  @Override
  public Map<String, Object> deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    return object(parser, context, DEPTH);
  }

  private static Map<String, Object> object(
      JsonParser parser, DeserializationContext context, int depth) throws IOException {
    Map<String, Object> content = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      content.put(name, value(parser, context, depth - 1));
    }
    return content;
  }

  private static List<Object> array(JsonParser parser, DeserializationContext context, int depth)
      throws IOException {
    List<Object> content = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      content.add(value(parser, context, depth - 1));
    }
    return content;
  }

  private static Object value(JsonParser parser, DeserializationContext context, int depth)
      throws IOException {
    boolean isNested = parser.currentToken().isStructStart();
    if (isNested && depth == 0) {
      parser.skipChildren();
      return DEEPER;
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, context, depth);
      case START_ARRAY -> array(parser, context, depth);
      default -> context.readValue(parser, Object.class);
    };
  }
}
