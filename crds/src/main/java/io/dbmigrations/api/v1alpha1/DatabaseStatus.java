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
        @Nullable String alembicVersion) {

  /** Before anything is known. */
  public static final DatabaseStatus UNKNOWN = new DatabaseStatus(null, null, null);
}
