package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** A plan that somebody has approved. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanApproval(
    @JsonPropertyDescription("The digest of the plan.") String plan,
    @JsonPropertyDescription(
            "Where that stands, and what is known of who wrote it: the field manager, and when.")
        String by) {}
