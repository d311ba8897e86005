package io.dbmigrations.operator.config;

import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.operator.template.PodTemplate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the operator is told by its environment, checked as a whole at the start.
 *
 * @param watchNamespaces the namespaces to watch; empty means all
 * @param observerEnabled whether the operator may read the database itself, for which it needs the
 *     right to get Secrets; without it the runner's word is the only reading
 * @param resyncInterval how often a settled resource's version table is read again
 * @param secretInterval for how long what a Secret or ConfigMap said of a database is kept
 * @param maxJobs how many migrations may run at a time; 0 for no limit
 * @param maxJobsPerNamespace how many of one namespace; 0 for no limit
 * @param podTemplate what all Pods of migrations are to be besides; null where nothing is said
 * @param metricsResources how many resources have metrics of their own
 * @param runnerDirectory where the runner's files are, which are mounted into every migration
 */
public record OperatorConfig(
    Set<String> watchNamespaces,
    boolean observerEnabled,
    boolean leaderElection,
    String namespace,
    String podName,
    Duration resyncInterval,
    Duration secretInterval,
    int maxJobs,
    int maxJobsPerNamespace,
    @Nullable PodTemplate podTemplate,
    int metricsResources,
    Path runnerDirectory,
    int port) {

  /**
   * Reads the environment.
   *
   * @throws IllegalArgumentException naming every variable that is wrong, all at once
   */
  public static OperatorConfig from(Map<String, String> environment) {
    Reader reader = new Reader(environment);
    OperatorConfig config =
        new OperatorConfig(
            reader.names("DBMIGRATION_WATCH_NAMESPACES"),
            reader.flag("DBMIGRATION_OBSERVER_ENABLED", true),
            reader.flag("DBMIGRATION_LEADER_ELECTION", false),
            reader.text("DBMIGRATION_NAMESPACE", "dbmigration-system"),
            reader.text("DBMIGRATION_POD_NAME", "dbmigration-operator"),
            reader.duration("DBMIGRATION_RESYNC_INTERVAL", "5m"),
            reader.duration("DBMIGRATION_SECRET_INTERVAL", "2h"),
            reader.number("DBMIGRATION_MAX_JOBS", 20),
            reader.number("DBMIGRATION_MAX_JOBS_PER_NAMESPACE", 0),
            reader.podTemplate("DBMIGRATION_POD_TEMPLATE"),
            reader.number("DBMIGRATION_METRICS_RESOURCES", 10_000),
            Path.of(reader.text("DBMIGRATION_RUNNER_DIRECTORY", "/app/runner")),
            reader.number("DBMIGRATION_PORT", 8080));
    if (!reader.errors.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reader.errors));
    }
    return config;
  }

  private static final class Reader {
    private final Map<String, String> environment;
    private final List<String> errors = new ArrayList<>();

    Reader(Map<String, String> environment) {
      this.environment = environment;
    }

    String text(String name, String defaultValue) {
      String value = environment.getOrDefault(name, "").strip();
      return value.isEmpty() ? defaultValue : value;
    }

    Set<String> names(String name) {
      Set<String> names = new TreeSet<>(List.of(text(name, "").split("[,\\s]+", -1)));
      names.remove("");
      return Set.copyOf(names);
    }

    boolean flag(String name, boolean defaultValue) {
      String value = text(name, String.valueOf(defaultValue));
      if (!value.equals("true") && !value.equals("false")) {
        errors.add("%s is \"%s\": write true or false".formatted(name, value));
      }
      return value.equals("true");
    }

    Duration duration(String name, String defaultValue) {
      try {
        return Durations.parse(text(name, defaultValue));
      } catch (IllegalArgumentException e) {
        errors.add("%s: %s".formatted(name, e.getMessage()));
        return Duration.ZERO;
      }
    }

    @Nullable PodTemplate podTemplate(String name) {
      String value = text(name, "{}");
      try {
        PodTemplate template = PodTemplate.parse("migrations.podTemplate of the chart", value);
        return template.content().isEmpty() ? null : template;
      } catch (IllegalArgumentException e) {
        errors.add("%s: %s".formatted(name, e.getMessage()));
        return null;
      }
    }

    int number(String name, int defaultValue) {
      String value = text(name, String.valueOf(defaultValue));
      if (!value.matches("[0-9]{1,5}")) {
        errors.add("%s is \"%s\": write a number of at most five digits".formatted(name, value));
        return defaultValue;
      }
      return Integer.parseInt(value);
    }
  }
}
