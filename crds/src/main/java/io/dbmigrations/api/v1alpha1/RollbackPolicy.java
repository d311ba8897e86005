package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a migration may contain any step down. */
public enum RollbackPolicy {
  @JsonProperty("Allow")
  ALLOW,
  @JsonProperty("Forbid")
  FORBID
}
