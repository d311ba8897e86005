package io.dbmigrations.operator.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.api.v1alpha1.PlanStep;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * One plan, taken out of the log of the Job that has found it. What else stands there, whatever the
 * scripts print, is passed over.
 */
public final class PlanLog {

  /** Of more SQL the rest is left out, in characters. */
  static final int MOST_SQL = 3_000_000;

  /** Of more steps the rest is left out. */
  public static final int MOST_STEPS = 10_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_LINE = 1_000_000;
  private static final int LONGEST_WORDS = 160;
  private static final int MOST_DELETES = 10;

  private final String digest;
  private final SortedMap<Integer, PlanStep> steps = new TreeMap<>();
  private final SortedMap<Integer, StringBuilder> sql = new TreeMap<>();
  private int length;

  public PlanLog(String digest) {
    this.digest = digest;
  }

  /** A log, to its end. A line that nobody of ours writes may be as long as it likes. */
  public void read(Reader log) throws IOException {
    StringBuilder line = new StringBuilder();
    boolean isOver = false;
    for (int character = log.read(); character >= 0; character = log.read()) {
      if (character == '\n') {
        add(isOver ? "" : line.toString());
        line.setLength(0);
        isOver = false;
      } else if (line.length() < LONGEST_LINE) {
        line.append((char) character);
      } else {
        isOver = true;
      }
    }
    add(line.toString());
  }

  void add(String line) {
    if (!line.startsWith("{\"event\": \"planned")) {
      return;
    }
    JsonNode event = read(line);
    if (event == null || !event.path("plan").asText().equals(digest)) {
      return;
    }
    int number = event.path("step").asInt();
    if (number < 1 || number > MOST_STEPS) {
      return;
    }
    switch (event.path("event").asText()) {
      case "planned" -> steps.put(number, step(event));
      case "planned-sql" -> keep(number, event.path("text").asText());
      default -> {}
    }
  }

  /** The steps that it has told, in their order. */
  public List<PlannedStep> steps() {
    return steps.entrySet().stream()
        .map(entry -> new PlannedStep(entry.getValue(), sql(entry.getKey())))
        .toList();
  }

  /** Whether some of the SQL is left out. */
  public boolean isCut() {
    return length > MOST_SQL;
  }

  private void keep(int number, String text) {
    length += text.length();
    if (length <= MOST_SQL) {
      sql.computeIfAbsent(number, _ -> new StringBuilder()).append(text);
    }
  }

  private String sql(int number) {
    StringBuilder found = sql.get(number);
    return found == null ? "" : found.toString();
  }

  private static PlanStep step(JsonNode event) {
    List<String> deletes =
        StreamSupport.stream(event.path("deletes").spliterator(), false)
            .map(words -> shortened(words.asText()))
            .toList();
    return new PlanStep(
        event.path("revision").asText(),
        event.path("direction").asText(),
        shortened(event.path("description").asText()),
        event.path("irreversible").asBoolean(),
        deletes.subList(0, Math.min(deletes.size(), MOST_DELETES)));
  }

  private static String shortened(String words) {
    return words.length() <= LONGEST_WORDS ? words : words.substring(0, LONGEST_WORDS - 1) + "…";
  }

  // Cut off, for instance, where the kubelet has begun another file.
  private static @Nullable JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
