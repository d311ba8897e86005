package io.dbmigrations.api.v1alpha1;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Times as a status has them, in RFC 3339. Whoever may write a status by hand may write anything
 * there, also what the definition's date-time admits and nobody can read.
 */
public final class Times {

  // RFC 3339 has years of four digits; beyond them lie those that no sum fits into.
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  // The clocks of two leaders differ.
  private static final Duration SKEW = Duration.ofMinutes(1);

  private Times() {}

  /** The time, where it is one. */
  public static Optional<Instant> read(@Nullable String text) {
    try {
      return Optional.ofNullable(text)
          .map(Instant::parse)
          .filter(time -> !time.isBefore(FIRST) && !time.isAfter(LAST));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /** The same of what has happened: a time that has not come is none at which anybody saw it. */
  public static Optional<Instant> past(@Nullable String text, Instant now) {
    return read(text).filter(time -> !time.isAfter(now.plus(SKEW)));
  }
}
