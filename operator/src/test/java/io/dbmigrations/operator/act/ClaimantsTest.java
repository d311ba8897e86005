package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which resources may stand in another one's way. */
class ClaimantsTest {

  @Test
  void areThoseThatAreOlderAndLive() {
    DatabaseMigration dying = other("dying", "2026-01-11T08:00:00Z", "platform", null);
    dying.getMetadata().setDeletionTimestamp("2026-01-11T10:00:00Z");
    assertThat(
            of(
                other("older", "2026-01-11T08:00:00Z", "platform", null),
                other("younger", "2026-01-11T09:30:00Z", "platform", null),
                dying,
                resource()))
        .containsExactly("older");
  }

  @Test
  void areNotThoseThatAreKnownToHaveAnotherDatabase() {
    assertThat(
            of(
                other("same", "2026-01-11T08:00:00Z", "platform", database("platform")),
                other("elsewhere", "2026-01-11T08:00:00Z", "platform", database("billing")),
                other("unknown", "2026-01-11T08:00:00Z", "platform", null)))
        .containsExactlyInAnyOrder("same", "unknown");
  }

  @Test
  void areThoseOfTheSameNamespaceFirstWhereThereAreTooMany() {
    Stream<DatabaseMigration> others =
        Stream.concat(
            IntStream.range(0, 600)
                .mapToObj(i -> other("far-" + i, "2026-01-10T08:00:00Z", "another", null)),
            Stream.of(other("near", "2026-01-11T08:00:00Z", "platform", null)));
    assertThat(new Claimants(() -> others).of(resource())).hasSize(500).startsWith("near");
  }

  private static List<String> of(DatabaseMigration... others) {
    DatabaseMigration mine = resource();
    mine.setStatus(status(database("platform")));
    return new Claimants(() -> Stream.of(others)).of(mine);
  }

  private static DatabaseMigration other(
      String uid, String created, String namespace, @Nullable DatabaseStatus database) {
    DatabaseMigration other = resource();
    other.getMetadata().setUid(uid);
    other.getMetadata().setNamespace(namespace);
    other.getMetadata().setCreationTimestamp(created);
    other.setStatus(status(database));
    return other;
  }

  private static DatabaseStatus database(String name) {
    return new DatabaseStatus("17.6", "public.alembic_version", "1.18.1", "7", name);
  }

  private static DatabaseMigrationStatus status(@Nullable DatabaseStatus database) {
    return new DatabaseMigrationStatus(1L, List.of(), null, null, null, null, null, database);
  }
}
