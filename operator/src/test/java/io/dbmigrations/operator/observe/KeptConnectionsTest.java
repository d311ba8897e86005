package io.dbmigrations.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.dbmigrations.operator.database.DatabaseAccess;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.observe.DatabaseReadings.Request;
import io.dbmigrations.operator.testing.Databases;
import io.dbmigrations.operator.testing.Observations;
import io.dbmigrations.operator.testing.SecretServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept of Secrets, for how long, and how much of it. */
class KeptConnectionsTest {

  private static final Duration INTERVAL = Duration.ofHours(2);
  private static final DatabaseSpec DATABASE = Databases.bySecret("db", UnverifiedPolicy.FORBID);

  private Instant now = Observations.NOW;
  private SecretServer server;
  private KeptConnections connections;

  @BeforeEach
  void start() throws IOException {
    server = new SecretServer();
    server.put("shop", "db", "1", "url", "postgresql://u:s3cret@h/d");
    connections = connections(INTERVAL);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void areThereForTheIntervalAlone() {
    assertThat(connections.kept(request("a", DATABASE))).isNull();
    ConnectionReader.Found said = connections.read(request("a", DATABASE));
    now = now.plus(INTERVAL).minusNanos(1);
    assertThat(connections.kept(request("a", DATABASE)))
        .isEqualTo(said)
        .extracting(ConnectionReader.Complete::access)
        .isEqualTo(DatabaseAccess.by("postgresql://u:s3cret@h/d"));
    now = now.plusNanos(1);
    assertThat(connections.kept(request("a", DATABASE))).isNull();
  }

  @Test
  void areThoseOfTheDatabaseThatTheResourceNames() {
    connections.read(request("a", DATABASE));
    DatabaseSpec edited = Databases.bySecret("another", UnverifiedPolicy.FORBID);
    assertThat(connections.kept(request("a", edited))).isNull();
    assertThat(connections.kept(request("b", DATABASE))).isNull();
  }

  @Test
  void areForgottenWithTheResourceAndWithTheSecret() {
    connections.read(request("a", DATABASE));
    connections.forget("a");
    assertThat(connections.kept(request("a", DATABASE))).isNull();

    connections.read(request("a", DATABASE));
    server.fail("shop", "db", 403, "Forbidden");
    connections.read(request("a", DATABASE));
    assertThat(connections.kept(request("a", DATABASE))).isNull();
  }

  @Test
  void areKeptWhileTheApiServerDoesNotTell() {
    connections.read(request("a", DATABASE));
    server.fail("shop", "db", 500, "InternalError");
    connections.read(request("a", DATABASE));
    assertThat(connections.kept(request("a", DATABASE))).isNotNull();
  }

  @Test
  void areNotThereWhereNothingIsToBeKept() {
    KeptConnections none = connections(Duration.ZERO);
    none.read(request("a", DATABASE));
    assertThat(none.kept(request("a", DATABASE))).isNull();
    assertThat(none).hasToString("KeptConnections[0]");
  }

  @Test
  void areNoMoreThanABoundOfCharacters() {
    server.put("shop", "db", "1", "url", "postgresql://u:s3cret@h/" + "d".repeat(5 << 20));
    for (String uid : new String[] {"a", "b", "c", "d"}) {
      connections.read(request(uid, DATABASE));
    }
    assertThat(connections.kept(request("a", DATABASE))).isNull();
    assertThat(connections.kept(request("b", DATABASE))).isNotNull();
    assertThat(connections.kept(request("d", DATABASE))).isNotNull();
  }

  @Test
  void doNotOutliveTheirIntervalInMemory() {
    connections.read(request("a", DATABASE));
    now = now.plus(INTERVAL);
    connections.read(request("b", DATABASE));
    assertThat(connections).hasToString("KeptConnections[1]");
  }

  private KeptConnections connections(Duration interval) {
    InstantSource clock = () -> now;
    return new KeptConnections(new ConnectionReader(server.client()), interval, clock);
  }

  private static Request request(String uid, DatabaseSpec database) {
    return new Request(
        "shop", "orders", uid, database, VersionTables.NONE, "job-1", Urgency.ROUTINE);
  }
}
