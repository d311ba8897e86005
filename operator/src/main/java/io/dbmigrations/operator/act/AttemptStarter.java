package io.dbmigrations.operator.act;

import com.fasterxml.jackson.databind.JsonNode;
import io.dbmigrations.api.v1alpha1.AttemptCall;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.AttemptStatusBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.api.v1alpha1.PlanApproval;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.Times;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.decide.Messages;
import io.dbmigrations.operator.decide.RecordedImage;
import io.dbmigrations.operator.job.ApprovalRequest;
import io.dbmigrations.operator.job.Approver;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.observe.ConnectionReader;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.report.StatusReport;
import io.dbmigrations.operator.template.InvalidTemplateException;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts attempts: looks at the resource itself and at the Pods themselves, writes the intent, then
 * creates the Job. Whoever dies in between is finished by the next reconcile, because the Job's
 * name follows from the intent.
 */
public final class AttemptStarter {

  private final KubernetesClient client;
  private final Jobs jobs;
  private final RunnerConfigMap runner;
  private final ConnectionReader connections;
  private final JobSlots slots;
  private final AttemptJobs attemptJobs;

  public AttemptStarter(
      KubernetesClient client,
      Jobs jobs,
      RunnerConfigMap runner,
      ConnectionReader connections,
      JobSlots slots,
      AttemptJobs attemptJobs) {
    this.client = client;
    this.jobs = jobs;
    this.runner = runner;
    this.connections = connections;
    this.slots = slots;
    this.attemptJobs = attemptJobs;
  }

  /** Starts a further attempt. */
  public ActResult start(
      Observation observation, Decision.StartAttempt decision, StatusWriter writer) {
    Optional<ConnectionReader.Missing> missing =
        observation.readable() ? missing(observation) : Optional.empty();
    if (missing.isPresent()) {
      return new ActResult.Postponed(missing.get().reason(), missing.get().message());
    }
    if (!slots.take(key(observation))) {
      return inLine(key(observation));
    }
    DatabaseMigration live = live(observation);
    Optional<ActResult> hindrance = hindrance(observation);
    if (hindrance.isPresent()) {
      return hindrance.get();
    }
    AttemptStatus attempt = attempt(observation, decision, live);
    Optional<Outcome> refusal = runner.ensure(live);
    DatabaseMigrationStatus intent = StatusReport.intent(observation, attempt);
    DatabaseMigration written = writer.write(live, intent);
    return refusal
        .<ActResult>map(outcome -> new ActResult.Refused(intent, attempt, outcome))
        .orElseGet(() -> create(observation, written, attempt, intent));
  }

  /** Creates the Job of an attempt whose intent is written, unless it is there. */
  public ActResult ensure(Observation observation, AttemptStatus attempt) {
    DatabaseMigration live = live(observation);
    if (jobs.restoreMarks(live, attempt)) {
      // The cache has not seen it yet; the informer's event comes.
      return new ActResult.Done();
    }
    if (!slots.take(key(observation))) {
      return inLine(key(observation));
    }
    Optional<ActResult> hindrance = hindrance(observation);
    if (hindrance.isPresent()) {
      return hindrance.get();
    }
    return runner
        .ensure(live)
        .<ActResult>map(outcome -> new ActResult.Refused(observation.status(), attempt, outcome))
        .orElseGet(() -> create(observation, live, attempt, observation.status()));
  }

  /** Makes the runner's files again for a Pod that waits for them. */
  void restoreFiles(Observation observation) {
    runner.ensure(live(observation));
  }

  private ActResult create(
      Observation observation,
      DatabaseMigration live,
      AttemptStatus attempt,
      DatabaseMigrationStatus status) {
    Job job;
    try {
      job = attemptJobs.job(live, attempt);
    } catch (InvalidTemplateException e) {
      return new ActResult.Refused(
          status, attempt, Outcome.of(Reason.POD_TEMPLATE_INVALID, e.explanation()));
    }
    try {
      return jobs.create(job)
          .map(outcome ->
              isOfTemplate(live, attempt, outcome) ? Refusal.ofTemplate(outcome) : outcome)
          .<ActResult>map(outcome -> new ActResult.Refused(status, attempt, outcome))
          .orElseGet(() -> new ActResult.Started(status));
    } catch (KubernetesClientException e) {
      String limit = observation.spec().timeouts().start();
      boolean isLate =
          Times.read(attempt.startedAt())
              .filter(start -> observation.now().isAfter(start.plus(Durations.parse(limit))))
              .isPresent();
      if (isLate
          && !ApiFailure.isOfAnEndingNamespace(e)
          && !jobs.exists(observation.namespace(), attempt.job())) {
        return new ActResult.Refused(status, attempt, Refusal.late(job, limit, e));
      }
      throw e;
    }
  }

  // Of what is wrong without a template, too, it is not the cause.
  private boolean isOfTemplate(DatabaseMigration live, AttemptStatus attempt, Outcome outcome) {
    return Refusal.isOfValidation(outcome)
        && attemptJobs.hasTemplate(live)
        && !jobs.isRefused(attemptJobs.plain(live, attempt));
  }

  private ActResult inLine(JobSlots.Key resource) {
    return new ActResult.Postponed(
        Reason.PENDING, InLine.words(slots.limits(), slots.place(resource)));
  }

  private static JobSlots.Key key(Observation observation) {
    return new JobSlots.Key(observation.namespace(), observation.name());
  }

  // Of the caches one may lag behind the other: a Pod whose Job is gone from one is in the other.
  private Optional<ActResult> hindrance(Observation observation) {
    return jobs.runningPod(observation.namespace(), observation.name())
        .map(pod -> behind(Messages.predecessor(pod)));
  }

  /**
   * Why nothing may be said yet of the database of a new resource. What is read beside a Job or a
   * Pod of a former one is not what will be. The Job first: it may be making its Pod just now.
   */
  Optional<ActResult> former(Observation observation) {
    return jobs.unfinishedJob(observation.namespace(), observation.name())
        .map(job -> behind(Messages.predecessorJob(job)))
        .or(() -> hindrance(observation));
  }

  private static ActResult behind(String words) {
    return new ActResult.Postponed(Reason.PENDING, words);
  }

  // A decision from a stale cache starts nothing.
  private DatabaseMigration live(Observation observation) {
    DatabaseMigration live =
        client
            .resources(DatabaseMigration.class)
            .inNamespace(observation.namespace())
            .withName(observation.name())
            .get();
    boolean same =
        live != null
            && live.getMetadata().getUid().equals(observation.uid())
            && live.getMetadata().getGeneration() == observation.generation()
            && live.getMetadata().getDeletionTimestamp() == null
            && Objects.equals(attempt(live.getStatus()), attempt(observation.status()));
    if (live == null || !same) {
      throw new StaleResourceException("the resource has changed since it was decided on");
    }
    return live;
  }

  private Optional<ConnectionReader.Missing> missing(Observation observation) {
    return connections.read(observation.namespace(), observation.spec().database())
            instanceof ConnectionReader.Missing missing
        ? Optional.of(missing)
        : Optional.empty();
  }

  private static @Nullable AttemptStatus attempt(@Nullable DatabaseMigrationStatus status) {
    return status == null ? null : status.attempt();
  }

  // The client leaves them out of every object, as they are most of its size.
  private JsonNode managedFields(DatabaseMigration live) {
    String path =
        "/apis/%s/namespaces/%s/databasemigrations/%s"
            .formatted(
                live.getApiVersion(),
                live.getMetadata().getNamespace(),
                live.getMetadata().getName());
    return client
        .getKubernetesSerialization()
        .unmarshal(Objects.requireNonNullElse(client.raw(path), "{}"), JsonNode.class)
        .at("/metadata/managedFields");
  }

  private AttemptStatus attempt(
      Observation observation, Decision.StartAttempt decision, DatabaseMigration live) {
    int last = observation.attempt().map(AttemptStatus::number).orElse(0);
    // Where the status was lost, the Jobs of the former attempts say nothing of the next one.
    int number =
        Math.max(
            Math.max(
                    last,
                    KeptJob.lastAttempt(observation.jobs(), observation.name(), observation.uid()))
                + 1,
            decision.number());
    RecordedImage recorded = decision.recorded();
    Optional<ApprovedImage> approved = ApprovedImage.of(observation);
    Optional<PlanApproval> approval =
        approved.flatMap(plan -> Approver.of(live, plan.plan(), () -> managedFields(live)));
    String image =
        approval
            .flatMap(_ -> approved.flatMap(plan -> Optional.ofNullable(plan.image())))
            .orElse(observation.spec().image());
    String served = observation.attempt().map(AttemptStatus::retry).orElse(null);
    return AttemptStatusBuilder.builder()
        .number(number)
        .job(JobName.of(observation.name(), observation.uid(), number))
        .mode(decision.mode())
        .target(observation.spec().targetRevision())
        .image(recorded == null ? image : recorded.image())
        .call(recorded == null ? AttemptCall.of(observation.spec()) : recorded.call())
        .request(observation.request())
        .generation(observation.generation())
        .retry(observation.retry() == null ? served : observation.retry())
        .approve(observation.approve())
        .approval(approval.orElse(null))
        .override(ApprovalRequest.unspent(live).orElse(null))
        .runAsUser(decision.runAsUser())
        .over(decision.over())
        .downFrom(decision.downFrom())
        .startedAt(observation.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .failures(decision.failures())
        .build();
  }
}
