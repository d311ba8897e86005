package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a resource is for. */
public enum DeclaredMode {
  /** The database is taken to the target. */
  @JsonProperty("Migrate")
  MIGRATE,
  /** It is only said what would be run for that. */
  @JsonProperty("Plan")
  PLAN
}
