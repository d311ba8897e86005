package io.dbmigrations.e2e.proxy;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Of the requests that it is about, what becomes of the nth. */
public final class Rule {
  private final Predicate<Call> subject;
  private final int nth;
  private final Action action;
  private final AtomicInteger seen = new AtomicInteger();

  private Rule(Predicate<Call> subject, int nth, Action action) {
    this.subject = subject;
    this.nth = nth;
    this.action = action;
  }

  /** About every request that the predicate takes; the first is 1. */
  public static Rule nth(int nth, Predicate<Call> subject, Action action) {
    return new Rule(subject, nth, action);
  }

  /** About requests of that verb whose whole path is like the pattern. */
  public static Rule nth(int nth, String verb, String path, Action action) {
    var pattern = Pattern.compile(path).asMatchPredicate();
    return nth(nth, call -> call.verb().equals(verb) && pattern.test(call.path()), action);
  }

  Optional<Action> actionFor(Call call) {
    return subject.test(call) && seen.incrementAndGet() == nth
        ? Optional.of(action)
        : Optional.empty();
  }

  /** Whether there was such a request. */
  public boolean applied() {
    return seen.get() >= nth;
  }
}
