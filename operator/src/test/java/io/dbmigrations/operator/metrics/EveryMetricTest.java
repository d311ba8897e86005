package io.dbmigrations.operator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.OperatorProcess;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.testing.FakeApi;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator as a process, an API server in memory, and a test that is the kubelet: each metric
 * of the documentation is there, and moves when that happens which it is for.
 */
class EveryMetricTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NAMESPACE = "shop";
  private static final String PASSWORD = "opensesame";

  // Its host is the operator itself, so that the Job's word is taken.
  private static final String URL = "postgresql://shop:opensesame@127.0.0.1:1/shop";
  private static final String DEFINITION = "GET /apis/dbmigrations.io/v1alpha1/databasemigrations";

  private static final String SECRETS = "GET /api/v1/namespaces/shop/secrets/";

  // Of what is counted for a migration, the last.
  private static final String DURATION =
      "dbmigration_migration_duration_seconds_sum{direction=\"Upgrade\",result=\"Succeeded\"}";
  private static final String SUCCESS =
      """
      {"version": 1, "reason": "AtTargetRevision", "message": "at 003", "before": [], "after": ["003"], "target": ["003"],
       "held": ["003"], "exclusive": true, "plan": {"direction": "Upgrade", "steps": 3}, "applied": 3, "durationMs": 1200,
       "versionTable": "public.alembic_version"}
      """;
  private static final String LOCKED =
      """
      {"version": 1, "reason": "LockTimeout", "message": "opensesame", "plan": {"direction": "Downgrade"}}
      """;
  private static final String PLANNED =
      """
      {"version": 1, "reason": "ApprovalRequired", "message": "it would delete", "before": ["003"], "target": ["002"],
       "plan": {"direction": "Downgrade", "steps": 1, "digest": "%s", "deletes": ["a table"]}}
      """
          .formatted("5e".repeat(32));
  private static final String PROGRESS =
      """
      {"event": "progress", "step": 1, "of": 3, "revision": "001", "direction": "Upgrade", "waitingFor": "process 7"}
      """;

  /** Held up for long enough to be seen in OperatorMetricsTest. */
  private static final Set<Metric> MOMENTARY =
      Set.of(Metric.RECONCILE_QUEUE, Metric.RECONCILE_ACTIVE);

  @TempDir private Path directory;
  private final FakeApi api = new FakeApi();
  private final KubernetesClient client = api.client();
  private final List<Scrape> scrapes = new ArrayList<>();
  private OperatorProcess operator;

  @AfterEach
  void stop() {
    if (operator != null) {
      operator.close();
    }
    client.close();
    api.close();
  }

  @Test
  void isThereAndMoves() throws Exception {
    api.refuse(DEFINITION, 404);
    operator =
        new OperatorProcess(
            api.address(),
            directory,
            "operator-0",
            false,
            Map.of("DBMIGRATION_METRICS_RESOURCES", "3", "DBMIGRATION_RESYNC_INTERVAL", "1s"));
    until("it waits for the definition", scrape -> value(scrape, "dbmigration_leader") == 0);
    api.allow(DEFINITION);
    until("it leads", scrape -> value(scrape, "dbmigration_leader") == 1);

    create("reached");
    until("it is out of sync", scrape -> scrape.of(Metric.RESOURCE_OUT_OF_SYNC).size() == 1);
    end("reached", terminated(SUCCESS));
    until("it is Ready", scrape -> one(scrape, Metric.RESOURCE_READY, "reached") == 1);
    assertThat(last().of(Metric.RESOURCE_OUT_OF_SYNC)).isEmpty();
    assertThat(last().of(Metric.RESOURCE_INFO))
        .containsOnlyKeys(
            "dbmigration_resource_info{namespace=\"shop\",name=\"reached\",current=\"003\",target=\"head\"}");
    until("it is counted", scrape -> value(scrape, DURATION) == 1.2);
    assertThat(last().series())
        .containsEntry(
            "dbmigration_migrations_total{direction=\"Upgrade\",reason=\"AtTargetRevision\",result=\"Succeeded\"}",
            1.0)
        .containsEntry("dbmigration_migration_steps_total{direction=\"Upgrade\"}", 3.0);
    api.delay(SECRETS, Duration.ofSeconds(2));
    until("a reading is late", scrape -> value(scrape, "dbmigration_reading_overdue_seconds") > 0);
    api.delay(SECRETS, Duration.ZERO);

    create("locked");
    end("locked", terminated(LOCKED));
    until("it has failed", scrape -> one(scrape, Metric.RESOURCE_FAILURES, "locked") == 1);
    create("planned");
    end("planned", terminated(PLANNED));
    until("a plan waits", scrape -> scrape.of(Metric.RESOURCE_APPROVAL).size() == 1);
    create("waiting");
    api.say("GET /api/v1/namespaces/shop/pods/waiting-pod/log", PROGRESS);
    end("waiting", running());
    until("it waits for a lock", scrape -> scrape.of(Metric.RESOURCE_LOCK).size() == 1);
    until("one too many", scrape -> value(scrape, "dbmigration_resources_left_out") == 1);

    assertThat(operator.ask("/metrics")).doesNotContain(PASSWORD);
    client.resources(DatabaseMigration.class).inNamespace(NAMESPACE).delete();
    until(
        "they are gone",
        scrape ->
            Arrays.stream(Metric.values())
                .filter(metric -> metric.group() == Metric.Group.RESOURCE)
                .allMatch(metric -> scrape.of(metric).isEmpty()));

    assertThat(Metric.values())
        .allSatisfy(metric -> {
          Set<Map<String, Double>> seen = new HashSet<>();
          scrapes.forEach(scrape -> seen.add(scrape.of(metric)));
          assertThat(seen).as(metric.wireName()).anyMatch(values -> !values.isEmpty());
          if (!MOMENTARY.contains(metric)) {
            assertThat(seen).as("%s moves", metric.wireName()).hasSizeGreaterThan(1);
          }
        });
    assertThat(undocumented()).isEmpty();
  }

  private Set<String> undocumented() {
    Set<String> names = new HashSet<>();
    scrapes.forEach(scrape -> scrape.series().keySet().forEach(s -> names.add(Scrape.name(s))));
    names.removeIf(name -> name.matches("(jvm_(memory|buffer|gc|threads)|process|system)_.*"));
    names.removeIf(
        name -> Arrays.stream(Metric.values()).anyMatch(metric -> Scrape.isOf(metric, name)));
    return names;
  }

  private void until(String what, Predicate<Scrape> seen) {
    await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> {
          String answer = operator.ask("/metrics");
          assertThat(answer).as(operator::log).startsWith("200 ");
          Scrape scrape = Scrape.of(answer.substring("200 ".length()));
          scrapes.add(scrape);
          assertThat(seen.test(scrape)).as("%s: %s%n%s", what, answer, operator.log()).isTrue();
        });
  }

  private Scrape last() {
    return scrapes.getLast();
  }

  private static double value(Scrape scrape, String series) {
    return scrape.series().getOrDefault(series, -1.0);
  }

  private static double one(Scrape scrape, Metric metric, String name) {
    return value(scrape, "%s{namespace=\"shop\",name=\"%s\"}".formatted(metric.wireName(), name));
  }

  private void create(String name) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(name)
                .endMetadata()
                .addToData("url", Base64.getEncoder().encodeToString(URL.getBytes(UTF_8)))
                .build())
        .create();
    DatabaseMigration resource =
        Serialization.unmarshal(
            """
            apiVersion: dbmigrations.io/v1alpha1
            kind: DatabaseMigration
            metadata: {name: %s, namespace: shop, generation: 1}
            spec:
              targetRevision: head
              image: migrations:1
              database: {secretRef: {name: %s, key: url}}
              drift: {interval: 1s}
            """
                .formatted(name, name),
            DatabaseMigration.class);
    client.resource(resource).create();
  }

  /** What a kubelet would make of the Job. */
  private void end(String name, ContainerState state) {
    Job job =
        await("the Job of " + name)
            .atMost(PATIENCE)
            .until(
                () ->
                    client.batch().v1().jobs().inNamespace(NAMESPACE).list().getItems().stream()
                        .filter(one -> isOf(one, name))
                        .findFirst()
                        .orElse(null),
                found -> found != null);
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(name + "-pod")
                .withLabels(job.getMetadata().getLabels())
                .withAnnotations(job.getMetadata().getAnnotations())
                .withCreationTimestamp(Instant.now().toString())
                .addNewOwnerReference()
                .withKind("Job")
                .withApiVersion("batch/v1")
                .withName(job.getMetadata().getName())
                .withUid(job.getMetadata().getUid())
                .withController(true)
                .endOwnerReference()
                .endMetadata()
                .withSpec(job.getSpec().getTemplate().getSpec())
                .editSpec()
                .withNodeName("node")
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .addNewContainerStatus()
                .withName(MigrationJob.CONTAINER)
                .withReady(state.getRunning() != null)
                .withState(state)
                .endContainerStatus()
                .endStatus()
                .build())
        .create();
  }

  private static boolean isOf(Job job, String name) {
    return name.equals(job.getMetadata().getAnnotations().get(Names.RESOURCE_ANNOTATION));
  }

  private static ContainerState terminated(String message) {
    String now = Instant.now().toString();
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(0)
        .withReason("Completed")
        .withMessage(message)
        .withStartedAt(now)
        .withFinishedAt(now)
        .endTerminated()
        .build();
  }

  private static ContainerState running() {
    return new ContainerStateBuilder()
        .withNewRunning()
        .withStartedAt(Instant.now().minusSeconds(10).toString())
        .endRunning()
        .build();
  }
}
