package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who looks whether a database is still where it was left. */
public enum DriftReader {
  /** The operator itself, with the URL that the resource names. */
  @JsonProperty("Operator")
  OPERATOR,
  /** A Job that runs nothing, by the migration's own connection. */
  @JsonProperty("Job")
  JOB
}
