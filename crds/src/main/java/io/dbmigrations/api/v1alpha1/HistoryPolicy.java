package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether the database keeps what is run in it. */
public enum HistoryPolicy {
  @JsonProperty("Enabled")
  ENABLED,
  @JsonProperty("Disabled")
  DISABLED
}
