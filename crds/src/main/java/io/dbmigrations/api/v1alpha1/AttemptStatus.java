package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach the target: the intent, written before its Job is created, and what became
 * of it.
 *
 * @param generation the generation that the attempt serves; an edit starts afresh
 * @param retry the value of the annotation {@code dbmigrations.io/retry} that it serves
 * @param outcome null while it is under way
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttemptStatus(
    @JsonPropertyDescription("Counts the attempts of this resource, from 1.") int number,
    @JsonPropertyDescription("Name of the Job.") String job,
    @JsonPropertyDescription("The image that the Job runs.") String image,
    @JsonPropertyDescription("Hash of what was asked for: target, image, database and call.")
        String request,
    @JsonPropertyDescription("The generation of the resource that the attempt serves.")
        long generation,
    @JsonPropertyDescription("The value of the annotation dbmigrations.io/retry that it serves.")
        @Nullable String retry,
    @JsonPropertyDescription("The user id that the container is given, where the image has none.")
        @Nullable Long runAsUser,
    @JsonPropertyDescription("When the attempt was decided on.") String startedAt,
    @JsonPropertyDescription("How many transient failures in a row came before it.") int failures,
    @JsonPropertyDescription("How it ended; absent while it is under way.")
        @Nullable AttemptOutcome outcome) {

  /** The same attempt, ended. */
  public AttemptStatus ended(AttemptOutcome end) {
    return new AttemptStatus(
        number, job, image, request, generation, retry, runAsUser, startedAt, failures, end);
  }

  /** Whether the attempt has ended with that reason. */
  public boolean endedWith(Reason reason) {
    return outcome != null && outcome.reason().equals(reason.wireName());
  }
}
