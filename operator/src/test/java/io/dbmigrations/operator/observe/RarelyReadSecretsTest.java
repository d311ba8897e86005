package io.dbmigrations.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.dbmigrations.operator.database.DatabaseAccess;
import io.dbmigrations.operator.database.DatabaseIdentity;
import io.dbmigrations.operator.database.DatabaseReading;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.observe.DatabaseReadings.Request;
import io.dbmigrations.operator.testing.Databases;
import io.dbmigrations.operator.testing.Observations;
import io.dbmigrations.operator.testing.SecretServer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a reading asks the API server for the Secret, and when it goes by what that said before. */
class RarelyReadSecretsTest {

  private static final VersionTables TABLES = VersionTables.of("public.alembic_version");
  private static final String OLD = "postgresql://u:old@h/d";
  private static final String NEW = "postgresql://u:new@h/d";

  private final Map<String, DatabaseReading> databases = new HashMap<>();
  private final List<String> logins = new ArrayList<>();
  private SecretServer server;
  private DatabaseReadings readings;

  @BeforeEach
  void start() throws IOException {
    server = new SecretServer();
    server.put("shop", "db", "1", "url", OLD);
    databases.put(OLD, rows("a1"));
    databases.put(NEW, rows("a1"));
    Clock clock = Clock.fixed(Observations.NOW, ZoneOffset.UTC);
    readings =
        new DatabaseReadings(
            new KeptConnections(new ConnectionReader(server.client()), Duration.ofHours(2), clock),
            this::login,
            Runnable::run,
            _ -> {},
            clock);
    take(Urgency.AWAITED);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void asksOnceForManyRoutineReadings() {
    for (int i = 0; i < 20; i++) {
      take(Urgency.ROUTINE);
    }
    assertThat(logins).hasSize(21);
    assertThat(server.requests()).isEqualTo(1);
    assertThat(latest().secretVersion()).isEqualTo("1");
  }

  @Test
  void asksForEachReadingThatSomebodyWaitsFor() {
    server.put("shop", "db", "2", "url", NEW);
    take(Urgency.AWAITED);
    assertThat(logins).containsExactly(OLD, NEW);
    assertThat(latest().secretVersion()).isEqualTo("2");

    // And goes by that from then on.
    take(Urgency.ROUTINE);
    assertThat(logins).containsExactly(OLD, NEW, NEW);
    assertThat(server.requests()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "AUTHENTICATION_FAILED",
        "DATABASE_UNREACHABLE",
        "DATABASE_MISSING",
        "ROLE_MISSING",
        "PERMISSION_DENIED"
      })
  void triesTheNewSecretBeforeItTellsThatTheOldOneFails(Reason refusal) {
    databases.put(OLD, new DatabaseReading.Refused(refusal, "it says no"));
    server.put("shop", "db", "2", "url", NEW);
    take(Urgency.ROUTINE);
    assertThat(logins).containsExactly(OLD, OLD, NEW);
    assertThat(latest().found()).isEqualTo(rows("a1"));
    assertThat(latest().misses()).isZero();
  }

  @Test
  void tellsTheFailureAtOnceWhereTheSecretIsTheSame() {
    DatabaseReading refused = new DatabaseReading.Refused(Reason.AUTHENTICATION_FAILED, "no");
    databases.put(OLD, refused);
    take(Urgency.ROUTINE);
    assertThat(logins).containsExactly(OLD, OLD);
    assertThat(latest()).isEqualTo(new Reading(refused, "job-1", Observations.NOW, 1, "1"));

    // No second failure is told for the first one's sake alone.
    take(Urgency.ROUTINE);
    assertThat(server.requests()).isEqualTo(3);
  }

  @Test
  void tellsTheFailureWhereTheApiServerDoesNotSayWhetherTheSecretIsTheSame() {
    DatabaseReading refused = new DatabaseReading.Refused(Reason.DATABASE_UNREACHABLE, "away");
    databases.put(OLD, refused);
    server.fail("shop", "db", 503, "ServiceUnavailable");
    take(Urgency.ROUTINE);
    assertThat(latest().found()).isEqualTo(refused);
  }

  @Test
  void tellsThatTheSecretIsGoneWhereTheDatabaseIsAsWell() {
    databases.put(OLD, new DatabaseReading.Refused(Reason.DATABASE_MISSING, "it is gone"));
    server.fail("shop", "db", 404, "NotFound");
    take(Urgency.ROUTINE);
    assertThat(latest().found())
        .isInstanceOfSatisfying(
            DatabaseReading.Refused.class,
            missing -> assertThat(missing.reason()).isEqualTo(Reason.SECRET_MISSING));
  }

  // The database that was left, and that the Secret leads to no more, is nobody's drift.
  @Test
  void tellsNoDriftOfADatabaseThatTheSecretHasLeft() {
    databases.put(OLD, rows("b2"));
    server.put("shop", "db", "2", "url", NEW);
    take(Urgency.ROUTINE);
    assertThat(latest().found()).isEqualTo(rows("a1"));
  }

  @Test
  void forgetsTheResourceWithItsSecret() {
    readings.forget("uid");
    assertThat(readings.latest("uid")).isNull();
    take(Urgency.ROUTINE);
    assertThat(server.requests()).isEqualTo(2);
  }

  private DatabaseReading login(DatabaseAccess access, VersionTables tables, String namespace) {
    logins.add(access.url());
    return databases.get(access.url());
  }

  private void take(Urgency urgency) {
    readings.take(
        new Request(
            "shop",
            "orders",
            "uid",
            Databases.bySecret("db", UnverifiedPolicy.FORBID),
            TABLES,
            "job-1",
            urgency));
  }

  private Reading latest() {
    Reading reading = readings.latest("uid");
    assertThat(reading).isNotNull();
    return reading;
  }

  private static DatabaseReading rows(String row) {
    return new DatabaseReading.Rows(
        List.of(row), true, "17.6", new DatabaseIdentity("7", "shop", TABLES));
  }
}
