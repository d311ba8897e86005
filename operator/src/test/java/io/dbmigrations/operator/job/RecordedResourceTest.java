package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.AlembicSpec;
import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.ImagePullPolicy;
import io.dbmigrations.operator.testing.Attempts;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedResourceTest {

  private static final DatabaseMigration RESOURCE =
      Serialization.unmarshal(
          """
          apiVersion: dbmigrations.io/v1alpha1
          kind: DatabaseMigration
          metadata:
            {name: shop, namespace: platform, uid: 7c1d, resourceVersion: "41",
             creationTimestamp: "2026-01-11T09:00:00Z"}
          spec:
            targetRevision: "00"
            image: migrations:1
            imagePullPolicy: Always
            database: {secretRef: {name: shop-db, key: url}, variable: NEW_URL}
            alembic: {config: new.ini}
            timeouts: {lock: 7s}
          """,
          DatabaseMigration.class);

  private static final AlembicSpec FORMER =
      Serialization.unmarshal("config: former.ini\nsection: shop\n", AlembicSpec.class);

  @Test
  void isTheResourceItselfWhereTheAttemptRunsWhatItNames() {
    AttemptStatus attempt = attempt("migrations:1", null);
    assertThat(RecordedResource.of(RESOURCE, attempt)).isSameAs(RESOURCE);
  }

  @Test
  void callsTheRecordedImageAsItWasCalledForWhatTheTargetMeans() {
    AttemptStatus attempt = attempt(Attempts.IMAGE, List.of("001", "002"));
    DatabaseMigration called = RecordedResource.of(RESOURCE, attempt);

    assertThat(called.getSpec().image()).isEqualTo(Attempts.IMAGE);
    assertThat(called.getSpec().imagePullPolicy()).isEqualTo(ImagePullPolicy.ALWAYS);
    assertThat(called.getMetadata()).isEqualTo(RESOURCE.getMetadata());
    MigrationRequest request = MigrationRequest.of(called, attempt, List.of());
    assertThat(request.target()).isEqualTo("001,002");
    assertThat(request.config()).isEqualTo("former.ini");
    assertThat(request.section()).isEqualTo("shop");
    assertThat(request.database().variable()).isEqualTo("FORMER_URL");
    // What the resource says of the database and of time counts as it is now.
    assertThat(request.timeouts().lock()).isEqualTo(7_000);
    assertThat(called.getSpec().database().secretRef().name()).isEqualTo("shop-db");
  }

  @Test
  void goesDownToBase() {
    DatabaseMigration called = RecordedResource.of(RESOURCE, attempt(Attempts.IMAGE, List.of()));
    assertThat(called.getSpec().targetRevision()).isEqualTo("base");
  }

  @Test
  void looksNowhereForAnImageThatOnlyTheNodeHas() {
    AttemptStatus attempt = attempt("sha256:" + "a".repeat(64), List.of("001"));
    assertThat(RecordedResource.of(RESOURCE, attempt).getSpec().imagePullPolicy())
        .isEqualTo(ImagePullPolicy.NEVER);
  }

  private static AttemptStatus attempt(String image, List<String> target) {
    return AttemptStatusBuilder.builder()
        .number(2)
        .job("shop-2")
        .target("00")
        .image(image)
        .call(new AttemptCall(FORMER, "FORMER_URL", target))
        .build();
  }
}
