package io.dbmigrations.operator.template;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * Reads an amount such as {@code 256Mi}, and nothing else: of one that is none the API server says
 * that much and not where it stands.
 */
final class ExactQuantity extends JsonDeserializer<Quantity> {

  private static final Pattern AMOUNT =
      Pattern.compile(
          "[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\\d{1,3})?");

  /** Says of the client's class that it is read like this. */
  @JsonDeserialize(using = ExactQuantity.class)
  interface Reading {}

  @Override
  public Quantity deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
      return (Quantity) context.handleUnexpectedToken(Quantity.class, parser);
    }
    String text = parser.getText();
    return AMOUNT.matcher(text).matches()
        ? new Quantity(text)
        : (Quantity) context.handleWeirdStringValue(Quantity.class, text, "no amount");
  }
}
