package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which migrations of one direction wait until somebody has approved them. */
public enum ApprovalPolicy {
  /** Those that would delete something that is there, or of which nobody can tell. */
  @JsonProperty("WhenLossy")
  WHEN_LOSSY,
  @JsonProperty("Always")
  ALWAYS,
  @JsonProperty("Never")
  NEVER
}
