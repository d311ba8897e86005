package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/**
 * One revision that a plan would apply or take back.
 *
 * @param deletes of what no step before it has told
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanStep(
    @JsonPropertyDescription("Its id.") String revision,
    @JsonPropertyDescription("Upgrade or Downgrade.") String direction,
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonPropertyDescription("The first line of the script's docstring.")
        String description,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        @JsonPropertyDescription("Whether its downgrade takes nothing back; only told when true.")
        boolean irreversible,
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonPropertyDescription("What it would delete that is there, and what cannot be told.")
        List<String> deletes) {

  public PlanStep {
    description = description == null ? "" : description;
    deletes = deletes == null ? List.of() : List.copyOf(deletes);
  }
}
