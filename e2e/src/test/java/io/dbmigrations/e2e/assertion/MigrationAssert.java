package io.dbmigrations.e2e.assertion;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Migration;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Says what becomes of a resource, and waits for it. What is asserted after the wait is asserted of
 * the very status that ended it.
 */
public final class MigrationAssert extends AbstractAssert<MigrationAssert, Migration> {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  // Six at once ask: more often, the API server is busy with answering them.
  private static final Duration PAUSE = Duration.ofMillis(500);

  private DatabaseMigrationStatus status = DatabaseMigrationStatus.NONE;
  private Duration patience = PATIENCE;

  private MigrationAssert(Migration actual) {
    super(actual, MigrationAssert.class);
  }

  public static MigrationAssert assertThatMigration(Migration actual) {
    return new MigrationAssert(actual);
  }

  /** Waits for so long, where somebody else lets more time pass: a kubelet between two pulls. */
  public MigrationAssert within(Duration time) {
    patience = time;
    return this;
  }

  /** The resource as it is now is at its target. */
  public MigrationAssert isReady() {
    return has(Reason.AT_TARGET_REVISION);
  }

  /** The same, but not before that attempt. */
  public MigrationAssert isReady(int attempt) {
    return has(Reason.AT_TARGET_REVISION, attempt);
  }

  /** Ready speaks of the resource as it is now, and gives this reason. */
  public MigrationAssert has(Reason reason) {
    return has(reason, 0);
  }

  /** The same, but not before that attempt. */
  public MigrationAssert has(Reason reason, int attempt) {
    return has(reason, attempt, conditions(reason));
  }

  private MigrationAssert has(Reason reason, int attempt, List<String> conditions) {
    var last = new DatabaseMigration[1];
    try {
      Awaitility.await()
          .atMost(patience)
          .pollDelay(Duration.ZERO)
          .pollInterval(PAUSE)
          .until(() -> {
            last[0] = actual.current();
            return gives(last[0], reason) && attempts(last[0]) >= attempt;
          });
    } catch (ConditionTimeoutException e) {
      failWithMessage(
          "Expected the reason %s at attempt %d or later; after %d s it is:%n%s",
          reason.wireName(), attempt, patience.toSeconds(), actual.description());
    }
    status = last[0].getStatus();
    agreesWithItself(conditions, last[0]);
    return this;
  }

  /** It was at its target, and for this reason that cannot be confirmed now. */
  public MigrationAssert isHidden(Reason reason) {
    return has(reason, 0, List.of("Ready=Unknown"));
  }

  /** The message has each of these. */
  public MigrationAssert saying(String... words) {
    assertThat(ready().message()).contains(words);
    return this;
  }

  /** The message has none of these. */
  public MigrationAssert notSaying(String... words) {
    assertThat(ready().message()).doesNotContain(words);
    return this;
  }

  public MigrationAssert atRevision(String revision) {
    assertThat(status.currentRevision()).as("currentRevision").isEqualTo(revision);
    return this;
  }

  public MigrationAssert withTarget(String revision) {
    assertThat(status.targetRevisions())
        .as("targetRevisions")
        .containsExactly(revision.equals("base") ? new String[0] : revision.split(",", -1));
    return this;
  }

  public MigrationAssert afterAttempts(int number) {
    assertThat(status.attempt().number()).as("attempt").isEqualTo(number);
    return this;
  }

  /** The status that the assertions speak of, for what only one test asks of it. */
  public DatabaseMigrationStatus status() {
    return status;
  }

  private Condition ready() {
    return status.condition(Condition.READY).orElseThrow();
  }

  private static boolean gives(DatabaseMigration resource, Reason reason) {
    var generation = resource.getMetadata().getGeneration();
    return Optional.ofNullable(resource.getStatus())
        .filter(status -> generation.equals(status.observedGeneration()))
        .flatMap(status -> status.condition(Condition.READY))
        .filter(ready -> ready.observedGeneration() == generation)
        .filter(ready -> ready.reason().equals(reason.wireName()))
        .isPresent();
  }

  private static int attempts(DatabaseMigration resource) {
    var attempt = resource.getStatus().attempt();
    return attempt == null ? 0 : attempt.number();
  }

  private static List<String> conditions(Reason reason) {
    return switch (reason.reasonClass()) {
      case DONE -> List.of("Ready=True");
      case PROGRESSING -> List.of("Ready=Unknown", "Reconciling=True");
      case TRANSIENT -> List.of("Ready=False", "Reconciling=True");
      case WAITING -> List.of("Ready=False");
      case UNSEEN -> List.of("Ready=Unknown");
      case STALLED -> List.of("Ready=False", "Stalled=True");
    };
  }

  /** The conditions tell programs the same as people, in whatever class of reasons. */
  private void agreesWithItself(List<String> expected, DatabaseMigration resource) {
    assertThat(status.conditions())
        .filteredOn(condition -> !condition.type().equals(Condition.DATABASE_OBSERVED))
        .extracting(condition -> condition.type() + "=" + condition.status())
        .containsExactlyInAnyOrderElementsOf(expected);
    var generation = resource.getMetadata().getGeneration();
    assertThat(status.conditions())
        .allSatisfy(condition -> {
          // What was seen of the database before the edit stands until the next look.
          assertThat(condition.observedGeneration())
              .isBetween(
                  condition.type().equals(Condition.DATABASE_OBSERVED) ? 1L : generation,
                  generation);
          assertThat(condition.message()).isNotBlank().doesNotContain("null", "Traceback");
        });
  }
}
