package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static io.dbmigrations.operator.testing.ClusterObjects.secret;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.template.PodTemplate;
import io.dbmigrations.operator.testing.ScriptedApi;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a Job that the API server calls invalid is so for its template. */
class RefusedTemplateTest {

  private static final Decision.StartAttempt START =
      new Decision.StartAttempt(MigrationMode.MIGRATE, 0, null, 0, null, null, null);

  private ScriptedApi api;
  private AttemptStarter starter;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    api.has(resource(), "databasemigrations");
    api.has(secret(), "secrets");
    starter =
        Starters.of(
            api,
            0,
            PodTemplate.parse("migrations.podTemplate", "{\"spec\":{\"dnsPolicy\":\"Odd\"}}"));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Job.batch \"a\" is invalid: spec.template.spec.dnsPolicy: Unsupported value",
        "Job.batch \"a\" is invalid: [spec.template.spec.dnsPolicy: Unsupported, spec.x: Forbidden]",
      })
  void blamesTheTemplateForWhatTheSameJobIsAdmittedWithout(String words) {
    api.refuse("\"dnsPolicy\":\"Odd\"", words);
    assertThat(refusal()).isEqualTo(Reason.POD_TEMPLATE_INVALID);
    // What is wrong without it, too, is no matter of the template.
    api.refuse("\"kind\":\"Job\"", words);
    assertThat(refusal()).isEqualTo(Reason.JOB_REJECTED);
  }

  private Reason refusal() {
    return ((ActResult.Refused) starter.start(newResource().build(), START, (read, _) -> read))
        .outcome()
        .reason();
  }
}
