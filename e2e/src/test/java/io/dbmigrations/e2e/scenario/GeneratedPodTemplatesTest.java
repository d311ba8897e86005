package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Operator;
import io.dbmigrations.e2e.fixture.PodWish;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pod templates in a namespace that admits {@code restricted} Pods alone: each is in the Pod as it
 * is written, or is refused by a message that names the field, and there is no Pod. {@code
 * -Ddbmigration.test.podTemplates} says how many are tried; fewer are the first ones of more.
 */
class GeneratedPodTemplatesTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final int COUNT = Integer.getInteger("dbmigration.test.podTemplates", 50);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static List<String> operator;

  @BeforeAll
  static void notesWhichOperatorItIs() {
    operator = operator();
  }

  @AfterAll
  static void theOperatorIsTheSameAsBefore() {
    assertThat(operator()).isEqualTo(operator);
  }

  static Stream<Integer> numbers() {
    return IntStream.range(0, COUNT).boxed();
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void eachIsInThePodOrIsRefusedByItsField(int number) throws SQLException {
    var wish = PodWish.of(number);
    var migration =
        SCENARIO.migration(SCENARIO.database()).with("podTemplate", wish.template()).create();
    if (wish.refusal() == null) {
      Awaitility.await("the Pod").atMost(PATIENCE).until(() -> !migration.pods().isEmpty());
      assertIsAsWritten(migration.pods().getFirst(), wish.template());
    } else {
      assertThatMigration(migration)
          .has(wish.refusal())
          .saying(wish.named().toArray(String[]::new));
      assertThat(migration.pods()).isEmpty();
    }
    // its turn is the next one's
    migration.delete();
  }

  @Test
  void oneThatAPodMayBeRuns() throws SQLException {
    var template = new HashMap<>(PodWish.of(0).template());
    var pod = new HashMap<>(object(template.get("spec")));
    pod.remove("schedulingGates");
    template.put("spec", pod);
    Migration migration =
        SCENARIO.migration(SCENARIO.database()).with("podTemplate", template).create();
    assertThatMigration(migration).isReady();
  }

  /** Everything that is wished for; lists may hold more. */
  private static void assertIsAsWritten(Pod pod, Map<String, Object> template) {
    var found = object(Serialization.unmarshal(Serialization.asYaml(pod), Map.class));
    assertContains(found.get("metadata"), template.get("metadata"), "metadata");
    assertContains(found.get("spec"), template.get("spec"), "spec");
  }

  private static void assertContains(Object found, Object wished, String place) {
    if (wished instanceof Map<?, ?> fields) {
      assertThat(found).as(place).isInstanceOf(Map.class);
      fields.forEach(
          (name, value) -> assertContains(object(found).get(name), value, place + "." + name));
    } else if (wished instanceof List<?> elements) {
      assertThat(found).as(place).isInstanceOf(List.class);
      for (var element : elements) {
        assertThat((List<?>) found)
            .as("%s: %s", place, element)
            .anySatisfy(there -> assertContains(there, element, place + "[]"));
      }
    } else {
      assertThat(found).as(place).isEqualTo(wished);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  /** Its Pods, with how often they had to begin anew. */
  private static List<String> operator() {
    return new Operator(SCENARIO.client())
        .pods().stream()
            .map(pod ->
                pod.getMetadata().getName()
                    + pod.getStatus().getContainerStatuses().stream()
                        .map(container -> " " + container.getRestartCount())
                        .toList())
            .sorted()
            .toList();
  }
}
