package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Which attempt of which incarnation of a resource. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AttemptIdentity(
    @JsonPropertyDescription("UID of the resource.") String uid,
    @JsonPropertyDescription("Number of the attempt.") int attempt) {}
