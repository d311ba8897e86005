package io.dbmigrations.operator.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.operator.testing.JobReadings;
import io.dbmigrations.operator.testing.Observations;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In whatever order things happen to a resource, no migration starts that nobody asked for, none
 * takes back what somebody else applied unless somebody asks for the target, nothing is said to be
 * ready that was seen not to be, and it always comes to rest.
 */
class ResourceLifeTest {

  private static final int STEPS = 400;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void isHonestAndDoesOnlyWhatIsAskedFor(long seed) {
    databaseAfterLife(seed, Observations.newResource().build().spec());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void isHonestAndDoesOnlyWhatIsAskedForWhereJobsRead(long seed) {
    databaseAfterLife(seed, JobReadings.byJob(Observations.newResource().build().spec()));
  }

  @Test
  void takesBackWhereItMayAndIsRefusedWhereItMayNot() {
    int takenBack = 0;
    int refused = 0;
    int recorded = 0;
    for (long seed : seeds().toArray()) {
      ModelDatabase database = databaseAfterLife(seed, Observations.newResource().build().spec());
      takenBack += database.takenBack();
      refused += database.refused();
      recorded += database.recorded();
    }
    assertThat(takenBack).isGreaterThan(100);
    assertThat(refused).isGreaterThan(30);
    assertThat(recorded).isGreaterThan(30);
  }

  private static ModelDatabase databaseAfterLife(long seed, DatabaseMigrationSpec spec) {
    Random random = new Random(seed);
    ModelDatabase database = new ModelDatabase(random);
    ResourceLife life = new ResourceLife(random, database, spec);
    for (int i = 0; i < STEPS; i++) {
      life.step();
    }
    return database;
  }
}
