package io.dbmigrations.operator.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.api.v1alpha1.AlembicSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.Durations;
import io.dbmigrations.api.v1alpha1.InvalidIndexPolicy;
import io.dbmigrations.api.v1alpha1.RollbackSpec;
import io.dbmigrations.api.v1alpha1.TimeoutsSpec;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the runner is asked to do; its contract is in migrations-image/runner/README.md. */
public record MigrationRequest(
    int version,
    String name,
    int attempt,
    String target,
    String config,
    String section,
    SortedMap<String, String> arguments,
    Timeouts timeouts,
    RollbackSpec rollback,
    InvalidIndexPolicy invalidIndexes) {

  /** Milliseconds; 0 means none. */
  public record Timeouts(long lock, long statement, long busy, long run) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The request for one attempt. */
  public static MigrationRequest of(String name, int attempt, DatabaseMigrationSpec spec) {
    AlembicSpec alembic = spec.alembic();
    TimeoutsSpec timeouts = spec.timeouts();
    return new MigrationRequest(
        1,
        name,
        attempt,
        spec.targetRevision(),
        alembic.config(),
        alembic.section(),
        new TreeMap<>(alembic.arguments()),
        new Timeouts(
            millis(timeouts.lock()),
            millis(timeouts.statement()),
            millis(timeouts.busy()),
            millis(timeouts.run())),
        spec.rollback(),
        spec.retry().invalidIndexes());
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
    AlembicSpec alembic = spec.alembic();
    Map<String, Object> parts = new TreeMap<>();
    parts.put("target", spec.targetRevision());
    parts.put("image", spec.image());
    parts.put("secret", spec.database().secretRef());
    parts.put("variable", spec.database().variable());
    parts.put("config", alembic.config());
    parts.put("section", alembic.section());
    parts.put("workingDirectory", String.valueOf(alembic.workingDirectory()));
    parts.put("python", alembic.python());
    parts.put("arguments", new TreeMap<>(alembic.arguments()));
    return Sha256.hex(write(parts), 12);
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
