package io.dbmigrations.operator.act;

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
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shows the whole of a plan that waits: its steps out of the log of the Job that has found it, and
 * their SQL in a ConfigMap. A plan waits whether it can be shown or not.
 */
public final class Plans {

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
    String job = observation.attempt().map(AttemptStatus::job).orElseThrow();
    String why =
        logs.read(
            observation.namespace(),
            job,
            log,
            Times.read(ended.finishedAt()).orElse(null),
            observation.now());
    List<PlannedStep> steps = log.steps();
    if (why == null && steps.size() < Math.min(plan.count(), PlanLog.MOST_STEPS)) {
      why = "it has %d of %d steps".formatted(steps.size(), plan.count());
    }
    return why == null
        ? listed(observation, plan, steps, log.isCut())
        : missing(plan, "The log of Job %s was to show them: %s".formatted(job, why));
  }

  /**
   * Takes away what was shown of a plan that waits no more. The SQL of one that has run stays,
   * until another one has.
   *
   * @param ran the digest of the plan that has run by now, null where none has
   */
  void close(Observation observation, @Nullable String ran) {
    List<ConfigMap> waiting =
        parts(observation, part -> PlanConfigMap.waiting(observation.name(), part));
    for (int part = waiting.size(); part >= 1; part--) {
      ConfigMap found = waiting.get(part - 1);
      if (ran != null && ran.equals(PlanConfigMap.digest(found))) {
        String name = PlanConfigMap.kept(observation.name(), ran, part);
        ConfigMaps.create(
            client, PlanConfigMap.of(observation, name, ran, PlanConfigMap.text(found)));
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

  // Taken away from the last one on: whoever dies in between leaves those that are found again.
  private List<ConfigMap> parts(Observation observation, IntFunction<String> name) {
    return IntStream.rangeClosed(1, PlanText.MOST_PARTS)
        .mapToObj(part -> own(observation, name.apply(part)))
        .takeWhile(Objects::nonNull)
        .toList();
  }

  private PlanStatus listed(
      Observation observation, PlanStatus plan, List<PlannedStep> steps, boolean isCut) {
    PlanStatus listed =
        PlanStatusBuilder.builder(plan)
            .steps(steps.stream().limit(PlanStatus.MOST_STEPS).map(PlannedStep::step).toList())
            .build();
    List<String> parts = PlanText.parts(plan, steps);
    Optional<String> hindrance = keep(observation, plan, parts);
    if (hindrance.isPresent()) {
      return missing(listed, hindrance.get());
    }
    PlanStatus kept =
        PlanStatusBuilder.builder(listed).sql(PlanConfigMap.waiting(observation.name(), 1)).build();
    return isCut || parts.size() > PlanText.MOST_PARTS
        ? missing(kept, "The SQL is too long to be kept as a whole")
        : kept;
  }

  // Why it is not kept, where it is not.
  private Optional<String> keep(Observation observation, PlanStatus plan, List<String> parts) {
    for (int part = 1; part <= PlanText.MOST_PARTS; part++) {
      String name = PlanConfigMap.waiting(observation.name(), part);
      ConfigMap live = find(observation, name).get();
      boolean isWanted = part <= parts.size();
      if (live != null && !PlanConfigMap.isOf(live, observation.uid())) {
        if (isWanted) {
          return Optional.of(
              "ConfigMap %s, which was to hold the SQL, is not this resource's".formatted(name));
        }
        continue;
      }
      ConfigMap wanted =
          isWanted ? PlanConfigMap.of(observation, name, plan.digest(), parts.get(part - 1)) : null;
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
