package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * Where a migration is that takes its time, as its own session says.
 *
 * @param step from 1; null before the first one
 * @param waitingFor null where it does its own work
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProgressStatus(
    @JsonPropertyDescription("Which step of the plan runs, counted from 1.") @Nullable Integer step,
    @JsonPropertyDescription("How many there are.") @Nullable Integer of,
    @JsonPropertyDescription("The revision that is applied or taken back.")
        @Nullable String revision,
    @JsonPropertyDescription("Upgrade or Downgrade.") @Nullable String direction,
    @JsonPropertyDescription("When that step began.") @Nullable String since,
    @JsonPropertyDescription(
            """
            The session that holds what it waits for, a lock or the migration of somebody else: its \
            process in the server, application, user, and since when, as far as the server tells.\
            """)
        @Nullable String waitingFor) {}
