package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static io.dbmigrations.operator.testing.ClusterObjects.running;
import static io.dbmigrations.operator.testing.ClusterObjects.secret;
import static io.dbmigrations.operator.testing.Observations.NOW;
import static io.dbmigrations.operator.testing.Observations.newResource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.observe.ObservationBuilder;
import io.dbmigrations.operator.template.PodTemplate;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an attempt starts, answer by answer of the API server. */
class AttemptStarterTest {

  private static final Decision.StartAttempt START =
      new Decision.StartAttempt(MigrationMode.MIGRATE, 0, null, 0, null, null, null);

  private final List<DatabaseMigrationStatus> written = new ArrayList<>();
  private ScriptedApi api;
  private AttemptStarter starter;

  @BeforeEach
  void start() throws IOException {
    api = new ScriptedApi();
    api.has(resource(), "databasemigrations");
    api.has(secret(), "secrets");
    starter = Starters.of(api, 0, null);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void writesTheIntentBeforeItCreatesTheJob() {
    api.fail("POST", "jobs", 500);
    assertThatThrownBy(this::starting).isInstanceOf(KubernetesClientException.class);

    assertThat(written)
        .singleElement()
        .satisfies(status -> {
          assertThat(status.attempt().number()).isEqualTo(1);
          assertThat(status.attempt().job()).isEqualTo(firstJob());
          assertThat(status.attempt().target()).isEqualTo("head");
          assertThat(status.attempt().outcome()).isNull();
        });
  }

  @Test
  void createsNoJobWhereTheIntentCannotBeWritten() {
    StatusWriter refused =
        (_, _) -> {
          throw new StaleResourceException("edited");
        };
    assertThatThrownBy(() -> starter.start(newResource().build(), START, refused))
        .isInstanceOf(StaleResourceException.class);
    assertThat(api.holds("jobs", firstJob())).isFalse();
  }

  @Test
  void startsWithFilesIntentAndJob() {
    assertThat(starting()).isInstanceOf(ActResult.Started.class);
    assertThat(api.holds("configmaps", "dbmigration-runner-abc")).isTrue();
    assertThat(api.holds("jobs", firstJob())).isTrue();
  }

  @Test
  void endsTheAttemptWhereThePodCannotBeAsItsTemplateSays() {
    starter =
        Starters.of(
            api, 0, PodTemplate.parse("migrations.podTemplate", "{\"spec\":{\"containers\":3}}"));
    assertThat(starting())
        .isInstanceOfSatisfying(
            ActResult.Refused.class,
            refused -> {
              assertThat(refused.outcome().reason()).isEqualTo(Reason.POD_TEMPLATE_INVALID);
              assertThat(refused.outcome().message())
                  .contains("migrations.podTemplate.spec.containers");
            });
    assertThat(api.holds("jobs", firstJob())).isFalse();
  }

  @Test
  void goesOnAfterAnIntentWhoseJobWasNeverMadeOrWhoseAnswerWasLost() {
    api.loseAnswers("POST", "jobs");
    assertThatThrownBy(this::starting).isInstanceOf(KubernetesClientException.class);
    api.recover();

    Observation intended = intended();
    assertThat(starter.ensure(intended, intended.attempt().orElseThrow()))
        .isInstanceOf(ActResult.Done.class);
    // The HTTP client may repeat it; there is one Job all the same, by its name.
    assertThat(api.writes().stream().filter(write -> write.path().endsWith("/jobs")))
        .allSatisfy(write -> assertThat(write.body()).contains("\"name\":\"" + firstJob()));
  }

  // A decision from a stale cache.

  @Test
  void startsNothingForAResourceThatWasEditedDeletedOrMadeAnew() {
    List<DatabaseMigration> changed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      changed.add(resource());
    }
    changed.get(0).getMetadata().setGeneration(2L);
    changed.get(1).getMetadata().setUid("another");
    changed.get(2).getMetadata().setDeletionTimestamp(NOW.toString());
    changed.get(3).setStatus(attempted(UnaryOperator.identity()));
    for (DatabaseMigration live : changed) {
      api.has(live, "databasemigrations");
      assertThatThrownBy(this::starting).isInstanceOf(StaleResourceException.class);
    }
    assertThat(api.writes()).isEmpty();
    assertThat(written).isEmpty();
  }

  @Test
  void startsNothingForAResourceThatIsGone() {
    api.fail("GET", "databasemigrations", 404);
    assertThatThrownBy(this::starting).isInstanceOf(StaleResourceException.class);
  }

  @Test
  void startsNothingBesideAPodThatTheCacheHasNotSeen() {
    api.has(pod("of-a-former-resource", running()), "pods");
    assertThat(starting())
        .isInstanceOfSatisfying(
            ActResult.Postponed.class,
            postponed -> {
              assertThat(postponed.reason()).isEqualTo(Reason.PENDING);
              assertThat(postponed.message()).contains("of-a-former-resource");
            });
    assertThat(written).isEmpty();
  }

  // What has to come first.

  @Test
  void waitsForTheSecret() {
    api.fail("GET", "secrets", 404);
    assertThat(starting())
        .isInstanceOfSatisfying(
            ActResult.Postponed.class,
            postponed -> assertThat(postponed.reason()).isEqualTo(Reason.SECRET_MISSING));
    assertThat(api.writes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 500})
  void startsWhereItCannotReadTheSecretBecauseTheJobCan(int status) {
    api.fail("GET", "secrets", status);
    assertThat(starting()).isInstanceOf(ActResult.Started.class);
  }

  // What the cluster answers.

  @ParameterizedTest
  @ValueSource(ints = {403, 422})
  void endsTheAttemptThatTheClusterRefuses(int status) {
    api.fail("POST", "jobs", status);
    assertThat(starting())
        .isInstanceOfSatisfying(
            ActResult.Refused.class,
            refused -> {
              assertThat(refused.outcome().reason()).isEqualTo(Reason.JOB_REJECTED);
              assertThat(refused.status()).isEqualTo(written.getFirst());
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 410, 429, 500, 503})
  void leavesAFailureOfTheServerToTheNextReconcile(int status) {
    api.fail("POST", "jobs", status);
    assertThatThrownBy(this::starting).isInstanceOf(KubernetesClientException.class);
    assertThat(api.writes().stream().filter(write -> write.path().endsWith("/jobs"))).hasSize(1);
  }

  @Test
  void givesAJobUpThatCannotBeCreatedWithinItsTimeToStart() {
    api.fail("POST", "jobs", 500);
    Observation late =
        ObservationBuilder.builder(intended()).now(NOW.plusSeconds(5 * 60 + 1)).build();
    assertThat(starter.ensure(late, late.attempt().orElseThrow()))
        .isInstanceOfSatisfying(
            ActResult.Refused.class,
            refused ->
                assertThat(refused.outcome().message())
                    .contains("timeouts.start (5m)", "words of the server"));
  }

  @Test
  void countsOnFromTheLastAttemptOrAboveWhatTheDatabaseKnows() {
    Observation intended = intended();
    starter.start(intended, START, this::write);
    starter.start(
        intended,
        new Decision.StartAttempt(
            MigrationMode.CHECK, 2, 65532L, 9, "former", List.of("003"), null),
        this::write);

    assertThat(written.get(0).attempt().number()).isEqualTo(2);
    AttemptStatus above = written.get(1).attempt();
    assertThat(above.number()).isEqualTo(9);
    assertThat(above.mode()).isEqualTo(MigrationMode.CHECK);
    assertThat(above.failures()).isEqualTo(2);
    assertThat(above.runAsUser()).isEqualTo(65532L);
    assertThat(above.over()).isEqualTo("former");
    assertThat(above.downFrom()).containsExactly("003");
  }

  @Test
  void asksTheRunnerForWhatWasDecidedAndForTheSameWhenTheJobIsMadeAgain() {
    Observation intended = intended(Attempts.downFrom("003"));
    starter.ensure(intended, intended.attempt().orElseThrow());

    assertThat(api.writes())
        .filteredOn(request -> request.path().endsWith("/jobs"))
        .singleElement()
        .satisfies(request ->
            assertThat(request.body().replace("\\", "")).contains("\"downFrom\":[\"003\"]"));
  }

  @Test
  void remembersTheRetryThatWasAnsweredWhenTheAnnotationIsRemoved() {
    Observation intended = intended(Attempts.retried("1"));
    starter.start(intended, START, this::write);
    starter.start(ObservationBuilder.builder(intended).retry("2").build(), START, this::write);

    assertThat(written).extracting(status -> status.attempt().retry()).containsExactly("1", "2");
  }

  private ActResult starting() {
    return starter.start(newResource().build(), START, this::write);
  }

  private DatabaseMigration write(DatabaseMigration read, DatabaseMigrationStatus status) {
    written.add(status);
    return read;
  }

  private Observation intended() {
    return intended(UnaryOperator.identity());
  }

  private Observation intended(UnaryOperator<AttemptStatus> change) {
    DatabaseMigration live = resource();
    live.setStatus(attempted(change));
    api.has(live, "databasemigrations");
    return newResource().build().with(attempted(change), new AttemptState.Missing());
  }

  private static DatabaseMigrationStatus attempted(UnaryOperator<AttemptStatus> change) {
    AttemptStatus attempt =
        AttemptStatusBuilder.builder(Attempts.intent(resource().getSpec())).job(firstJob()).build();
    return DatabaseMigrationStatusBuilder.builder()
        .observedGeneration(1L)
        .attempt(change.apply(attempt))
        .build();
  }

  private static String firstJob() {
    return JobName.of("agent-platform", newResource().build().uid(), 1);
  }
}
