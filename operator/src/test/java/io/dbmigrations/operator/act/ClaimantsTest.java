package io.dbmigrations.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptOutcomeBuilder;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.operator.job.MigrationRequest.Declaration;
import io.dbmigrations.operator.observe.OtherResources;
import io.dbmigrations.operator.testing.ClusterObjects;
import io.dbmigrations.operator.testing.KnownResources;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClaimantsTest {

  private static final String EARLY = "2026-01-11T10:00:00Z";
  private static final String LATE = "2026-01-11T11:00:00Z";

  private final List<DatabaseMigration> resources = new ArrayList<>();

  @Test
  void areTheOlderResourcesThatLive() {
    DatabaseMigration dying = with("dying", "shop", EARLY, null);
    dying.getMetadata().setDeletionTimestamp(LATE);
    with("younger", "shop", "2026-01-11T12:00:00Z", null);
    with("older", "shop", EARLY, null);

    assertThat(of(with("mine", "shop", LATE, null))).containsExactly("older");
  }

  @Test
  void areOrderedByTheirUidWithinOneSecond() {
    with("a", "shop", EARLY, null);
    with("z", "shop", EARLY, null);

    assertThat(of(with("m", "shop", EARLY, null))).containsExactly("a");
  }

  @Test
  void areNotThoseThatAreKnownToHaveAnotherDatabase() {
    with("elsewhere", "shop", EARLY, database("another"));
    with("here", "shop", EARLY, database("orders"));
    with("unknown", "shop", EARLY, null);

    assertThat(of(with("mine", "shop", LATE, database("orders"))))
        .containsExactly("here", "unknown");
  }

  @Test
  void areThoseOfTheSameNamespaceFirstWhereTheyAreTooMany() {
    for (int i = 0; i < 600; i++) {
      with("far-%03d".formatted(i), "elsewhere", EARLY, null);
    }
    with("near", "shop", EARLY, null);

    List<String> found = of(with("mine", "shop", LATE, null));
    assertThat(found).hasSize(500).startsWith("near");
  }

  @Test
  void declareWhatNoAttemptOfTheirsHasNoted() {
    DatabaseMigration older = with("older", "shop", EARLY, database("orders"));
    older.setStatus(
        DatabaseMigrationStatusBuilder.builder(older.getStatus()).attempt(attempt(0)).build());
    DatabaseMigration migrated = with("migrated", "shop", EARLY, database("orders"));
    migrated.setStatus(
        DatabaseMigrationStatusBuilder.builder(older.getStatus()).attempt(attempt(1)).build());

    assertThat(
            Claimants.of(
                    with("mine", "shop", LATE, database("orders")),
                    new OtherResources(new KnownResources(resources)))
                .declarations())
        .containsExactly(
            new Declaration(
                "older",
                "shop/older",
                EARLY,
                "public.alembic_version",
                List.of("003"),
                "orders",
                "7421"));
  }

  /** Nobody could tell whether it is the database of the one that is asked for. */
  @Test
  void declareNothingOfADatabaseWithoutAName() {
    DatabaseMigration older = with("older", "shop", EARLY, database(null));
    older.setStatus(
        DatabaseMigrationStatusBuilder.builder(older.getStatus()).attempt(attempt(0)).build());

    assertThat(
            Claimants.of(
                    with("mine", "shop", LATE, null),
                    new OtherResources(new KnownResources(resources)))
                .declarations())
        .isEmpty();
  }

  private static AttemptStatus attempt(int number) {
    return AttemptStatusBuilder.builder()
        .number(number)
        .job("job")
        .target("003")
        .image("migrations:1")
        .request("asked")
        .startedAt(EARLY)
        .outcome(
            AttemptOutcomeBuilder.builder()
                .endedAt(EARLY)
                .reason("AtTargetRevision")
                .message("The database is at 003")
                .held(new HeldRows(List.of("003"), false))
                .build())
        .build();
  }

  private List<String> of(DatabaseMigration resource) {
    return Claimants.of(resource, new OtherResources(new KnownResources(resources))).uids();
  }

  private DatabaseMigration with(
      String uid, String namespace, String created, @Nullable DatabaseStatus database) {
    DatabaseMigration resource = new DatabaseMigration();
    resource.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(uid)
            .withUid(uid)
            .withCreationTimestamp(created)
            .build());
    resource.setSpec(ClusterObjects.resource().getSpec());
    resource.setStatus(
        DatabaseMigrationStatusBuilder.builder().observedGeneration(1L).database(database).build());
    resources.add(resource);
    return resource;
  }

  private static DatabaseStatus database(@Nullable String name) {
    return new DatabaseStatus(
        "17.6", "public.alembic_version", null, null, null, "1.18.1", "7421", name);
  }
}
