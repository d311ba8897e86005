package io.dbmigrations.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorConfigTest {

  @Test
  void watchesEverythingByDefault() {
    OperatorConfig config = OperatorConfig.from(Map.of());

    assertThat(config.watchNamespaces()).isEmpty();
    assertThat(config.observerEnabled()).isTrue();
    assertThat(config.leaderElection()).isFalse();
    assertThat(config.resyncInterval()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.secretInterval()).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void readsAListOfNamespaces() {
    assertThat(
            OperatorConfig.from(Map.of("DBMIGRATION_WATCH_NAMESPACES", "a, b,,c "))
                .watchNamespaces())
        .containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void namesEveryWrongVariableAtOnce() {
    Map<String, String> wrong =
        Map.of(
            "DBMIGRATION_OBSERVER_ENABLED", "yes",
            "DBMIGRATION_RESYNC_INTERVAL", "5 minutes",
            "DBMIGRATION_POD_TEMPLATE", "spec: {}",
            "DBMIGRATION_PORT", "http");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OperatorConfig.from(wrong))
        .withMessageContaining("DBMIGRATION_OBSERVER_ENABLED is \"yes\": write true or false")
        .withMessageContaining("DBMIGRATION_RESYNC_INTERVAL: \"5 minutes\" is not a duration")
        .withMessageContaining(
            "DBMIGRATION_POD_TEMPLATE: migrations.podTemplate of the chart is no JSON")
        .withMessageContaining("DBMIGRATION_PORT is \"http\"");
  }
}
