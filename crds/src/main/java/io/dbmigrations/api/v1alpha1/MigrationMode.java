package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an attempt may do to the database. */
public enum MigrationMode {
  /** Take it to the target. */
  @JsonProperty("Migrate")
  MIGRATE,
  /** Only find out whether it is there: nothing is run. */
  @JsonProperty("Check")
  CHECK,
  /** Only find out what would be run, and what that would delete: nothing is run. */
  @JsonProperty("Plan")
  PLAN
}
