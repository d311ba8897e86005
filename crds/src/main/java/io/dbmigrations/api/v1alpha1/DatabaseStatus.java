package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known about the database. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatabaseStatus(
    @JsonPropertyDescription("PostgreSQL's version.") @Nullable String serverVersion,
    @JsonPropertyDescription(
            "Alembic's version table, with its schema; absent where env.py migrates several.")
        @Nullable String versionTable,
    @JsonPropertyDescription(
            """
            The version tables, with their schemas, where env.py migrates several, such as one for \
            each tenant. The operator reads all of them, and no other.\
            """)
        @Nullable List<String> versionTables,
    @JsonPropertyDescription(
            """
            How many version tables env.py migrates, where they are too many to be named or lie in \
            several databases. Of these the operator reads none.\
            """)
        @Nullable Integer versionTableCount,
    @JsonPropertyDescription(
            """
            Beside several version tables: tables of the same names in other schemas, as last seen. \
            When one more comes, a Job that runs no migration finds out whether env.py migrates it.\
            """)
        @Nullable List<String> otherTables,
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
    return new DatabaseStatus(null, null, null, null, null, null, system, name);
  }

  /** Before anything is known. */
  public static final DatabaseStatus UNKNOWN =
      new DatabaseStatus(null, null, null, null, null, null, null, null);
}
