package io.dbmigrations.operator;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.act.Actor;
import io.dbmigrations.operator.act.AttemptJobs;
import io.dbmigrations.operator.act.AttemptStarter;
import io.dbmigrations.operator.act.JobSlots;
import io.dbmigrations.operator.act.Jobs;
import io.dbmigrations.operator.act.Plans;
import io.dbmigrations.operator.act.RunnerConfigMap;
import io.dbmigrations.operator.client.PodLogs;
import io.dbmigrations.operator.config.OperatorConfig;
import io.dbmigrations.operator.database.VersionTableReader;
import io.dbmigrations.operator.decide.Decider;
import io.dbmigrations.operator.event.EventRecorder;
import io.dbmigrations.operator.job.PodTemplates;
import io.dbmigrations.operator.job.RunnerFiles;
import io.dbmigrations.operator.metrics.OperatorMetrics;
import io.dbmigrations.operator.observe.ConnectionReader;
import io.dbmigrations.operator.observe.DatabaseReadings;
import io.dbmigrations.operator.observe.KeptConnections;
import io.dbmigrations.operator.observe.MissingPods;
import io.dbmigrations.operator.observe.Observer;
import io.dbmigrations.operator.observe.OtherResources;
import io.dbmigrations.operator.observe.PodEvents;
import io.dbmigrations.operator.observe.ProgressReadings;
import io.dbmigrations.operator.observe.Reading;
import io.dbmigrations.operator.reconcile.DatabaseMigrationReconciler;
import io.dbmigrations.operator.reconcile.EventSources;
import io.dbmigrations.operator.reconcile.Trigger;
import io.dbmigrations.operator.reconcile.Uncopied;
import io.dbmigrations.operator.runtime.Leadership;
import io.dbmigrations.operator.runtime.ReconcileThreads;
import io.dbmigrations.operator.runtime.Shutdown;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Wires the parts by hand and starts them. */
final class OperatorRuntime {

  // Decisions take milliseconds; more threads would only press the API server.
  private static final int RECONCILE_THREADS = 8;

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  // A list of ten thousand takes seconds. One that does not come ends the process.
  private static final Duration SYNC_TIMEOUT = Duration.ofMinutes(1);

  // An API server that does not answer, or a defect: never given up.
  private static final int FIRST_RETRY_MILLIS = 1_000;
  private static final int MAX_RETRY_MILLIS = 60_000;
  private static final double RETRY_FACTOR = 2;

  private OperatorRuntime() {}

  static ReconcileThreads reconcileThreads() {
    return new ReconcileThreads(RECONCILE_THREADS);
  }

  static Operator operator(
      OperatorConfig config,
      KubernetesClient client,
      ReconcileThreads threads,
      @Nullable Leadership leadership,
      OperatorMetrics metrics)
      throws IOException {
    Operator operator =
        new Operator(overrider ->
            configure(overrider.withMetrics(metrics.reconciles()), client, threads, leadership));
    operator.register(
        reconciler(client, config, metrics), controller -> configure(controller, config));
    return operator;
  }

  private static DatabaseMigrationReconciler reconciler(
      KubernetesClient client, OperatorConfig config, OperatorMetrics metrics) throws IOException {
    Clock clock = Clock.systemUTC();
    EventSources sources = new EventSources(clock);
    ConnectionReader connections = new ConnectionReader(client);
    DatabaseReadings readings =
        new DatabaseReadings(
            new KeptConnections(connections, config.secretInterval(), clock),
            metrics.measured(new VersionTableReader()),
            databaseThreads(),
            sources::reconcile,
            clock);
    metrics.show(
        new OperatorMetrics.Sources(
            sources,
            uid -> Optional.ofNullable(readings.latest(uid)).map(Reading::at).orElse(null),
            config.resyncInterval(),
            config.observerEnabled(),
            config.metricsResources()));
    ProgressReadings progress =
        new ProgressReadings(new PodLogs(client), databaseThreads(), sources::reconcile);
    Jobs jobs = new Jobs(client, clock);
    JobSlots slots =
        new JobSlots(
            new JobSlots.Limits(config.maxJobs(), config.maxJobsPerNamespace()),
            sources::atWork,
            key -> sources.reconcile(new ResourceID(key.name(), key.namespace())),
            clock);
    RunnerFiles files = RunnerFiles.read(config.runnerDirectory());
    RunnerConfigMap runner = new RunnerConfigMap(client, files);
    OtherResources others = new OtherResources(sources);
    PodTemplates templates = new PodTemplates(files, config.podTemplate());
    AttemptJobs attemptJobs = new AttemptJobs(others, templates);
    return new DatabaseMigrationReconciler(
        new Observer(
            readings,
            progress,
            new MissingPods(client),
            new PodEvents(client),
            others,
            templates,
            config.observerEnabled(),
            clock),
        new Decider(config.resyncInterval()),
        new Actor(
            new AttemptStarter(client, jobs, runner, connections, slots, attemptJobs),
            jobs,
            runner,
            readings,
            progress,
            slots,
            new Plans(client)),
        new EventRecorder(client, config.podName(), clock),
        metrics.attempts(),
        sources);
  }

  // How many readings are taken at a time is for the readings to say.
  private static ExecutorService databaseThreads() {
    return Executors.newCachedThreadPool(
        Thread.ofPlatform().daemon().name("database-", 0).factory());
  }

  private static void configure(
      ConfigurationServiceOverrider overrider,
      KubernetesClient client,
      ReconcileThreads threads,
      @Nullable Leadership leadership) {
    overrider
        .withKubernetesClient(client)
        // The Lease is given back with it after the stop.
        .withCloseClientOnStop(false)
        .withExecutorService(threads)
        .withResourceCloner(new Uncopied())
        // Otherwise any event, even an older one, takes our own last write out of the cache.
        .withParseResourceVersions(true)
        .withCacheSyncTimeout(SYNC_TIMEOUT)
        .withInformerStoppedHandler(OperatorRuntime::stopped)
        .checkingCRDAndValidateLocalModel(false)
        .withReconciliationTerminationTimeout(STOP_TIMEOUT);
    if (leadership != null) {
      overrider.withLeaderElectionConfiguration(leadership.configuration());
    }
  }

  // It also stops when the operator does, without an error.
  private static void stopped(SharedIndexInformer<?> informer, @Nullable Throwable error) {
    if (error != null && informer.hasSynced()) {
      Shutdown.because(
          "the watch of %s ended: %s".formatted(informer.getApiTypeClass().getSimpleName(), error));
    }
  }

  private static void configure(
      ControllerConfigurationOverrider<DatabaseMigration> controller, OperatorConfig config) {
    controller
        .withName("databasemigration")
        .withFieldManager(Names.MANAGED_BY)
        .withGenerationAware(false)
        // One that is being deleted as well, whose finalizers are others'.
        .withTriggerReconcilerOnAllEvents(true)
        .withOnUpdateFilter(Trigger::isSetOffBy)
        .withReconciliationMaxInterval(config.resyncInterval())
        .withRetry(
            new GenericRetry()
                .setMaxAttempts(-1)
                .setInitialInterval(FIRST_RETRY_MILLIS)
                .setIntervalMultiplier(RETRY_FACTOR)
                .setMaxInterval(MAX_RETRY_MILLIS));
    if (!config.watchNamespaces().isEmpty()) {
      controller.settingNamespaces(config.watchNamespaces());
    }
  }
}
