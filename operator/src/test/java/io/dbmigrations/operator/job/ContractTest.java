package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.resource;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dbmigrations.api.v1alpha1.ApprovalPolicy;
import io.dbmigrations.api.v1alpha1.ApprovalSpec;
import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.Claim;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.HistoryEntryBuilder;
import io.dbmigrations.api.v1alpha1.HistoryPolicy;
import io.dbmigrations.api.v1alpha1.InvalidIndexPolicy;
import io.dbmigrations.api.v1alpha1.IrreversiblePolicy;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.RollbackPolicy;
import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.testing.Attempts;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the operator writes and reads is what contract.json says, no more and no less: the runner is
 * checked against it too.
 */
class ContractTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode CONTRACT = contract();

  // The request.

  @Test
  void theRequestHasTheKeysOfTheContractInEachPart() throws JsonProcessingException {
    AttemptStatus attempt =
        AttemptStatusBuilder.builder(Attempts.intent(resource().getSpec()))
            .over("former")
            .downFrom(List.of("003"))
            .approval(new PlanApproval("3f2a9c01", "somebody"))
            .build();
    var declared =
        new MigrationRequest.Declaration(
            "uid", "team/older", "2026-01-11T08:00:00Z", "a.b", List.of("003"), "shop", "7349");
    JsonNode request =
        JSON.readTree(
            MigrationRequest.of(resourceInParts(), attempt, List.of("uid"))
                .with(List.of(declared))
                .json());

    assertThat(keys(request)).isEqualTo(keys(CONTRACT.get("request")));
    assertThat(request.get("version")).isEqualTo(CONTRACT.get("request").get("version"));
    assertThat(texts(request.get("downFrom"))).containsExactly("003");
  }

  @Test
  void theRequestTellsAnyRowsFromBase() throws JsonProcessingException {
    AttemptStatus any = Attempts.intent(resource().getSpec());
    AttemptStatus base = Attempts.downFrom().apply(any);

    assertThat(downFrom(any).isNull()).isTrue();
    assertThat(texts(downFrom(base))).isEmpty();
  }

  @Test
  void theRequestLeavesOutOnlyWhatTheContractAllowsToBeLeftOut() throws JsonProcessingException {
    JsonNode request =
        JSON.readTree(
            MigrationRequest.of(resource(), Attempts.intent(resource().getSpec()), List.of("uid"))
                .json());

    Set<String> missing = keys(CONTRACT.get("request"));
    missing.removeAll(keys(request));
    assertThat(missing)
        .allSatisfy(key ->
            assertThat(CONTRACT.get("request").at("/" + key.replace('.', '/')).asText())
                .endsWith("?"));
  }

  static Stream<Arguments> enumerations() {
    return Stream.of(
        Arguments.of("mode", MigrationMode.values()),
        Arguments.of("database.unverified", UnverifiedPolicy.values()),
        Arguments.of("rollback.policy", RollbackPolicy.values()),
        Arguments.of("rollback.irreversible", IrreversiblePolicy.values()),
        Arguments.of("invalidIndexes", InvalidIndexPolicy.values()),
        Arguments.of("history", HistoryPolicy.values()));
  }

  @ParameterizedTest
  @MethodSource("enumerations")
  void theRequestHasTheWordsOfTheContractAndNoOthers(String key, Enum<?>[] values) {
    List<String> words =
        Stream.of(values).map(value -> JSON.valueToTree(value).textValue()).sorted().toList();
    assertThat(words).isEqualTo(texts(CONTRACT.get("request").at("/" + key.replace('.', '/'))));
  }

  // The note in the database.

  @Test
  void onlyWhatTheSpecificationAsksForIsNotedAsItsSetup() {
    DatabaseMigrationSpec spec = resource().getSpec();
    AttemptStatus own = Attempts.intent(spec);
    AttemptStatus recorded = AttemptStatusBuilder.builder(own).image("shop@sha256:1").build();

    assertThat(MigrationRequest.of(resource(), own, List.of()).setup())
        .isEqualTo(MigrationRequest.setup(spec));
    assertThat(MigrationRequest.of(resource(), recorded, List.of()).setup()).isNull();
  }

  // The outcome.

  @Test
  void theOutcomeHasTheKeysOfTheContractInEachPart() {
    Set<String> known = keys(JSON.valueToTree(whole()));
    assertThat(known).isEqualTo(keys(CONTRACT.get("outcome")));
  }

  @Test
  void anOutcomeAsInTheContractIsUnderstoodInEveryPart() throws JsonProcessingException {
    ObjectNode outcome = CONTRACT.get("outcome").deepCopy();
    outcome.put("reason", "AtTargetRevision");
    outcome.withObject("plan").put("direction", "Upgrade");

    assertThat(Outcome.parse(outcome.toString()))
        .contains(
            OutcomeBuilder.builder()
                .reason(Reason.AT_TARGET_REVISION)
                .message("string")
                .isRunners(true)
                .before(List.of("string?"))
                .after(List.of("string?"))
                .target(List.of("string?"))
                .left(List.of("string?"))
                .held(new HeldRows(List.of("string?"), true))
                .exclusive(true)
                .digests(new RowDigests("string?", "string?", "string?", "string?", "string?"))
                .newest(new AttemptIdentity("string", 1))
                .claim(new Claim("string", "string", List.of("string")))
                .direction("Upgrade")
                .plan(
                    PlanStatus.outline(
                        "string?", "Upgrade", "string?", "string?", 0, List.of("string")))
                .applied(0)
                .revision("string?")
                .sqlstate("string?")
                .alembic("string?")
                .serverVersion("string?")
                .database(DatabaseStatus.of("string?", "string?"))
                .versionTable("string?")
                .versionTables(new VersionTables(0, List.of("string?")))
                .warnings(List.of("string"))
                .build());
    assertThat(Outcome.Wire.read(outcome.toString()).unknown).isEmpty();
  }

  @Test
  void anOutcomeMayLeaveOutAllButItsReason() {
    assertThat(Outcome.parse("{\"version\":1,\"reason\":\"Interrupted\"}"))
        .hasValueSatisfying(outcome -> {
          assertThat(outcome.reason()).isEqualTo(Reason.INTERRUPTED);
          assertThat(outcome.message()).isEqualTo("The runner gave no message");
          assertThat(outcome.direction()).isEqualTo("None");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":1,\"reason\":\"LockTimeout\",\"mood\":\"good\"}",
        "{\"version\":1,\"reason\":\"LockTimeout\",\"plan\":{\"direction\":\"Upgrade\",\"mood\":1}}",
        "{\"version\":1,\"reason\":\"LockTimeout\",\"newest\":{\"uid\":\"u\",\"attempt\":1,\"mood\":[1]}}",
        "{\"version\":1,\"reason\":\"LockTimeout\",\"claim\":{\"uid\":\"u\",\"name\":\"a/b\",\"mood\":{}}}"
      })
  void keysThatAreNotKnownAreNamedAndDoNoHarm(String outcome) throws JsonProcessingException {
    assertThat(Outcome.Wire.read(outcome).unknown).singleElement().asString().endsWith("mood");
    assertThat(Outcome.parse(outcome).map(Outcome::reason)).contains(Reason.LOCK_TIMEOUT);
  }

  // The reasons.

  @Test
  void eachReasonOfTheContractIsOneThatAnAttemptCanEndWith() {
    assertThat(texts(CONTRACT.get("reasons")))
        .allSatisfy(reason -> assertThat(said(reason).reason().wireName()).isEqualTo(reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Tired", "DatabaseRead", "Suspended", "Migrating"})
  void aReasonThatNoAttemptEndsWithIsNamed(String reason) {
    assertThat(said(reason).reason()).isEqualTo(Reason.INTERNAL_ERROR);
    assertThat(said(reason).message())
        .contains("reason " + reason, "it sleeps", "upgrade the chart");
  }

  private static DatabaseMigration resourceInParts() {
    DatabaseMigration resource = resource();
    resource.setSpec(
        DatabaseMigrationSpecBuilder.builder(resource.getSpec())
            .approval(
                new ApprovalSpec(
                    ApprovalPolicy.ALWAYS, ApprovalPolicy.WHEN_LOSSY, "3f2a9c01", "at night"))
            .database(
                Serialization.unmarshal(
                    """
                    connection: {host: {value: h}, name: {value: d}, user: {value: u}}
                    certificates: {client: {secretRef: {name: tls}}}
                    """,
                    DatabaseSpec.class))
            .build());
    HistoryEntry inVain =
        HistoryEntryBuilder.builder(Attempts.migrated("005", "003"))
            .override("at night")
            .plan("0011")
            .steps(0)
            .build();
    resource.setStatus(DatabaseMigrationStatusBuilder.builder().history(List.of(inVain)).build());
    return resource;
  }

  private static JsonNode downFrom(AttemptStatus attempt) throws JsonProcessingException {
    return JSON.readTree(MigrationRequest.of(resource(), attempt, List.of()).json())
        .get("downFrom");
  }

  private static Outcome said(String reason) {
    return Outcome.parse(
            "{\"version\":1,\"reason\":\"%s\",\"message\":\"it sleeps\"}".formatted(reason))
        .orElseThrow();
  }

  private static Outcome.Wire whole() {
    Outcome.Wire wire = new Outcome.Wire();
    wire.digests = RowDigests.NONE;
    wire.database = new Outcome.Place();
    wire.plan = new Outcome.Plan();
    wire.versionTables = new Outcome.Tables();
    wire.newest = new AttemptIdentity("uid", 1);
    wire.claim = new Claim("uid", "namespace/name", List.of());
    return wire;
  }

  /** Dotted paths of all keys; those within a free-form map are its own affair. */
  private static Set<String> keys(JsonNode document) {
    Set<String> keys = new TreeSet<>();
    document
        .properties()
        .forEach(entry -> {
          keys.add(entry.getKey());
          if (entry.getValue().isObject()) {
            keys(entry.getValue()).forEach(inner -> keys.add(entry.getKey() + "." + inner));
          }
        });
    return keys;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.textValue()));
    return texts.stream().sorted().toList();
  }

  private static JsonNode contract() {
    try {
      return JSON.readTree(Path.of("../migrations-image/runner/contract.json").toFile());
    } catch (IOException e) {
      throw new IllegalStateException("The contract is in migrations-image/runner", e);
    }
  }
}
