package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.dbmigrations.operator.observe.ConnectionReader;
import io.dbmigrations.operator.observe.DatabaseReadings;
import io.dbmigrations.operator.observe.DatabaseReadings.Request;
import io.dbmigrations.operator.observe.KeptConnections;
import io.dbmigrations.operator.observe.Urgency;
import io.dbmigrations.operator.testing.Databases;
import io.dbmigrations.operator.testing.SecretServer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A tenant whose databases do not answer, beside one whose does. */
class DeadDatabasesTest {
  private static final TestDatabase DATABASE = new TestDatabase();
  private static final DatabaseSpec SPEC = Databases.bySecret("db", UnverifiedPolicy.FORBID);

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @Test
  void doNotHoldUpAReadingInAnotherNamespace() throws Exception {
    DATABASE.createVersionTable();
    DATABASE.asOwner("INSERT INTO alembic_version VALUES ('a1')");
    Set<ResourceID> read = ConcurrentHashMap.newKeySet();
    AtomicBoolean ended = new AtomicBoolean();
    try (SecretServer secrets = new SecretServer();
        FakeServer silent = new FakeServer(null, (in, out) -> Thread.sleep(60_000));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String hosts =
          IntStream.range(0, 5)
              .mapToObj(i -> "host=127.0.0.1:" + silent.port())
              .collect(Collectors.joining("&"));
      secrets.put("dead", "db", "1", "url", "postgresql://u:p@/d?" + hosts);
      secrets.put("alive", "db", "1", "url", DATABASE.url());
      DatabaseReadings readings =
          new DatabaseReadings(
              new KeptConnections(
                  new ConnectionReader(secrets.client()), Duration.ZERO, Clock.systemUTC()),
              new VersionTableReader(Duration.ofSeconds(5), Reach.ANYWHERE),
              task -> {
                if (!ended.get()) {
                  threads.execute(task);
                }
              },
              read::add,
              Clock.systemUTC());
      // The first one takes longer than any other, because classes are loaded.
      readings.take(request("alive", "first"));
      await(() -> !read.isEmpty());

      for (int i = 0; i < 1000; i++) {
        readings.take(request("dead", "dead-" + i));
      }
      await(() -> silent.connections() >= 4);
      long start = System.nanoTime();
      readings.take(request("alive", "alive"));
      await(() -> read.contains(new ResourceID("alive", "alive")));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
      assertThat(String.valueOf(readings.latest("alive"))).contains("revisions=[a1]");
      ended.set(true);
      threads.shutdownNow();
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private static Request request(String namespace, String name) {
    return new Request(
        namespace, name, name, SPEC, VersionTables.of(TestDatabase.TABLE), "job", Urgency.AWAITED);
  }
}
