package io.dbmigrations.operator.observe;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AttemptOutcomeBuilder;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Claim;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.DeclaredMode;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.KnownDatabases;
import io.dbmigrations.operator.testing.KnownResources;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherResourcesTest {

  private static final DatabaseStatus HERE = KnownDatabases.ONE;
  private static final DatabaseStatus THERE =
      new DatabaseStatus("17.6", null, null, null, null, null, "7", "another");

  private static final Instant NOW = Instant.parse("2026-01-11T12:00:00Z");

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

  @Test
  void ofOneSecondHaveTheOrderOfTheirNames() {
    DatabaseMigration other = at("2026-01-11T09:00:00Z", HERE, ended(9));
    assertThat(others(mine, renamed(other, "a-first")).claimants(mine)).containsExactly(other);
    assertThat(others(mine, renamed(other, "zz-last")).claimants(mine)).isEmpty();
  }

  private static DatabaseMigration renamed(DatabaseMigration other, String name) {
    other.getMetadata().setName(name);
    return other;
  }

  @Test
  void claimNothingWhereTheyOnlyPlan() {
    DatabaseMigration other = at("2026-01-11T08:00:00Z", HERE, ended(9));
    assertThat(others(mine, other).claimants(mine)).containsExactly(other);
    other.setSpec(
        DatabaseMigrationSpecBuilder.builder(other.getSpec()).mode(DeclaredMode.PLAN).build());
    assertThat(others(mine, other).claimants(mine)).isEmpty();
  }

  @Test
  void claimNothingWhereTheyHaveMovedToADatabaseThatIsNotThere() {
    DatabaseMigration other = at("2026-01-11T08:00:00Z", HERE, ended(9));
    other.getMetadata().setGeneration(2L);
    other.setStatus(said(other, 1));
    assertThat(others(mine, other).claimants(mine)).containsExactly(other);
    other.setStatus(said(other, 2));
    assertThat(others(mine, other).claimants(mine)).isEmpty();
  }

  private static DatabaseMigrationStatus said(DatabaseMigration other, long generation) {
    return DatabaseMigrationStatusBuilder.builder(other.getStatus())
        .conditions(
            List.of(
                new Condition(
                    Condition.READY,
                    Condition.FALSE,
                    generation,
                    "2026-01-11T09:00:00Z",
                    "DatabaseMissing",
                    "there is none")))
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2999-01-01T00:00:00Z", "tomorrow", ""})
  void mayHaveWorkedWhereTheEndThatIsWrittenThereSaysNothing(String endedAt) {
    assertThat(worked("2026-01-11T08:00:00Z", HERE, ended(endedAt))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2999-01-01T00:00:00Z", "tomorrow", ""})
  void mayHaveWorkedSinceAnEndThatSaysNothing(String endedAt) {
    DatabaseMigration unreadable = at("2026-01-11T09:00:00Z", HERE, ended(endedAt));
    DatabaseMigration other = at("2026-01-11T08:00:00Z", HERE, ended(9));
    assertThat(others(unreadable, other).hasOlderWorkedSince(unreadable, NOW)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2999-01-01T00:00:00Z", "tomorrow", ""})
  void standInTheWayWithoutAnEndThatSaysNothing(String endedAt) {
    assertThat(claimant(ended(endedAt))).isEqualTo(new Claimant(true, null, HERE));
  }

  @Test
  void declareNothingNewByLookingOrByFailingAgain() {
    Instant end = Instant.parse("2026-01-11T11:00:00Z");
    assertThat(claimant(ended(11))).isEqualTo(new Claimant(true, end, HERE));
    AttemptStatus look = AttemptStatusBuilder.builder(ended(11)).mode(MigrationMode.CHECK).build();
    assertThat(claimant(look)).isEqualTo(new Claimant(true, null, HERE));
    AttemptStatus repeated =
        underWay()
            .ended(
                AttemptOutcomeBuilder.builder(ended(11).outcome()).nextAt(NOW.toString()).build());
    assertThat(claimant(repeated)).isEqualTo(new Claimant(true, null, HERE));
  }

  private static @Nullable Claimant claimant(AttemptStatus others) {
    DatabaseMigration other = at("2026-01-11T08:00:00Z", HERE, others);
    AttemptStatus claimed =
        Attempts.intent(resource().getSpec())
            .ended(
                AttemptOutcomeBuilder.builder()
                    .claim(
                        new Claim(
                            other.getMetadata().getUid(),
                            "%s/%s"
                                .formatted(
                                    other.getMetadata().getNamespace(),
                                    other.getMetadata().getName()),
                            List.of("003")))
                    .build());
    return others(other).claimant(claimed, NOW);
  }

  private static OtherResources others(DatabaseMigration... resources) {
    return new OtherResources(new KnownResources(List.of(resources)));
  }

  private boolean worked(String created, DatabaseStatus database, @Nullable AttemptStatus attempt) {
    DatabaseMigration other = at(created, database, attempt);
    return others(mine, other).hasOlderWorkedSince(mine, NOW);
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
        DatabaseMigrationStatusBuilder.builder()
            .observedGeneration(1L)
            .attempt(attempt)
            .database(database)
            .build());
    return resource;
  }

  private static AttemptStatus underWay() {
    return Attempts.intent(resource().getSpec());
  }

  private static AttemptStatus ended(int hour) {
    return ended("2026-01-11T%02d:00:00Z".formatted(hour));
  }

  private static AttemptStatus ended(String endedAt) {
    return underWay()
        .ended(
            AttemptOutcomeBuilder.builder()
                .endedAt(endedAt)
                .reason(Reason.AT_TARGET_REVISION.wireName())
                .message("its end")
                .build());
  }
}
