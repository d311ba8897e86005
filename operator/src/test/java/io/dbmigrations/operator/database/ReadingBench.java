package io.dbmigrations.operator.database;

import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.dbmigrations.operator.observe.ConnectionReader;
import io.dbmigrations.operator.observe.DatabaseReadings;
import io.dbmigrations.operator.observe.KeptConnections;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.observe.Urgency;
import io.dbmigrations.operator.testing.Databases;
import io.dbmigrations.operator.testing.SecretServer;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;

/**
 * {@code e2e/run bench readings}: what a routine reading costs, one after the other as those of ten
 * thousand databases at rest are. It measures, and judges nothing.
 */
final class ReadingBench {

  private static final int RESOURCES = 100;
  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final Duration SECRET_INTERVAL = Duration.ofHours(2);

  private final DatabaseReadings readings;
  private final SynchronousQueue<Object> told = new SynchronousQueue<>();
  private Instant now = Instant.EPOCH;

  private ReadingBench(SecretServer secrets, ExecutorService threads) {
    InstantSource clock = () -> now;
    readings =
        new DatabaseReadings(
            new KeptConnections(new ConnectionReader(secrets.client()), SECRET_INTERVAL, clock),
            new VersionTableReader(Duration.ofSeconds(5), Reach.ANYWHERE),
            threads,
            this::tell,
            Clock.systemUTC());
  }

  /**
   * Prints JSON.
   *
   * @param arguments how many readings, and the sslmode by which they are taken
   */
  public static void main(String[] arguments) throws Exception {
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    String sslmode = arguments.length > 1 ? arguments[1] : "prefer";
    try (TestDatabase database = new TestDatabase();
        SecretServer secrets = new SecretServer();
        ExecutorService threads = Executors.newCachedThreadPool()) {
      database.createVersionTable();
      database.asOwner("INSERT INTO alembic_version VALUES ('003')");
      secrets.put("shop", "db", "1", "url", database.url() + "?sslmode=" + sslmode);
      ReadingBench bench = new ReadingBench(secrets, threads);
      // Twice: what is compiled last is so by then, and each Secret is known.
      bench.take(Math.max(count, 2 * RESOURCES));
      int before = secrets.requests();
      long cpu = cpu();
      long begun = System.nanoTime();
      bench.take(count);
      System.out.printf(
          "{\"readings\": %d, \"sslmode\": \"%s\", \"cpuMillisPerReading\": %.2f,"
              + " \"millisPerReading\": %.2f, \"apiReadsPerReading\": %.3f}%n",
          count,
          sslmode,
          (cpu() - cpu) / 1e6 / count,
          (System.nanoTime() - begun) / 1e6 / count,
          (double) (secrets.requests() - before) / count);
    }
  }

  private void take(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      if (i % RESOURCES == 0) {
        now = now.plus(INTERVAL);
      }
      String uid = "uid-" + i % RESOURCES;
      readings.take(
          new DatabaseReadings.Request(
              "shop",
              "orders",
              uid,
              Databases.bySecret("db", UnverifiedPolicy.FORBID),
              VersionTables.of(TestDatabase.TABLE),
              "job-1",
              Urgency.ROUTINE));
      told.take();
      Reading reading = readings.latest(uid);
      if (reading == null || !(reading.found() instanceof DatabaseReading.Rows)) {
        throw new IllegalStateException("It was not read: " + reading);
      }
    }
  }

  private void tell(Object resource) {
    try {
      told.put(resource);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
