package io.dbmigrations.operator.observe;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptOutcomeBuilder;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.KnownDatabases;
import io.dbmigrations.operator.testing.KnownResources;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OtherResourcesTest {

  private static final DatabaseStatus HERE = KnownDatabases.ONE;
  private static final DatabaseStatus THERE =
      new DatabaseStatus("17.6", null, null, null, null, null, "7", "another");

  // Those of the attempts end at ten o'clock.
  private final DatabaseMigration mine = at("2026-01-11T09:00:00Z", HERE, ended(10));

  @Test
  void haveWorkedWhereAnOlderOneOfTheSameDatabaseIsUnderWayOrHasEndedSince() {
    assertThat(worked("2026-01-11T08:00:00Z", HERE, underWay())).isTrue();
    assertThat(worked("2026-01-11T08:00:00Z", HERE, ended(11))).isTrue();
    assertThat(worked("2026-01-11T08:00:00Z", HERE, ended(9))).isFalse();
    assertThat(worked("2026-01-11T08:00:00Z", HERE, null)).isFalse();
  }

  @Test
  void haveNotWorkedWhereTheyAreYoungerOrNotKnownToHaveTheSameDatabase() {
    assertThat(worked("2026-01-11T09:30:00Z", HERE, underWay())).isFalse();
    assertThat(worked("2026-01-11T08:00:00Z", THERE, underWay())).isFalse();
    assertThat(worked("2026-01-11T08:00:00Z", DatabaseStatus.UNKNOWN, underWay())).isFalse();
  }

  private boolean worked(String created, DatabaseStatus database, @Nullable AttemptStatus attempt) {
    DatabaseMigration other = at(created, database, attempt);
    return new OtherResources(new KnownResources(List.of(mine, other))).hasOlderWorkedSince(mine);
  }

  private static DatabaseMigration at(
      String created, DatabaseStatus database, @Nullable AttemptStatus attempt) {
    DatabaseMigration resource = resource();
    resource.setMetadata(
        new ObjectMetaBuilder(resource.getMetadata())
            .withUid(created)
            .withCreationTimestamp(created)
            .build());
    resource.setStatus(
        new DatabaseMigrationStatus(
            1L, List.of(), null, null, null, attempt, null, database, List.of()));
    return resource;
  }

  private static AttemptStatus underWay() {
    return Attempts.intent(resource().getSpec());
  }

  private static AttemptStatus ended(int hour) {
    return underWay()
        .ended(
            AttemptOutcomeBuilder.builder()
                .endedAt("2026-01-11T%02d:00:00Z".formatted(hour))
                .reason(Reason.AT_TARGET_REVISION.wireName())
                .message("its end")
                .build());
  }
}
