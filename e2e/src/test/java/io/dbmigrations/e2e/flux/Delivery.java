package io.dbmigrations.e2e.flux;

import io.dbmigrations.e2e.delivery.Recipe;
import io.dbmigrations.e2e.delivery.Release;
import io.dbmigrations.e2e.delivery.Rollout;
import io.dbmigrations.e2e.fixture.Answer;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a team delivers: the repository, the recipe's two Kustomizations, and what becomes of them
 * in the cluster.
 *
 * @param schema the Kustomization that has the DatabaseMigration
 * @param application the one that depends on it
 */
record Delivery(
    Scenario scenario,
    Database database,
    Migration migration,
    Source source,
    Kustomization schema,
    Kustomization application) {

  /** Everything that the team has. */
  String begin(Release release) {
    return begin(release, Map.of());
  }

  /** The same with other settings of the Kustomizations. */
  String begin(Release release, Map<String, Object> settings) {
    return begin(release, settings, Map.of());
  }

  /** The same where the controller has its own feature gates. */
  String beginAsInstalled(Release release, Map<String, Object> settings) {
    return begin(release, settings, Map.of("sharding.fluxcd.io/key", "as-installed"));
  }

  private String begin(Release release, Map<String, Object> others, Map<String, String> labels) {
    source.create();
    var commit = commit(release);
    var settings = new HashMap<>(others);
    settings.put("targetNamespace", scenario.namespace());
    settings.put("sourceRef", Map.of("kind", Source.KIND, "name", source.name()));
    settings.put("dependsOn", List.of(Map.of("name", schema.name())));
    var recipe = Recipe.resources("flux", Kustomization.API, Kustomization.KIND);
    schema.create(recipe.getFirst(), settings, labels);
    application.create(recipe.getLast(), settings, labels);
    return commit;
  }

  String commit(Release release) {
    var name = migration.name();
    var commit =
        source
            .repository()
            .commit(
                "Release " + release.number(),
                Map.of(
                    "deploy/database/migration.yaml", release.migration(name),
                    "deploy/application/application.yaml", release.application(name)));
    source.publish(commit);
    return commit;
  }

  /** {@code git revert} of that commit. */
  String revert(String commit) {
    var revert = source.repository().revert(commit);
    source.publish(revert);
    return revert;
  }

  /** Waits until everything is as that commit has it. */
  void awaitDone(String commit) {
    schema.await("the database of " + commit, state -> state.isDone(commit));
    application.await("the application of " + commit, state -> state.isDone(commit));
  }

  /** {@code kubectl annotate} of the DatabaseMigration. */
  Answer annotate(String annotation, String... options) {
    var arguments =
        new ArrayList<>(List.of("annotate", "dbm", migration.name(), "--overwrite", annotation));
    arguments.addAll(List.of(options));
    return scenario.kubectl().run(arguments.toArray(new String[0]));
  }

  /** The release of which the application is in the cluster; none before the first. */
  Optional<String> deployed() {
    return new Rollout(scenario.client(), scenario.namespace(), migration.name()).release();
  }
}
