package io.dbmigrations.operator.reconcile;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.testing.Observations;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which change of a resource sets off a reconcile. */
class TriggerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {Names.RETRY_ANNOTATION, Names.APPROVE_ANNOTATION, Names.REJECT_ANNOTATION})
  void whatAPersonAsksForByAnAnnotationDoes(String annotation) {
    assertThat(isSetOff(changed -> changed.getMetadata().setAnnotations(Map.of(annotation, "1"))))
        .isTrue();
  }

  @Test
  void anEditADeletionAndAResourceMadeAnewDo() {
    assertThat(isSetOff(changed -> changed.getMetadata().setGeneration(2L))).isTrue();
    assertThat(
            isSetOff(
                changed -> changed.getMetadata().setDeletionTimestamp(Observations.NOW.toString())))
        .isTrue();
    assertThat(isSetOff(changed -> changed.getMetadata().setUid("another"))).isTrue();
  }

  @Test
  void ourOwnStatusAndOtherPeoplesAnnotationsDoNot() {
    assertThat(isSetOff(changed -> changed.setStatus(DatabaseMigrationStatus.NONE))).isFalse();
    assertThat(
            isSetOff(changed -> changed.getMetadata().setAnnotations(Map.of("team", "platform"))))
        .isFalse();
  }

  private static boolean isSetOff(Consumer<DatabaseMigration> change) {
    DatabaseMigration changed = resource();
    change.accept(changed);
    return Trigger.isSetOffBy(changed, resource());
  }
}
