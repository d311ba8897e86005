package io.dbmigrations.operator.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.api.v1alpha1.Times;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds where a migration is by the end of its log; pure. */
public final class ProgressLog {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENT = "{\"event\": \"progress\"";
  private static final int LONGEST = 300;

  private ProgressLog() {}

  /** What the last line says that speaks of it; the first line may be cut. */
  public static Optional<ProgressStatus> last(String end) {
    return end.lines()
        .filter(line -> line.startsWith(EVENT))
        .reduce((_, later) -> later)
        .map(ProgressLog::read);
  }

  private static @Nullable ProgressStatus read(String line) {
    JsonNode event;
    try {
      event = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      // It is being written.
      return null;
    }
    return new ProgressStatus(
        number(event.get("step")),
        number(event.get("of")),
        text(event.get("revision")),
        text(event.get("direction")),
        Times.read(text(event.get("since"))).map(Object::toString).orElse(null),
        text(event.get("waitingFor")));
  }

  private static @Nullable Integer number(@Nullable JsonNode value) {
    return value == null || !value.canConvertToInt() ? null : value.intValue();
  }

  private static @Nullable String text(@Nullable JsonNode value) {
    return value == null || !value.isTextual()
        ? null
        : value.textValue().substring(0, Math.min(value.textValue().length(), LONGEST));
  }
}
