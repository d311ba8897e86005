package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of an invalid index that an earlier attempt left. */
public enum InvalidIndexPolicy {
  @JsonProperty("Forbid")
  FORBID,
  @JsonProperty("Drop")
  DROP
}
