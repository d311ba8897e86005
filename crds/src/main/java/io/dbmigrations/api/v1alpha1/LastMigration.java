package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A migration that changed the schema and reached its target. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LastMigration(
    @JsonPropertyDescription(
            "The revisions before it, or base; absent where they could not be told.")
        @Nullable String from,
    @JsonPropertyDescription(
            "The revisions after it, or base; absent where they could not be told.")
        @Nullable String to,
    @JsonPropertyDescription("Upgrade, Downgrade, or Mixed when it did both.") String direction,
    @JsonPropertyDescription("How many revisions it applied or took back.") int steps,
    @JsonPropertyDescription("The image as the resource named it.") String image,
    @JsonPropertyDescription("The digest of the image as the kubelet reports it.")
        @Nullable String imageID,
    @JsonPropertyDescription("The Job that ran it.") String job,
    @JsonPropertyDescription("When its container started.") @Nullable String startedAt,
    @JsonPropertyDescription("When its container ended.") @Nullable String completedAt) {}
