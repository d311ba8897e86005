package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** Which attempt of which incarnation of a resource. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AttemptIdentity(
    @Required @JsonPropertyDescription("UID of the resource.") String uid,
    @JsonPropertyDescription("Number of the attempt.") int attempt) {}
