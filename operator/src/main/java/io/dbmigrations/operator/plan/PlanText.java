package io.dbmigrations.operator.plan;

import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.PlanStep;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A plan as a file of SQL that a person reads, in parts that fit into a ConfigMap each. */
public final class PlanText {

  /** So many ConfigMaps hold a plan at most; the rest of it is left out. */
  public static final int MOST_PARTS = 4;

  // A ConfigMap holds a MiB, its own names and dates included; in bytes.
  static final int LARGEST_PART = 900_000;

  private PlanText() {}

  /**
   * The parts, in their order; at least one.
   *
   * @param notes what somebody should know besides who approves it
   */
  public static List<String> parts(PlanStatus plan, List<PlannedStep> steps, List<String> notes) {
    StringBuilder text = new StringBuilder();
    text.append(
        "-- Plan %s: %s from %s to %s, %d in all\n"
            .formatted(plan.digest(), plan.direction(), plan.from(), plan.to(), plan.count()));
    notes.forEach(note -> text.append("-- Note: %s\n".formatted(line(note))));
    for (int i = 0; i < steps.size(); i++) {
      text.append("\n-- Step %d of %d: ".formatted(i + 1, plan.count()))
          .append(heading(steps.get(i).step()))
          .append("\n\n")
          .append(steps.get(i).sql());
    }
    return split(text.toString());
  }

  private static String heading(PlanStep step) {
    StringBuilder words =
        new StringBuilder(line("%s %s".formatted(step.direction(), step.revision())));
    if (!step.description().isEmpty()) {
      words.append(" (%s)".formatted(line(step.description())));
    }
    if (step.irreversible()) {
      words.append(", which takes nothing back");
    }
    step.deletes().forEach(deleted -> words.append("\n-- deletes: ").append(line(deleted)));
    return words.toString();
  }

  // Either ends a comment of SQL.
  private static String line(String words) {
    return words.replace('\n', ' ').replace('\r', ' ');
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    int size = 0;
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int bytes = bytes(text.codePointAt(i));
      if (size + bytes > LARGEST_PART) {
        parts.add(text.substring(start, i));
        start = i;
        size = 0;
      }
      size += bytes;
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static int bytes(int codePoint) {
    return Character.toString(codePoint).getBytes(StandardCharsets.UTF_8).length;
  }
}
