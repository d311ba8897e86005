package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** What is known about the database. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatabaseStatus(
    @JsonPropertyDescription("PostgreSQL's version.") @Nullable String serverVersion,
    @JsonPropertyDescription("Alembic's version table, with its schema.")
        @Nullable String versionTable,
    @JsonPropertyDescription("The version of Alembic in the image.")
        @Nullable String alembicVersion,
    @JsonPropertyDescription("PostgreSQL's identifier of the server, where it may be read.")
        @Nullable String system,
    @JsonPropertyDescription("The name of the database on that server.") @Nullable String name) {

  /** Whether both are known to be databases of different names or servers. */
  public boolean isElsewhereThan(DatabaseStatus other) {
    return differs(name, other.name) || differs(system, other.system);
  }

  private static boolean differs(@Nullable String one, @Nullable String other) {
    return one != null && other != null && !one.equals(other);
  }

  /** Which one it is, where nothing else is known of it. */
  public static DatabaseStatus of(@Nullable String system, @Nullable String name) {
    return new DatabaseStatus(null, null, null, system, name);
  }

  /** Before anything is known. */
  public static final DatabaseStatus UNKNOWN = new DatabaseStatus(null, null, null, null, null);
}
