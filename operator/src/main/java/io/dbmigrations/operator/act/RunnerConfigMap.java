package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.job.Outcome;
import io.dbmigrations.operator.job.RunnerFiles;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The ConfigMap with the runner: one in a namespace for each version of it. It belongs to the
 * resource for which it was made, and goes with that; another one that needs it makes it again.
 */
public final class RunnerConfigMap {

  private final KubernetesClient client;
  private final RunnerFiles runner;

  public RunnerConfigMap(KubernetesClient client, RunnerFiles runner) {
    this.client = client;
    this.runner = runner;
  }

  /** The files in it. */
  RunnerFiles files() {
    return runner;
  }

  /**
   * Makes sure that it is there.
   *
   * @return why not, if the cluster refused, or one of that name is not ours
   */
  Optional<Outcome> ensure(DatabaseMigration resource) {
    ConfigMap wanted = MigrationJob.runner(resource, runner);
    ConfigMap live = configMap(wanted).get();
    if (live != null && live.getMetadata().getDeletionTimestamp() == null) {
      return wanted.getData().equals(live.getData())
          ? Optional.empty()
          : Optional.of(Refusal.conflictOfRunner(wanted));
    }
    return ConfigMaps.create(client, wanted);
  }

  /**
   * Deletes those of earlier versions that these Jobs had mounted, which are gone now, and that no
   * Job of any resource of the namespace mounts any more.
   */
  void deleteUnused(String namespace, List<KeptJob> gone) {
    List<String> earlier =
        gone.stream()
            .flatMap(job -> Optional.ofNullable(job.runner()).stream())
            .distinct()
            .filter(name -> !name.equals(MigrationJob.runnerName(runner)))
            .toList();
    if (!earlier.isEmpty()) {
      Set<String> used = mounted(namespace, gone);
      earlier.stream()
          .filter(name -> !used.contains(name))
          .forEach(name -> deleteIfOurs(namespace, name));
    }
  }

  // Not from a cache, which may not know a Job of another resource yet.
  private Set<String> mounted(String namespace, List<KeptJob> gone) {
    Set<String> uids = gone.stream().map(KeptJob::uid).collect(Collectors.toSet());
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabel(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
        .list()
        .getItems()
        .stream()
        .filter(job -> !uids.contains(job.getMetadata().getUid()))
        .flatMap(job -> MigrationJob.runnerOf(job).stream())
        .collect(Collectors.toSet());
  }

  private void deleteIfOurs(String namespace, String name) {
    Resource<ConfigMap> found = client.configMaps().inNamespace(namespace).withName(name);
    ConfigMap live = found.get();
    Map<String, String> labels = live == null ? null : live.getMetadata().getLabels();
    if (labels != null && Names.MANAGED_BY.equals(labels.get(Names.MANAGED_BY_LABEL))) {
      found.delete();
    }
  }

  private Resource<ConfigMap> configMap(ConfigMap wanted) {
    return client
        .configMaps()
        .inNamespace(wanted.getMetadata().getNamespace())
        .withName(wanted.getMetadata().getName());
  }
}
