package io.dbmigrations.e2e.trial;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happened, to whom and when: what a person reads who has to understand a violation. */
public final class Timeline {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();

  /**
   * A line.
   *
   * @param subject the resource's name; empty where it is about all of them
   */
  public record Entry(Instant at, String subject, String what) {
    @Override
    public String toString() {
      return "%s %-12s %s".formatted(TIME.format(at), subject, what);
    }
  }

  public void note(String subject, String what) {
    entries.add(new Entry(Instant.now(), subject, what));
  }

  public void clear() {
    entries.clear();
  }

  /** All of it, with what the ledger adds. */
  public String everything(List<Entry> more) {
    return text(entry -> true, more);
  }

  /** What is about that resource, or about all of them, with what the ledger adds. */
  public String about(String subject, Instant since, List<Entry> more) {
    return text(
        entry ->
            (entry.subject().isEmpty() || entry.subject().equals(subject))
                && entry.at().isAfter(since),
        more);
  }

  private String text(Predicate<Entry> which, List<Entry> more) {
    return Stream.concat(entries.stream(), more.stream())
        .filter(which)
        .sorted(Comparator.comparing(Entry::at))
        .map(Entry::toString)
        .collect(Collectors.joining("\n  ", "  ", "\n"));
  }
}
