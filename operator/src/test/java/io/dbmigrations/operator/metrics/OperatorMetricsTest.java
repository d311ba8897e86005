package io.dbmigrations.operator.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatusBuilder;
import io.dbmigrations.api.v1alpha1.ProgressStatus;
import io.dbmigrations.operator.observe.Resources;
import io.dbmigrations.operator.runtime.ReconcileThreads;
import io.dbmigrations.operator.testing.Attempts;
import io.dbmigrations.operator.testing.ClusterObjects;
import io.dbmigrations.operator.testing.KnownDatabases;
import io.dbmigrations.operator.testing.KnownResources;
import io.dbmigrations.operator.testing.Observations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page says of resources, by their statuses. */
class OperatorMetricsTest {

  private static final Instant NOW = Observations.NOW;
  private static final String ONE = "{namespace=\"platform\",name=\"agent-platform\"}";

  private final List<DatabaseMigration> resources = new ArrayList<>();
  private int limit = 10;
  private boolean leads = true;
  private final OperatorMetrics metrics =
      new OperatorMetrics(() -> leads, Clock.fixed(NOW, ZoneOffset.UTC));

  @ParameterizedTest
  @CsvSource({
    "True,    false, false, Done",
    "Unknown, true,  false, Progressing",
    "Unknown, false, false, Unseen",
    "False,   true,  false, Transient",
    "False,   false, true,  Stalled",
    "False,   false, false, Waiting"
  })
  void saysHowAResourceStandsByItsConditions(
      String ready, boolean reconciling, boolean stalled, String standing) throws IOException {
    List<Condition> conditions = new ArrayList<>(List.of(condition("Ready", ready, "Suspended")));
    if (reconciling) {
      conditions.add(condition("Reconciling", "True", "Suspended"));
    }
    if (stalled) {
      conditions.add(condition("Stalled", "True", "Suspended"));
    }
    has(status().conditions(conditions).build());

    Scrape scrape = scrape();
    assertThat(scrape.of(Metric.RESOURCE_REASON))
        .containsOnlyKeys(
            "dbmigration_resource_reason{namespace=\"platform\",name=\"agent-platform\",reason=\"Suspended\",class=\"%s\"}"
                .formatted(standing));
    assertThat(scrape.of(Metric.RESOURCE_READY))
        .containsEntry("dbmigration_resource_ready" + ONE, ready.equals("True") ? 1.0 : 0);
    assertThat(scrape.of(Metric.RESOURCES))
        .hasSize(6)
        .containsEntry("dbmigration_resources{class=\"%s\"}".formatted(standing), 1.0);
  }

  @Test
  void saysForHowLongItIsNotReadyWhateverItsConditionSays() throws IOException {
    has(
        status()
            .conditions(List.of(condition("Ready", "False", "LockTimeout")))
            .notReadySince(NOW.minusSeconds(3_600).toString())
            .build());
    assertThat(scrape().of(Metric.RESOURCE_OUT_OF_SYNC).values()).containsExactly(3_600.0);
  }

  @Test
  void believesNoTimeThatSomebodyWroteByHand() throws IOException {
    has(status().notReadySince("soon").build());
    assertThat(scrape().of(Metric.RESOURCE_OUT_OF_SYNC)).isEmpty();
  }

  @Test
  void takesNoWordForAReasonThatIsNone() throws IOException {
    has(status().conditions(List.of(condition("Ready", "False", "x\"} 1\n# y"))).build());
    assertThat(scrape().of(Metric.RESOURCE_REASON).keySet())
        .singleElement()
        .asString()
        .contains("reason=\"Unknown\"");
  }

  @Test
  void showsRevisionsCutAndEscaped() {
    assertThat(ResourceSamples.current(null)).isEmpty();
    assertThat(ResourceSamples.current(List.of())).isEqualTo("base");
    assertThat(ResourceSamples.current(List.of("a", "b"))).isEqualTo("a,b");
    assertThat(ResourceSamples.current(List.of("a", "b", "c", "d"))).isEqualTo("a,b,c,…");
    assertThat(ResourceSamples.current(List.of("x".repeat(200)))).hasSize(41).endsWith("…");
  }

  @Test
  void breaksNoLineForWhatAVersionTableHas() throws IOException {
    has(status().currentRevisions(List.of("a\"b\\c\nd")).build());
    assertThat(scrape().of(Metric.RESOURCE_INFO).keySet())
        .singleElement()
        .asString()
        .contains("current=\"a\\\"b\\\\c\\nd\",target=\"head\"");
  }

  @Test
  void saysThatAMigrationWaitsForALock() throws IOException {
    has(status().progress(new ProgressStatus(1, 3, "001", "Upgrade", null, "process 7")).build());
    assertThat(scrape().of(Metric.RESOURCE_LOCK)).hasSize(1);
    has(status().progress(new ProgressStatus(1, 3, "001", "Upgrade", null, null)).build());
    assertThat(scrape().of(Metric.RESOURCE_LOCK)).isEmpty();
  }

  @Test
  void showsThoseThatAreNotReadyFirstWhereThereAreTooMany() throws IOException {
    limit = 2;
    for (String ready : List.of("True", "True", "False", "True")) {
      DatabaseMigration resource =
          resource(status().conditions(List.of(condition("Ready", ready, "Suspended"))).build());
      resource.getMetadata().setName("n" + resources.size());
      resources.add(resource);
    }
    Scrape scrape = scrape();
    assertThat(scrape.of(Metric.RESOURCE_READY).keySet())
        .map(series -> series.replaceAll(".*name=\"(\\w+)\".*", "$1"))
        .containsExactlyInAnyOrder("n2", "n0");
    assertThat(scrape.of(Metric.RESOURCES_LEFT_OUT).values()).containsExactly(2.0);
    assertThat(scrape.of(Metric.RESOURCES))
        .containsEntry("dbmigration_resources{class=\"Done\"}", 3.0);
  }

  @Test
  void saysNothingOfAResourceThatIsGoneOrWhileAnotherOneLeads() throws IOException {
    has(status().build());
    assertThat(scrape().of(Metric.RESOURCE_READY)).hasSize(1);
    leads = false;
    Scrape standby = scrape();
    assertThat(standby.of(Metric.RESOURCE_READY)).isEmpty();
    assertThat(standby.of(Metric.RESOURCES)).isEmpty();
    assertThat(standby.of(Metric.LEADER).values()).containsExactly(0.0);
    assertThat(standby.series()).containsKey("jvm_threads_live_threads");
    leads = true;
    resources.clear();
    assertThat(scrape().of(Metric.RESOURCE_READY)).isEmpty();
  }

  @Test
  void hasTheQueueOfTheThreadsThatReconcile() throws IOException {
    ReconcileThreads threads = new ReconcileThreads(2);
    metrics.queue(threads.getQueue()::size, threads::getActiveCount);
    assertThat(scrape().of(Metric.RECONCILE_QUEUE).values()).containsExactly(0.0);
    CountDownLatch end = new CountDownLatch(1);
    for (int i = 0; i < 5; i++) {
      threads.execute(() -> await().until(() -> end.getCount() == 0));
    }
    assertThat(scrape().of(Metric.RECONCILE_QUEUE).values()).containsExactly(3.0);
    assertThat(scrape().of(Metric.RECONCILE_ACTIVE).values()).containsExactly(2.0);
    end.countDown();
    threads.shutdownNow();
  }

  /** What is not known to the operator is as old as it can tell. */
  @Test
  void countsTheAgeOfAReadingThatWasNotTakenFromTheTimeThatItLeads() {
    DatabaseMigration often = resource(ready());
    DatabaseMigration seldom = resource(ready());
    seldom.getMetadata().setUid("seldom");
    ReadingAges none =
        ReadingAges.of(List.of(often), _ -> null, NOW.minusSeconds(70), Duration.ofMinutes(1), NOW);
    assertThat(none).isEqualTo(new ReadingAges(70, 10));
    ReadingAges two =
        ReadingAges.of(
            List.of(often, seldom),
            uid -> uid.equals("seldom") ? NOW.minusSeconds(90) : NOW.minusSeconds(5),
            NOW,
            Duration.ofMinutes(2),
            NOW);
    assertThat(two).isEqualTo(new ReadingAges(90, 0));
    assertThat(
            ReadingAges.of(
                List.of(resource(status().build())), _ -> null, NOW, Duration.ofDays(1), NOW))
        .as("of one that is not Ready nobody asks for readings")
        .isEqualTo(new ReadingAges(0, 0));
  }

  /** Ten thousand resources: no heap of samples, whatever there is to be said. */
  @Test
  void needsLittleMemoryForManyResources() throws IOException {
    limit = 10_000;
    DatabaseMigrationStatus status = ready();
    for (int i = 0; i < limit; i++) {
      resources.add(resource(status));
    }
    OperatorMetrics page = shown();
    page.writeTo(OutputStream.nullOutputStream());
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    page.writeTo(OutputStream.nullOutputStream());
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated / limit).as("bytes a resource").isLessThan(1_000);
  }

  private static Condition condition(String type, String status, String reason) {
    return new Condition(type, status, 1, NOW.toString(), reason, "its words");
  }

  private static DatabaseMigrationStatusBuilder status() {
    return DatabaseMigrationStatusBuilder.builder(DatabaseMigrationStatus.NONE);
  }

  private static DatabaseMigrationStatus ready() {
    AttemptStatus attempt = Attempts.intent(ClusterObjects.resource().getSpec());
    return status()
        .conditions(List.of(condition("Ready", "True", "AtTargetRevision")))
        .database(KnownDatabases.ONE)
        .currentRevisions(List.of("003"))
        .attempt(attempt)
        .build();
  }

  private void has(DatabaseMigrationStatus status) {
    resources.clear();
    resources.add(resource(status));
  }

  private static DatabaseMigration resource(DatabaseMigrationStatus status) {
    DatabaseMigration resource = ClusterObjects.resource();
    resource.setStatus(status);
    return resource;
  }

  private OperatorMetrics shown() {
    Resources known = new KnownResources(List.copyOf(resources));
    metrics.show(new OperatorMetrics.Sources(known, _ -> NOW, Duration.ofMinutes(5), true, limit));
    return metrics;
  }

  private Scrape scrape() throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    shown().writeTo(page);
    return Scrape.of(page.toString(UTF_8));
  }
}
