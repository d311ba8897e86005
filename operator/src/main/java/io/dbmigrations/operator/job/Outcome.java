package io.dbmigrations.operator.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.api.v1alpha1.Reason;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended, in the runner's words, or in ours where the runner could not speak.
 *
 * @param before the rows of the version table before it, null when unknown
 * @param after the rows after it, null when unknown
 * @param target the rows that the target means, null when it was not resolved
 * @param revision the revision that failed, null where none did
 * @param sqlstate PostgreSQL's code of the error, null where there is none
 * @param versionTable Alembic's table with its schema, null when unknown
 */
public record Outcome(
    Reason reason,
    String message,
    @Nullable List<String> before,
    @Nullable List<String> after,
    @Nullable List<String> target,
    String direction,
    int applied,
    @Nullable String revision,
    @Nullable String sqlstate,
    @Nullable String alembic,
    @Nullable String serverVersion,
    @Nullable String versionTable) {

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  /** An end of which only this is known. */
  public static Outcome of(Reason reason, String message) {
    return new Outcome(reason, message, null, null, null, "None", 0, null, null, null, null, null);
  }

  /** The same end, seen otherwise. */
  public Outcome because(Reason otherReason, String otherMessage) {
    return new Outcome(
        otherReason,
        otherMessage,
        before,
        after,
        target,
        direction,
        applied,
        revision,
        sqlstate,
        alembic,
        serverVersion,
        versionTable);
  }

  /** Reads the runner's outcome; empty when the text is not one. */
  public static Optional<Outcome> parse(@Nullable String terminationMessage) {
    if (terminationMessage == null || !terminationMessage.stripLeading().startsWith("{")) {
      return Optional.empty();
    }
    try {
      Wire wire = JSON.readValue(terminationMessage, Wire.class);
      return wire.version() == 1 && wire.reason() != null
          ? Optional.of(wire.outcome())
          : Optional.empty();
    } catch (JsonProcessingException e) {
      // Not the runner's: the last lines of the container's log, which are treated as such.
      return Optional.empty();
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Wire(
      int version,
      @Nullable String reason,
      @Nullable String message,
      @Nullable List<String> before,
      @Nullable List<String> after,
      @Nullable List<String> target,
      @Nullable Plan plan,
      int applied,
      @Nullable String revision,
      @Nullable String sqlstate,
      @Nullable String alembic,
      @Nullable String serverVersion,
      @Nullable String versionTable) {

    Outcome outcome() {
      return new Outcome(
          Optional.ofNullable(reason).flatMap(Reason::of).orElse(Reason.INTERNAL_ERROR),
          message == null ? "The runner gave no message" : message,
          before,
          after,
          target,
          plan == null || plan.direction() == null ? "None" : plan.direction(),
          applied,
          revision,
          sqlstate,
          alembic,
          serverVersion,
          versionTable);
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Plan(@Nullable String direction) {}
}
