package io.dbmigrations.operator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.api.v1alpha1.AlembicSpec;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.api.v1alpha1.HistoryPolicy;
import io.dbmigrations.api.v1alpha1.InvalidIndexPolicy;
import io.dbmigrations.api.v1alpha1.MigrationMode;
import io.dbmigrations.api.v1alpha1.RollbackSpec;
import io.dbmigrations.api.v1alpha1.TimeoutsSpec;
import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the runner is asked to do; its contract is in migrations-image/runner/contract.json.
 *
 * @param resource which incarnation of the resource asks, for the fence in the database
 * @param downFrom the rows at which the resource left the database, of which alone something may be
 *     taken back; null for anything, an empty list is base
 * @param claimants the UIDs of other resources that live, are older, and may declare something for
 *     the same database
 * @param declarations what some of these declare that no Job of theirs has noted in the database
 * @param versionTable the one that env.py has to use; null for any
 * @param image the one that is run, for the history in the database alone
 * @param setup {@link #setup}, to be noted with the version table; null where what runs is not what
 *     the specification asks for
 */
@RecordBuilder
public record MigrationRequest(
    int version,
    MigrationMode mode,
    String name,
    Incarnation resource,
    int attempt,
    String target,
    String config,
    String section,
    SortedMap<String, String> arguments,
    NamedDatabase database,
    List<String> urlOptions,
    @Nullable String flaskApp,
    @Nullable String versionTable,
    Timeouts timeouts,
    RollbackSpec rollback,
    ApprovalRequest approval,
    @Nullable List<String> downFrom,
    InvalidIndexPolicy invalidIndexes,
    List<String> claimants,
    List<Declaration> declarations,
    HistoryPolicy history,
    String image,
    @Nullable String setup) {

  /** Milliseconds; 0 means none. */
  public record Timeouts(long lock, long statement, long busy, long run) {}

  /** The variable that has the URL, and whether a database is migrated that may be another one. */
  public record NamedDatabase(
      String variable,
      @Nullable ConnectionVariables connection,
      @Nullable CertificateFiles certificates,
      UnverifiedPolicy unverified) {}

  /**
   * One life of a resource, from its creation to its deletion. Of two under one name the later
   * created one is the newer.
   *
   * @param version the resource version when the attempt was made, which tells two apart that were
   *     created within one second
   * @param over the UID of one that does not count as newer, null for none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Incarnation(String uid, String created, String version, @Nullable String over) {}

  /**
   * What a resource declares whose database was at its target before any Job of its own.
   *
   * @param name with its namespace before a slash
   * @param table the version table, with its schema
   * @param target the revisions that are applied
   * @param database the name of the database that this was read in
   * @param system PostgreSQL's identifier of its server, null where it may not be read
   */
  public record Declaration(
      String uid,
      String name,
      String created,
      String table,
      List<String> target,
      String database,
      @Nullable String system) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The request for one attempt. */
  public static MigrationRequest of(
      DatabaseMigration resource, AttemptStatus attempt, List<String> claimants) {
    ObjectMeta metadata = resource.getMetadata();
    DatabaseMigrationSpec spec = resource.getSpec();
    TimeoutsSpec timeouts = spec.timeouts();
    return MigrationRequestBuilder.builder()
        .version(1)
        .mode(attempt.mode())
        .name(metadata.getNamespace() + "/" + metadata.getName())
        .resource(
            new Incarnation(
                metadata.getUid(),
                metadata.getCreationTimestamp(),
                metadata.getResourceVersion(),
                attempt.over()))
        .attempt(attempt.number())
        .target(spec.targetRevision())
        .config(spec.alembic().config())
        .section(spec.alembic().section())
        .arguments(new TreeMap<>(spec.alembic().arguments()))
        .database(
            new NamedDatabase(
                spec.database().variable(),
                ConnectionVariables.of(spec.database()),
                CertificateFiles.of(spec.database()),
                spec.database().unverified()))
        .urlOptions(spec.alembic().urlOptions())
        .flaskApp(spec.alembic().flaskApp())
        .versionTable(spec.alembic().versionTable())
        .timeouts(
            new Timeouts(
                millis(timeouts.lock()),
                millis(timeouts.statement()),
                millis(timeouts.busy()),
                millis(timeouts.run())))
        .rollback(spec.rollback())
        .approval(ApprovalRequest.of(resource, attempt))
        .downFrom(attempt.downFrom())
        .invalidIndexes(spec.invalidIndexes())
        .claimants(claimants)
        .declarations(List.of())
        .history(spec.history())
        .image(attempt.image())
        .setup(spec.image().equals(attempt.image()) ? setup(spec) : null)
        .build();
  }

  /** The same with what others declare. */
  public MigrationRequest with(List<Declaration> others) {
    return MigrationRequestBuilder.builder(this).declarations(others).build();
  }

  /** The request as the runner reads it. */
  public String json() {
    return write(this);
  }

  /**
   * Identifies what is asked for: two specifications with the same hash ask the same of the same
   * database with the same scripts, whatever their timeouts and policies.
   */
  public static String hash(DatabaseMigrationSpec spec) {
    Map<String, Object> parts = setting(spec);
    parts.put("target", spec.targetRevision());
    return Sha256.hex(write(parts), 12);
  }

  /** The same but for the target: with the same setup the same version table is used. */
  public static String setup(DatabaseMigrationSpec spec) {
    return Sha256.hex(write(setting(spec)), 12);
  }

  private static Map<String, Object> setting(DatabaseMigrationSpec spec) {
    AlembicSpec alembic = spec.alembic();
    Map<String, Object> parts = new TreeMap<>();
    parts.put("image", spec.image());
    if (spec.database().secretRef() != null) {
      parts.put("secret", spec.database().secretRef());
    }
    if (spec.database().connection() != null) {
      parts.put("connection", spec.database().connection());
    }
    if (spec.database().certificates() != null) {
      parts.put("certificates", spec.database().certificates());
    }
    parts.put("variable", spec.database().variable());
    parts.put("config", alembic.config());
    parts.put("section", alembic.section());
    parts.put("workingDirectory", String.valueOf(alembic.workingDirectory()));
    parts.put("python", alembic.python());
    parts.put("arguments", new TreeMap<>(alembic.arguments()));
    // Only then: what was asked for before there were these fields is still the same.
    if (!alembic.urlOptions().equals(AlembicSpec.DEFAULT_URL_OPTIONS)) {
      parts.put("urlOptions", alembic.urlOptions());
    }
    if (alembic.flaskApp() != null) {
      parts.put("flaskApp", alembic.flaskApp());
    }
    if (alembic.command() != null) {
      parts.put("command", alembic.command());
    }
    List<JsonNode> environment = environment(spec.podTemplate());
    if (!environment.isEmpty()) {
      parts.put("environment", environment);
    }
    return parts;
  }

  // What env.py may build its URL of. Everything else of a Pod changes nothing of what is asked
  // for.
  private static List<JsonNode> environment(@Nullable Map<String, Object> podTemplate) {
    JsonNode template = JSON.valueToTree(podTemplate == null ? Map.of() : podTemplate);
    List<JsonNode> parts = new ArrayList<>();
    for (JsonNode container : template.path("spec").path("containers")) {
      if (MigrationJob.CONTAINER.equals(container.path("name").asText())) {
        parts.add(container.path("env"));
        parts.add(container.path("envFrom"));
      }
    }
    parts.removeIf(JsonNode::isEmpty);
    return parts;
  }

  /** How long the runner is asked to let its migration run; empty where there is no limit. */
  static Optional<Duration> runLimit(String json) {
    try {
      return Optional.of(JSON.readTree(json).path("timeouts").path("run").asLong())
          .filter(millis -> millis > 0)
          .map(Duration::ofMillis);
    } catch (JsonProcessingException e) {
      // Somebody has changed the Job: the runner will say so, which asks for no limit either.
      return Optional.empty();
    }
  }

  /** The variable in which the runner is told to find the URL; empty where nobody can tell. */
  static Optional<String> urlVariable(String json) {
    try {
      return Optional.ofNullable(JSON.readTree(json).path("database").path("variable").textValue());
    } catch (JsonProcessingException e) {
      // Somebody has changed the Pod: the runner will say so.
      return Optional.empty();
    }
  }

  private static long millis(@Nullable String duration) {
    return duration == null ? 0 : Durations.parse(duration).toMillis();
  }

  private static String write(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Strings and numbers can always be written as JSON", e);
    }
  }
}
