package io.dbmigrations.operator.runtime;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be there before the operator can watch: an API server that answers, the definition,
 * and the right to list. It is waited for, as all of it may come later than the operator.
 */
public final class Preconditions {

  private static final Logger LOG = LoggerFactory.getLogger(Preconditions.class);

  private static final List<Class<? extends HasMetadata>> WATCHED =
      List.of(DatabaseMigration.class, Job.class, Pod.class);

  private static final ListOptions ONE = new ListOptionsBuilder().withLimit(1L).build();

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Set<String> namespaces;
  private final @Nullable Leadership leadership;

  /**
   * The preconditions of one operator.
   *
   * @param namespaces the namespaces to watch; empty means all
   * @param leadership with leader election, which needs its Lease
   */
  public Preconditions(
      KubernetesClient client, Set<String> namespaces, @Nullable Leadership leadership) {
    this.client = client;
    this.namespaces = namespaces;
    this.leadership = leadership;
  }

  /** Returns once everything is there, and says meanwhile what is not. */
  public void await(Health health) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    String said = "";
    for (Optional<String> missing = missing(); missing.isPresent(); missing = missing()) {
      String what = missing.get();
      health.waitFor(what);
      if (!what.equals(said)) {
        LOG.error("Waiting: {}", what);
        said = what;
      }
      Thread.sleep(pause);
      pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
    }
    health.waitFor("the operator is reading what it watches");
  }

  /** The first thing that is missing, and what to do about it. */
  Optional<String> missing() {
    for (Class<? extends HasMetadata> type : WATCHED) {
      for (String namespace : namespaces.isEmpty() ? Set.of("") : namespaces) {
        try {
          list(type, namespace);
        } catch (KubernetesClientException e) {
          return Optional.of(explain(e, type, namespace));
        }
      }
    }
    return leadership == null ? Optional.empty() : missing(leadership);
  }

  private Optional<String> missing(Leadership wanted) {
    try {
      wanted.read(client);
      return Optional.empty();
    } catch (KubernetesClientException e) {
      return Optional.of(
          e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
              ? "the Lease %s cannot be read (%s): give the operator's ServiceAccount the chart's Role for leader election (helm upgrade)"
                  .formatted(wanted, e.getMessage())
              : explain(e, "a read of the Lease " + wanted));
    }
  }

  private void list(Class<? extends HasMetadata> type, String namespace) {
    var resources = client.resources(type);
    if (namespace.isEmpty()) {
      resources.inAnyNamespace().list(ONE);
    } else {
      resources.inNamespace(namespace).list(ONE);
    }
  }

  private String explain(
      KubernetesClientException e, Class<? extends HasMetadata> type, String namespace) {
    String name = HasMetadata.getFullResourceName(type);
    String where = namespace.isEmpty() ? "in all namespaces" : "in namespace " + namespace;
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_NOT_FOUND ->
          "the cluster has no definition of %s: install the CustomResourceDefinition, which the chart does with crds.enabled=true"
              .formatted(name);
      case HttpURLConnection.HTTP_FORBIDDEN ->
          "the operator may not list %s %s: give its ServiceAccount the chart's ClusterRole or, with watch.namespaces, its Role in that namespace (helm upgrade)"
              .formatted(name, where);
      default -> explain(e, "a list of %s %s".formatted(name, where));
    };
  }

  /** Whatever was asked for. */
  private String explain(KubernetesClientException e, String question) {
    // Where there was no answer there is no status, which the client gives as -1 or 0.
    return switch (Math.max(0, e.getCode())) {
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          "the API server does not accept the operator's token: see that the Pod has the token of its ServiceAccount (automountServiceAccountToken)";
      case 0 -> NoAnswer.words(client.getMasterUrl().toString(), question, e);
      default -> "the API server answers %d to %s: see its log".formatted(e.getCode(), question);
    };
  }
}
