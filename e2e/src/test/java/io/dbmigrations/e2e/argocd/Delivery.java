package io.dbmigrations.e2e.argocd;

import io.dbmigrations.e2e.delivery.Release;
import io.dbmigrations.e2e.delivery.Repository;
import io.dbmigrations.e2e.delivery.Rollout;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a team delivers: the repository, the Application that Argo CD syncs from it, and what
 * becomes of both in the cluster.
 */
record Delivery(
    Scenario scenario,
    Database database,
    Migration migration,
    Repository repository,
    Application application) {
  private static final Duration PATIENCE = Duration.ofSeconds(100);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Everything that the team has; Argo CD syncs each commit by itself. */
  String begin(Release release) {
    return begin(release, true);
  }

  /** The same where a person asks for each sync. */
  String beginByHand(Release release) {
    return begin(release, false);
  }

  private String begin(Release release, boolean automated) {
    var commit = repository.commit("Release " + release.number(), files(release));
    application.create(repository, scenario.namespace(), automated);
    return commit;
  }

  /** Commits it, and lets Argo CD hear of it. */
  String commit(Release release) {
    var commit = repository.commit("Release " + release.number(), files(release));
    application.refresh();
    return commit;
  }

  /** {@code git revert} of that commit, and lets Argo CD hear of it. */
  String revert(String commit) {
    var revert = repository.revert(commit);
    application.refresh();
    return revert;
  }

  /** Waits until everything is as that commit has it. */
  void awaitDone(String commit) {
    awaitState("commit " + commit, state -> state.isDone(commit));
  }

  Application.State awaitState(String what, Predicate<Application.State> wanted) {
    var last = new Application.State[1];
    try {
      Awaitility.await(what)
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(PAUSE)
          .until(() -> {
            last[0] = application.state();
            return wanted.test(last[0]);
          });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "No %s after %s: %s%n%s".formatted(what, PATIENCE, last[0], migration.description()), e);
    }
    return last[0];
  }

  /** Waits until Argo CD says that of the migration. */
  String awaitHealth(String beginning) {
    return Awaitility.await("health " + beginning)
        .atMost(PATIENCE)
        .pollInterval(PAUSE)
        .until(
            () -> application.health("DatabaseMigration"), health -> health.startsWith(beginning));
  }

  /** The actions of the migration. */
  Actions actions() {
    return new Actions(scenario.client(), scenario.namespace(), migration.name());
  }

  /** The release of which the application is in the cluster; none before the first. */
  Optional<String> deployed() {
    return rollout().release();
  }

  @Nullable Deployment deployment() {
    return rollout().deployment();
  }

  private Rollout rollout() {
    return new Rollout(scenario.client(), scenario.namespace(), migration.name());
  }

  private Map<String, String> files(Release release) {
    return Map.of(
        "migration.yaml", release.migration(migration.name()),
        "application.yaml", release.application(migration.name()));
  }
}
