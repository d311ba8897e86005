package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Answer;
import io.dbmigrations.e2e.fixture.Manifest;
import io.dbmigrations.e2e.fixture.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The policy that the page of the definition shows keeps migrations from a service account. */
class PagePolicyTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final Path PAGE = Path.of("../crds/README.md");
  private static final Pattern SHOWN =
      Pattern.compile("```yaml\n(apiVersion: admissionregistration.*?)```", Pattern.DOTALL);
  private static final String NAME = "dbmigrations-without-service-account";

  @BeforeAll
  static void applyWhatThePageShows() throws IOException {
    var found = SHOWN.matcher(Files.readString(PAGE));
    assertThat(found.find()).isTrue();
    // Others that run beside it have service accounts.
    var here =
        "  matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}\n"
            .formatted(SCENARIO.namespace());
    SCENARIO.kubectl().apply(found.group(1).replace(NAME, name()) + here).orFail();
    Awaitility.await("the policy's effect")
        .atMost(Duration.ofSeconds(30))
        .until(() -> create("{spec: {serviceAccountName: admin}}").code() != 0);
  }

  @AfterAll
  static void removeIt() {
    for (var kind : List.of("validatingadmissionpolicybinding", "validatingadmissionpolicy")) {
      SCENARIO.kubectl().run("delete", kind, name()).orFail();
    }
  }

  @Test
  void deniesAServiceAccountAndNothingElse() {
    assertThat(create("{spec: {serviceAccountName: admin}}").err())
        .contains("migrations run without a service account here");
    assertThat(create("{spec: {nodeSelector: {pool: batch}}}").code()).isZero();
    assertThat(create("{metadata: {labels: {team: shop}}}").code()).isZero();
  }

  @Test
  void isNotGoneAroundByTheFieldsFormerName() throws SQLException {
    var migration =
        SCENARIO
            .project(SCENARIO.database(), "shop")
            .with("podTemplate.spec.serviceAccount", "admin")
            .create();
    assertThatMigration(migration)
        .has(Reason.POD_TEMPLATE_INVALID)
        .saying("spec.podTemplate.spec.serviceAccount", "write serviceAccountName");
    assertThat(migration.jobs()).isEmpty();
  }

  private static Answer create(String template) {
    return SCENARIO.kubectl().create(Manifest.with("podTemplate", template), "--dry-run=server");
  }

  private static String name() {
    return NAME + "-" + SCENARIO.namespace();
  }
}
