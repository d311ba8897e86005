package io.dbmigrations.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.fixture.Answer;
import io.dbmigrations.e2e.fixture.Helm;
import io.dbmigrations.e2e.fixture.Kubectl;
import io.dbmigrations.e2e.fixture.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With the chart's policy, who may edit a resource may not approve what it does. */
class WhoMayApproveTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final String PLAN = "{\"spec\":{\"approval\":{\"plan\":\"3f2a9c01b7de\"}}}";
  private static final String LOOSENED = "{\"spec\":{\"approval\":{\"rollbacks\":\"Never\"}}}";
  private static final String RESOURCE =
      """
      apiVersion: dbmigrations.io/v1alpha1
      kind: DatabaseMigration
      metadata: {name: %s}
      spec: {targetRevision: head, image: shop:1, suspend: true, %sdatabase: {secretRef: {name: shop, key: url}}}
      """;

  @BeforeAll
  static void installThePolicy() {
    var policy =
        new Helm(SCENARIO.kubectl().kubeconfig())
            .template(SCENARIO.namespace(), "approval-policy.yaml", "approvalPolicy.enabled=true");
    kubectl().apply(policy).orFail();
    kubectl()
        .apply(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: developer}
            rules: [{apiGroups: [dbmigrations.io], resources: [databasemigrations], verbs: [get, create, patch]}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: approver}
            rules: [{apiGroups: [dbmigrations.io], resources: [databasemigrations], verbs: [get, create, patch, approve]}]
            """)
        .orFail();
    for (var user : List.of("developer", "approver")) {
      kubectl().run("create", "rolebinding", user, "--role=" + user, "--user=" + user).orFail();
    }
    kubectl().apply(RESOURCE.formatted("shop", "")).orFail();
    Awaitility.await("the policy's effect")
        .atMost(Duration.ofSeconds(30))
        .until(() -> patch("developer", "shop", PLAN, "--dry-run=server").code() != 0);
  }

  @AfterAll
  static void removeThePolicy() {
    for (var kind : List.of("validatingadmissionpolicybinding", "validatingadmissionpolicy")) {
      kubectl()
          .run("delete", kind, SCENARIO.namespace() + "-dbmigration-operator-approval")
          .orFail();
    }
  }

  @Test
  void aDeveloperEditsTheTargetAndApprovesNothing() {
    assertThat(patch("developer", "shop", "{\"spec\":{\"targetRevision\":\"002\"}}").code())
        .isZero();
    for (var approval : List.of(PLAN, LOOSENED)) {
      assertThat(patch("developer", "shop", approval).err())
          .contains("user developer may not change spec.approval", "verb approve");
    }
    assertThat(annotate("developer", "shop").err())
        .contains("user developer may not set the annotation dbmigrations.io/approve");
  }

  @Test
  void anApproverDoes() {
    kubectl().apply(RESOURCE.formatted("released", "")).orFail();
    assertThat(annotate("approver", "released").code()).isZero();
    // what somebody else has approved stands in no other edit's way
    assertThat(
            patch("developer", "released", "{\"metadata\":{\"labels\":{\"team\":\"a\"}}}").code())
        .isZero();
  }

  @Test
  void nobodyGetsAroundItByMakingTheResourceAnew() {
    assertThat(create("developer", RESOURCE.formatted("new", "")).code()).isZero();
    var loosened = RESOURCE.formatted("loosened", "approval: {rollbacks: Never}, ");
    assertThat(create("developer", loosened).err()).contains("may not change spec.approval");
    assertThat(create("approver", loosened).code()).isZero();
  }

  private static Answer patch(String user, String name, String patch, String... options) {
    var command = Stream.of("patch", "dbm", name, "--type=merge", "--patch=" + patch);
    return as(user, Stream.concat(command, Stream.of(options)));
  }

  private static Answer annotate(String user, String name) {
    return as(
        user,
        Stream.of("annotate", "dbm", name, "--overwrite", "dbmigrations.io/approve=3f2a9c01b7de"));
  }

  private static Answer create(String user, String manifest) {
    return kubectl().create(manifest, "--as=" + user);
  }

  private static Answer as(String user, Stream<String> arguments) {
    var command = Stream.concat(arguments, Stream.of("--as=" + user));
    return kubectl().run(command.toArray(String[]::new));
  }

  private static Kubectl kubectl() {
    return SCENARIO.kubectl();
  }
}
