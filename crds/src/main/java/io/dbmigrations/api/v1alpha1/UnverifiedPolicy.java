package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a database of which nobody can tell whether it is the resource's. */
public enum UnverifiedPolicy {
  @JsonProperty("Forbid")
  FORBID,
  @JsonProperty("Allow")
  ALLOW
}
