package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a rollback may contain steps that take nothing back. */
public enum IrreversiblePolicy {
  @JsonProperty("Forbid")
  FORBID,
  @JsonProperty("Allow")
  ALLOW
}
