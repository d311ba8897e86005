package io.dbmigrations.e2e.bench;

import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Images;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Very many resources whose databases are at their targets already. Their version table is
 * declared, so that the operator finds that by a reading, and none of them costs a Pod.
 */
final class Population implements AutoCloseable {
  private static final int NAMESPACES = 10;
  private static final int WRITERS = 16;
  private static final String REVISION = "003";

  // A namespace each: no more than a few databases of one are read at a time.
  private final List<Scenario> places = new ArrayList<>();
  private final List<Database> databases = new ArrayList<>();
  private int size;

  Population() throws SQLException {
    for (int i = 0; i < NAMESPACES; i++) {
      var place = Scenario.open("scale");
      places.add(place);
      var database = place.database();
      database.execute(
          "SET ROLE " + database.name(),
          "CREATE TABLE public.alembic_version (version_num varchar(32) PRIMARY KEY)",
          "INSERT INTO public.alembic_version VALUES ('%s')".formatted(REVISION));
      databases.add(database);
      place.secret("database", "url", database.url("postgresql+psycopg"));
    }
  }

  int size() {
    return size;
  }

  /** Makes more of them, until there are so many. */
  void growTo(int wanted) throws ExecutionException, InterruptedException {
    var turn = new Semaphore(WRITERS);
    try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
      var made = new ArrayList<Future<?>>();
      for (; size < wanted; size++) {
        var number = size;
        turn.acquire();
        made.add(
            writers.submit(() -> {
              try {
                create(number);
              } finally {
                turn.release();
              }
            }));
      }
      for (var one : made) {
        one.get();
      }
    }
  }

  /** Makes one more, whose end somebody waits for. */
  Newcomer add() {
    var number = size++;
    create(number);
    var place = places.get(number % NAMESPACES);
    return new Newcomer(place.client(), place.namespace(), name(number));
  }

  private void create(int number) {
    var place = places.get(number % NAMESPACES);
    place
        .client()
        .resource(
            new GenericKubernetesResourceBuilder()
                .withApiVersion("dbmigrations.io/v1alpha1")
                .withKind("DatabaseMigration")
                .withNewMetadata()
                .withNamespace(place.namespace())
                .withName(name(number))
                .endMetadata()
                .addToAdditionalProperties(
                    "spec",
                    Map.of(
                        "targetRevision",
                        REVISION,
                        "image",
                        Images.PLATFORM,
                        "alembic",
                        Map.of("versionTable", "public.alembic_version"),
                        "database",
                        Map.of("secretRef", Map.of("name", "database", "key", "url"))))
                .build())
        .create();
  }

  private static String name(int number) {
    return "settled-" + number;
  }

  @Override
  public void close() throws SQLException {
    for (var place : places) {
      place.close();
    }
  }
}
