package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.AttemptOutcome;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.PlanStatusBuilder;
import io.dbmigrations.api.v1alpha1.Times;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.job.ImageId;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.plan.PlanConfigMap;
import io.dbmigrations.operator.plan.PlanLog;
import io.dbmigrations.operator.plan.PlanText;
import io.dbmigrations.operator.plan.PlannedStep;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the whole of a plan that waits: its steps out of the log of the Job that has found it, and
 * their SQL in a ConfigMap. A plan waits whether it can be shown or not.
 */
public final class Plans {

  private static final Logger LOG = LoggerFactory.getLogger(Plans.class);

  private static final String AGAIN =
      "Set the annotation dbmigrations.io/retry to a new value: the plan is then made again, and shown";
  private static final String AGAIN_THEN =
      "a new value of the annotation dbmigrations.io/retry makes the plan again then, and shows it";

  private final KubernetesClient client;
  private final PlanLogs logs;

  public Plans(KubernetesClient client) {
    this.client = client;
    logs = new PlanLogs(client);
  }

  /** That plan with its steps and the name of the ConfigMap, or with the reason why they miss. */
  PlanStatus show(Observation observation, AttemptState.Ended ended, PlanStatus found) {
    PlanStatus plan =
        PlanStatusBuilder.builder(found)
            .image(ImageId.of(ended.imageId()).map(ImageId::reference).orElse(null))
            .build();
    PlanLog log = new PlanLog(plan.digest());
    String why = read(observation, plan, log, Times.read(ended.finishedAt()).orElse(null));
    return why == null
        ? listed(observation, plan, log, AttemptOutcome.told(ended.outcome().warnings()))
        : missing(plan, "The log of Job %s was to show them: %s".formatted(job(observation), why));
  }

  /**
   * Makes the SQL of a plan that waits again, where somebody has taken it away or changed it.
   *
   * @return that plan, if there is now something else to be said of it
   */
  Optional<PlanStatus> restore(Observation observation) {
    PlanStatus plan = observation.status().plan();
    if (plan == null || plan.sql() == null) {
      return Optional.empty();
    }
    try {
      List<ConfigMap> parts = waiting(observation);
      return PlanConfigMap.isWhole(parts, plan.digest())
          ? Optional.empty()
          : Optional.of(again(observation, plan)).filter(now -> !now.equals(plan));
    } catch (KubernetesClientException e) {
      // It is looked at again with the resource; until then nobody knows that anything is missing.
      LOG.info("ConfigMap {} could not be made again yet: {}", plan.sql(), e.getMessage());
      return Optional.empty();
    }
  }

  private PlanStatus again(Observation observation, PlanStatus plan) {
    PlanLog log = new PlanLog(plan.digest());
    String why = read(observation, plan, log, observation.now());
    PlanStatus bare = PlanStatusBuilder.builder(plan).sql(null).missing(null).build();
    return why == null
        ? listed(observation, bare, log, notes(observation))
        : missing(
            bare,
            "ConfigMap %s, which held the SQL, was deleted or changed, and it cannot be made again out of the log of Job %s: %s. %s"
                .formatted(plan.sql(), job(observation), why, AGAIN));
  }

  // Why its steps are not to be had from there, null where they are.
  private @Nullable String read(
      Observation observation, PlanStatus plan, PlanLog log, @Nullable Instant end) {
    String why = logs.read(observation.namespace(), job(observation), log, end, observation.now());
    int found = log.steps().size();
    return why == null && found < Math.min(plan.count(), PlanLog.MOST_STEPS)
        ? "it has %d of %d steps".formatted(found, plan.count())
        : why;
  }

  private static List<String> notes(Observation observation) {
    return observation
        .attempt()
        .map(AttemptStatus::outcome)
        .map(AttemptOutcome::warnings)
        .orElse(List.of());
  }

  private static String job(Observation observation) {
    return observation.attempt().map(AttemptStatus::job).orElseThrow();
  }

  /**
   * Takes away what was shown of a plan that waits no more. The SQL of one that has run stays,
   * until another one has.
   *
   * @param ran the digest of the plan that has run by now, null where none has
   */
  void close(Observation observation, @Nullable String ran) {
    List<ConfigMap> waiting = waiting(observation);
    for (int part = waiting.size(); part >= 1; part--) {
      ConfigMap found = waiting.get(part - 1);
      if (ran != null && ran.equals(PlanConfigMap.digest(found))) {
        String name = PlanConfigMap.kept(observation.name(), ran, part);
        ConfigMaps.create(
            client,
            PlanConfigMap.of(
                observation, name, ran, PlanConfigMap.sum(found), PlanConfigMap.text(found)));
      }
      delete(found);
    }
    if (ran != null) {
      observation.status().history().stream()
          .map(HistoryEntry::plan)
          .filter(Objects::nonNull)
          .filter(other -> !other.equals(ran))
          .distinct()
          .forEach(other -> forget(observation, other));
    }
  }

  private void forget(Observation observation, String digest) {
    parts(observation, part -> PlanConfigMap.kept(observation.name(), digest, part))
        .reversed()
        .forEach(this::delete);
  }

  private List<ConfigMap> waiting(Observation observation) {
    return parts(observation, part -> PlanConfigMap.waiting(observation.name(), part));
  }

  // Taken away from the last one on: whoever dies in between leaves those that are found again.
  private List<ConfigMap> parts(Observation observation, IntFunction<String> name) {
    return IntStream.rangeClosed(1, PlanText.MOST_PARTS)
        .mapToObj(part -> own(observation, name.apply(part)))
        .takeWhile(Objects::nonNull)
        .toList();
  }

  private PlanStatus listed(
      Observation observation, PlanStatus plan, PlanLog log, List<String> notes) {
    List<PlannedStep> steps = log.steps();
    PlanStatus listed =
        PlanStatusBuilder.builder(plan)
            .steps(steps.stream().limit(PlanStatus.MOST_STEPS).map(PlannedStep::step).toList())
            .build();
    List<String> parts = PlanText.parts(plan, steps, notes);
    Optional<String> hindrance = keep(observation, plan, parts);
    if (hindrance.isPresent()) {
      return missing(listed, hindrance.get());
    }
    PlanStatus kept =
        PlanStatusBuilder.builder(listed).sql(PlanConfigMap.waiting(observation.name(), 1)).build();
    return log.isCut() || parts.size() > PlanText.MOST_PARTS
        ? missing(kept, "The SQL is too long to be kept as a whole")
        : kept;
  }

  // Why it is not kept, where it is not.
  private Optional<String> keep(Observation observation, PlanStatus plan, List<String> parts) {
    String sum = PlanConfigMap.sum(parts.stream().limit(PlanText.MOST_PARTS));
    for (int part = 1; part <= PlanText.MOST_PARTS; part++) {
      String name = PlanConfigMap.waiting(observation.name(), part);
      ConfigMap live = find(observation, name).get();
      boolean isWanted = part <= parts.size();
      if (live != null && !PlanConfigMap.isOf(live, observation.uid())) {
        if (isWanted) {
          return Optional.of(
              "ConfigMap %s was to hold the SQL, and another one has that name: %s. It is left as it is. Let it be kept under another name, or give this resource one; %s"
                  .formatted(name, PlanConfigMap.described(live), AGAIN_THEN));
        }
        continue;
      }
      ConfigMap wanted =
          isWanted
              ? PlanConfigMap.of(observation, name, plan.digest(), sum, parts.get(part - 1))
              : null;
      if (live != null && (wanted == null || !PlanConfigMap.isSame(live, wanted))) {
        delete(live);
        live = null;
      }
      if (live == null && wanted != null) {
        Optional<Outcome> refusal = ConfigMaps.create(client, wanted);
        if (refusal.isPresent()) {
          return refusal.map(Outcome::message);
        }
      }
    }
    return Optional.empty();
  }

  private void delete(ConfigMap found) {
    client.resource(found).withGracePeriod(0).delete();
  }

  private @Nullable ConfigMap own(Observation observation, String name) {
    ConfigMap found = find(observation, name).get();
    return found != null && PlanConfigMap.isOf(found, observation.uid()) ? found : null;
  }

  private Resource<ConfigMap> find(Observation observation, String name) {
    return client.configMaps().inNamespace(observation.namespace()).withName(name);
  }

  private static PlanStatus missing(PlanStatus plan, String why) {
    return PlanStatusBuilder.builder(plan).missing(why).build();
  }
}
