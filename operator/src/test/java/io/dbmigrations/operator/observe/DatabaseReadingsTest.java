package io.dbmigrations.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.dbmigrations.operator.database.DatabaseAccess;
import io.dbmigrations.operator.database.DatabaseIdentity;
import io.dbmigrations.operator.database.DatabaseReader;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.observe.DatabaseReadings.Request;
import io.dbmigrations.operator.testing.Databases;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.SecretServer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept of the readings; the threads are the test's own, so that it says what runs when. */
class DatabaseReadingsTest {
  private static final VersionTables TABLES = VersionTables.of("public.alembic_version");

  private static final Instant NOW = Instant.parse("2026-01-11T10:00:00Z");
  private static final DatabaseReading ROWS =
      new DatabaseReading.Rows(
          List.of("a1"), true, "17.6", new DatabaseIdentity("7", "shop", TABLES));
  private static final DatabaseReading AWAY =
      new DatabaseReading.Refused(Reason.DATABASE_UNREACHABLE, "away");

  private final Deque<DatabaseReading> answers = new ArrayDeque<>();
  private final Deque<Runnable> started = new ArrayDeque<>();
  private final List<ResourceID> told = new ArrayList<>();
  private int logins;
  private SecretServer server;
  private DatabaseReadings readings;

  @BeforeEach
  void start() throws IOException {
    server = new SecretServer();
    server.put("shop", "db", "1", "url", "postgresql://u:s3cret@h/d");
    readings = readings(this::read);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void keepsTheReadingWithItsOccasionAndTheSecretsVersion() {
    answers.add(ROWS);

    readings.take(request("job-1", Urgency.AWAITED));
    runAll();

    assertThat(readings.latest("uid")).isEqualTo(new Reading(ROWS, "job-1", NOW, 0, "1"));
    assertThat(told).containsExactly(new ResourceID("orders", "shop"));
  }

  @Test
  void forgetsWhatMayNotBeTrueAnyMore() {
    answers.add(ROWS);
    readings.take(request("job-1", Urgency.AWAITED));
    runAll();

    readings.forget("uid");

    assertThat(readings.latest("uid")).isNull();
  }

  @Test
  void countsTheReadingsThatFoundNoRows() {
    for (DatabaseReading answer : List.of(AWAY, AWAY, AWAY, ROWS, AWAY)) {
      answers.add(answer);
    }

    assertThat(List.of(misses(), misses(), misses(), misses(), misses()))
        .containsExactly(1, 2, 3, 0, 1);
  }

  @Test
  void saysThatTheSecretMayNotBeRead() {
    server.fail("shop", "db", 403, "Forbidden");

    readings.take(request("job-1", Urgency.AWAITED));
    runAll();

    assertThat(latest().found())
        .isInstanceOfSatisfying(
            DatabaseReading.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.SECRET_FORBIDDEN));
    assertThat(latest().secretVersion()).isNull();
  }

  @Test
  void saysThatTheApiServerDoesNotTell() {
    server.fail("shop", "db", 503, "ServiceUnavailable");

    readings.take(request("job-1", Urgency.AWAITED));
    runAll();

    assertThat(latest().found())
        .isInstanceOfSatisfying(
            DatabaseReading.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.API_SERVER_ERROR);
              assertThat(refused.message()).contains("503 ServiceUnavailable");
            });
  }

  @Test
  void turnsADefectIntoAReadingWithoutItsWords() {
    DatabaseReadings failing =
        readings((url, table, namespace) -> {
          throw new IllegalStateException("of " + url);
        });

    failing.take(request("job-1", Urgency.AWAITED));
    runAll();

    assertThat(String.valueOf(failing.latest("uid"))).contains("defect").doesNotContain("s3cret");
    assertThat(told).hasSize(1);
  }

  @Test
  void turnsAValueThatCannotBeDecodedIntoAReading() {
    server.putEncoded("shop", "db", "1", "url", "s3cret?");

    readings.take(request("job-1", Urgency.AWAITED));
    runAll();

    assertThat(latest().toString()).contains("NotObservable").doesNotContain("s3cret");
  }

  @Test
  void doesNotLogInAgainWhileTheSecretIsTheSame() {
    answers.add(AWAY);
    readings.take(request("job-1", Urgency.AWAITED));
    runAll();

    readings.takeIfSecretChanged(request("job-1", Urgency.ROUTINE), "1");
    runAll();
    assertThat(logins).isEqualTo(1);
    assertThat(told).hasSize(1);

    answers.add(ROWS);
    server.put("shop", "db", "2", "url", "postgresql://u:corrected@h/d");
    readings.takeIfSecretChanged(request("job-1", Urgency.ROUTINE), "1");
    runAll();
    assertThat(latest()).isEqualTo(new Reading(ROWS, "job-1", NOW, 0, "2"));
    assertThat(told).hasSize(2);
  }

  @Test
  void noticesASecretThatHasBeenCreated() {
    answers.add(ROWS);

    readings.takeIfSecretChanged(request("job-1", Urgency.ROUTINE), null);
    runAll();

    assertThat(latest().found()).isEqualTo(ROWS);
  }

  @Test
  void keepsWhatItHasWhileTheApiServerDoesNotTellWhetherTheSecretChanged() {
    server.fail("shop", "db", 500, "InternalError");

    readings.takeIfSecretChanged(request("job-1", Urgency.ROUTINE), "1");
    runAll();

    assertThat(readings.latest("uid")).isNull();
    assertThat(told).isEmpty();
  }

  @Test
  void doesNotLetAnOldReadingThatTookLongReplaceANewerOne() throws Exception {
    answers.add(AWAY);
    List<Runnable> late = new ArrayList<>();
    DatabaseReadings[] both = new DatabaseReadings[1];
    both[0] =
        readings((url, table, namespace) -> {
          if (late.isEmpty()) {
            // While the first one takes its time, a second one is asked for and ends.
            late.add(() -> {});
            both[0].take(request("job-2", Urgency.AWAITED));
            runAll();
            return AWAY;
          }
          return ROWS;
        });

    both[0].take(request("job-1", Urgency.AWAITED));
    runAll();

    assertThat(both[0].latest("uid")).isEqualTo(new Reading(ROWS, "job-2", NOW, 0, "1"));
    assertThat(told).hasSize(1);
  }

  private int misses() {
    readings.take(request("job-1", Urgency.ROUTINE));
    runAll();
    return latest().misses();
  }

  private Reading latest() {
    Reading reading = readings.latest("uid");
    assertThat(reading).isNotNull();
    return reading;
  }

  private DatabaseReadings readings(DatabaseReader reader) {
    return new DatabaseReadings(
        new KeptConnections(new ConnectionReader(server.client()), Duration.ZERO, () -> NOW),
        reader,
        started::add,
        told::add,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void countsTablesThatDifferAmongThoseThatWereRead() {
    answers.addAll(List.of(AWAY, Ends.differing("a1", null, "a1")));
    readings.take(request("a", Urgency.AWAITED));
    runAll();
    assertThat(readings.latest("uid").misses()).isEqualTo(1);
    readings.take(request("b", Urgency.AWAITED));
    runAll();
    assertThat(readings.latest("uid").misses()).isZero();
  }

  private DatabaseReading read(DatabaseAccess access, VersionTables tables, String namespace) {
    logins++;
    return answers.remove();
  }

  private void runAll() {
    while (!started.isEmpty()) {
      started.remove().run();
    }
  }

  private static Request request(String occasion, Urgency urgency) {
    return new Request(
        "shop",
        "orders",
        "uid",
        Databases.bySecret("db", UnverifiedPolicy.FORBID),
        TABLES,
        occasion,
        urgency);
  }
}
