package io.dbmigrations.operator.report;

import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In whatever order things happen to a resource, no migration starts that nobody asked for, nothing
 * is said to be ready that was seen not to be, and it always comes to rest.
 */
class ResourceLifeTest {

  private static final int STEPS = 400;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void isHonestAndDoesOnlyWhatIsAskedFor(long seed) {
    ResourceLife life = new ResourceLife(seed);
    for (int i = 0; i < STEPS; i++) {
      life.step();
    }
  }
}
