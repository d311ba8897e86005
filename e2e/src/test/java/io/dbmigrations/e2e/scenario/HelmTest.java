package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.AuditLog;
import io.dbmigrations.e2e.fixture.Gate;
import io.dbmigrations.e2e.fixture.Helm;
import io.dbmigrations.e2e.fixture.Operator;
import io.dbmigrations.e2e.fixture.Rights;
import io.dbmigrations.e2e.fixture.Scenario;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** An administrator installs the operator otherwise than by default. */
@Isolated("The operator is everybody's")
class HelmTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();
  @RegisterExtension static final Scenario ELSEWHERE = new Scenario();

  private final Helm helm = new Helm(SCENARIO.kubectl().kubeconfig());
  private final Operator operator = new Operator(SCENARIO.client());
  private final Rights rights = new Rights(SCENARIO.client());
  private String before;

  @BeforeEach
  void rememberTheRelease() {
    before = helm.revision();
  }

  @AfterEach
  void takeBackWhatWasChanged() {
    if (!helm.revision().equals(before)) {
      helm.rollback(before);
      operator.awaitReady();
    }
  }

  @Test
  void theReleaseTestsItself() {
    assertThat(helm.test().orFail()).contains("Phase:          Succeeded");
  }

  @Test
  void aListOfNamespacesMeansRightsInTheseAlone() throws SQLException {
    var elsewhere = ELSEWHERE.project(ELSEWHERE.database(), "gated");

    helm.upgrade("watch.namespaces={%s}".formatted(SCENARIO.namespace()), "resyncInterval=5s");
    operator.awaitReady();

    assertThat(SCENARIO.client().rbac().clusterRoles().withName(Operator.NAME).get()).isNull();
    assertThat(SCENARIO.client().rbac().clusterRoleBindings().withName(Operator.NAME).get())
        .isNull();
    elsewhere.create();
    var database = SCENARIO.database();
    var migration = SCENARIO.project(database, "gated").create();
    assertThatMigration(migration).isReady().atRevision("003");
    assertThat(elsewhere.status().observedGeneration()).isEqualTo(-1);
    assertThat(elsewhere.jobs()).isEmpty();

    // the version table is read as often as the release says
    database.execute("UPDATE public.alembic_version SET version_num = '002'");
    assertThatMigration(migration)
        .has(Reason.REVISION_DRIFTED)
        .saying("has 002", "left it at 003")
        .atRevision("002");
    database.execute("UPDATE public.alembic_version SET version_num = '003'");
    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);
    everyRequestIsAllowed();
  }

  @Test
  void withoutTheObserverTheWordOfTheJobIsEnough() throws SQLException {
    helm.upgrade("observer.enabled=false");
    operator.awaitReady();
    assertThat(rights.granted()).isNotEmpty().noneMatch(right -> right.endsWith(" secrets"));

    var migration = SCENARIO.project(SCENARIO.database(), "gated").create();
    var late = SCENARIO.project(SCENARIO.database(), "gated");
    SCENARIO.kubectl().run("delete", "secret", late.name()).orFail();
    late.create();
    var database = SCENARIO.database();
    var refused = SCENARIO.project(database, "gated");
    SCENARIO.secret(
        refused.name(), "url", database.url("postgresql+psycopg", database.name(), "wrong"));
    refused.create();

    assertThatMigration(migration).isReady().atRevision("003");
    assertThatMigration(late).has(Reason.SECRET_MISSING).saying(late.name(), "Create it");
    assertThatMigration(refused).has(Reason.AUTHENTICATION_FAILED);
    SCENARIO.secret(refused.name(), "url", database.url("postgresql+psycopg"));
    assertThatMigration(refused).isReady().atRevision("003");
    everyRequestIsAllowed();
  }

  @Test
  void withoutTheObserverCertificatesThatAreMissingAreNamed() throws SQLException {
    helm.upgrade("observer.enabled=false");
    operator.awaitReady();
    var ca = Map.of("secretKeyRef", Map.of("name", "shop-ca", "key", "ca.crt"));
    var migration =
        SCENARIO
            .project(SCENARIO.database(), "gated")
            .with("database.certificates", Map.of("ca", ca))
            .create();

    assertThatMigration(migration)
        .has(Reason.SECRET_MISSING)
        .saying("Secret shop-ca does not exist", "spec.database.certificates names it");
    SCENARIO.secret("shop-ca", "tls.crt", "of another shape");
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(() ->
            assertThatMigration(migration)
                .has(Reason.SECRET_MISSING)
                .saying("Secret shop-ca has no key ca.crt"));
    everyRequestIsAllowed();
  }

  @Test
  void theOneThatStandsByTakesOverWhenTheLeaderDies() throws SQLException {
    helm.upgrade("replicas=2");
    operator.awaitReady();
    var database = SCENARIO.database();
    var gate = Gate.close(database);
    var migration = SCENARIO.project(database, "gated").create();
    gate.awaitArrival();
    var leader = leader();

    SCENARIO
        .client()
        .pods()
        .inNamespace(Operator.NAMESPACE)
        .withName(leader)
        .withGracePeriod(0)
        .delete();
    gate.open();

    assertThatMigration(migration).isReady().atRevision("003").afterAttempts(1);
    assertThat(database.query("SELECT revision FROM ledger ORDER BY revision"))
        .containsExactly("001", "002", "003");
    assertThat(leader()).isNotEqualTo(leader);
    // the Java Operator SDK asks for the right to update and then patches
    assertThat(Rights.used(new AuditLog(SCENARIO.client()).requests()))
        .containsAll(
            rights.granted().stream()
                .filter(right -> right.endsWith(" leases.coordination.k8s.io"))
                .filter(right -> !right.startsWith("update "))
                .toList());
    everyRequestIsAllowed();
  }

  private String leader() {
    return Awaitility.await("a leader")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                SCENARIO
                    .client()
                    .leases()
                    .inNamespace(Operator.NAMESPACE)
                    .withName(Operator.NAME)
                    .require()
                    .getSpec()
                    .getHolderIdentity(),
            Objects::nonNull);
  }

  private void everyRequestIsAllowed() {
    var pods = operator.pods().stream().map(pod -> pod.getMetadata().getName()).toList();
    assertThat(new AuditLog(SCENARIO.client()).requests())
        .filteredOn(request -> pods.contains(request.pod()))
        .isNotEmpty()
        .allMatch(AuditLog.Request::allowed);
  }
}
