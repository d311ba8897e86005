package io.dbmigrations.operator.runtime;

import io.dbmigrations.operator.client.LeaseGuard;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.net.HttpURLConnection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operator's part in the election of the leader. The SDK elects; it neither gives the Lease
 * back when the process ends, nor ends the process without a hook that waits for the election
 * itself.
 */
public final class Leadership {

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  // The others ask for the Lease every 1 to 2.2 s, so that one that was given back is taken within
  // 3 s. The leader renews it every second, with one read and one write of some 300 bytes.
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private static final int RELEASE_TRIES = 3;

  private final LeaseGuard guard;
  private final String namespace;
  private final String name;
  private final String identity;
  private volatile boolean ending;

  public Leadership(String namespace, String name, String identity) {
    this.guard = new LeaseGuard(namespace, name);
    this.namespace = namespace;
    this.name = name;
    this.identity = identity;
  }

  /** What stands between this operator and the API server. */
  public LeaseGuard guard() {
    return guard;
  }

  /** What the SDK is told. */
  public LeaderElectionConfiguration configuration() {
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(name)
        .withLeaseNamespace(namespace)
        .withIdentity(identity)
        .withLeaseDuration(LeaseGuard.LEASE)
        .withRenewDeadline(LeaseGuard.WORK)
        .withRetryPeriod(PERIOD)
        .withExitOnStopLeading(false)
        .withLeaderCallbacks(
            new LeaderCallbacks(
                () -> LOG.info("Leading, under the Lease {}", this),
                this::lost,
                leader -> LOG.info("The leader is {}", leader)))
        .build();
  }

  /** Says that the process ends, so that the end of the election is none of its own. */
  public void end() {
    ending = true;
  }

  /**
   * Gives the Lease back, where this operator holds it, so that the next leader need not wait for
   * it to run out. Nothing is written after that.
   */
  public void giveBack(KubernetesClient client) {
    guard.giveUp();
    for (int i = 0; i < RELEASE_TRIES; i++) {
      try {
        release(client);
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          LOG.warn(
              "The Lease {} was not given back; the next leader waits for it to run out: {}",
              this,
              e.getMessage());
          return;
        }
        LOG.debug("The Lease was renewed meanwhile", e);
      }
    }
  }

  @Nullable Lease read(KubernetesClient client) {
    return lease(client).get();
  }

  private Resource<Lease> lease(KubernetesClient client) {
    return client.resources(Lease.class).inNamespace(namespace).withName(name);
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }

  private void release(KubernetesClient client) {
    Lease lease = read(client);
    if (lease == null
        || lease.getSpec() == null
        || !identity.equals(lease.getSpec().getHolderIdentity())) {
      return;
    }
    // The client's own release leaves the holder out of its patch, which then stays.
    lease(client)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"metadata": {"resourceVersion": "%s"}, "spec": {"holderIdentity": null, "leaseDurationSeconds": 1}}
            """
                .formatted(lease.getMetadata().getResourceVersion()));
    LOG.info("The Lease {} is given back", this);
  }

  // At once and without the hooks: what is under way must not go on, and a hook would wait for the
  // election, which waits for this call. The guard has refused every write since.
  private void lost() {
    if (ending) {
      return;
    }
    LOG.error(
        "The Lease {} is lost: ending at once. The next start stands by for the new leader.", this);
    Runtime.getRuntime().halt(1);
  }
}
