package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach the target: the intent, written before its Job is created, and what became
 * of it.
 *
 * @param target the target that its Job is asked for, whatever the specification says by now
 * @param call null in the status of an earlier operator
 * @param generation the last generation that the attempt answers; an edit that asks for something
 *     else starts afresh, one that does not is acknowledged here
 * @param retry the value of the annotation {@code dbmigrations.io/retry} that it serves
 * @param approve the value of the annotation {@code dbmigrations.io/approve} that it serves
 * @param override null where it needs the approval that there is to be
 * @param over the UID of another resource of this name, whose later attempts in the database do not
 *     count, because this resource is the one that lives
 * @param downFrom the rows at which this resource left the database: only they, and what they build
 *     on, may be taken back; null where anything may, because the target itself was asked for
 * @param outcome null while it is under way
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttemptStatus(
    @JsonPropertyDescription(
            "Counts the attempts of this resource, from 1; 0 where the operator itself found the"
                + " database at the target, so that no Job was made.")
        int number,
    @Required @JsonPropertyDescription("Name of the Job; of attempt 0 there is none.") String job,
    @JsonPropertyDescription(
            "Migrate; Check when the Job only finds out whether the database is at the target; Plan"
                + " when it only finds out what would be run.")
        MigrationMode mode,
    @Required @JsonPropertyDescription("The target that the Job is asked for.") String target,
    @Required @JsonPropertyDescription("The image that the Job runs.") String image,
    @JsonPropertyDescription("How that image is called.") @Nullable AttemptCall call,
    @Required
        @JsonPropertyDescription("Hash of what was asked for: target, image, database and call.")
        String request,
    @JsonPropertyDescription(
            """
            The generation of the resource that the attempt answers: the one it was made for, or a \
            later one that asks for the same.\
            """)
        long generation,
    @JsonPropertyDescription("The value of the annotation dbmigrations.io/retry that it serves.")
        @Nullable String retry,
    @JsonPropertyDescription("The value of the annotation dbmigrations.io/approve that it serves.")
        @Nullable String approve,
    @JsonPropertyDescription("The approval that it has; absent where none was asked for.")
        @Nullable PlanApproval approval,
    @JsonPropertyDescription("Why it goes on without approval: spec.approval.override.")
        @Nullable String override,
    @JsonPropertyDescription("The user id that the container is given, where the image has none.")
        @Nullable Long runAsUser,
    @JsonPropertyDescription(
            "UID of a resource of the same name that migrated this database and is not this one.")
        @Nullable String over,
    @JsonPropertyDescription(
            """
            The rows at which this resource left the database: what was applied beyond them is not \
            taken back. Absent where the target was edited, or a retry asked for: then anything is.\
            """)
        @Nullable List<String> downFrom,
    @Required @JsonPropertyDescription("When the attempt was decided on.") String startedAt,
    @JsonPropertyDescription("How many transient failures in a row came before it.") int failures,
    @JsonPropertyDescription("How it ended; absent while it is under way.")
        @Nullable AttemptOutcome outcome) {

  /** Of what the operator saw by itself, before any Job. */
  public static final int WITHOUT_JOB = 0;

  // More are not told apart, and written by hand they can be any number.
  private static final int MOST_FAILURES = 1_000_000;

  public AttemptStatus {
    failures = Math.clamp(failures, 0, MOST_FAILURES);
    mode = mode == null ? MigrationMode.MIGRATE : mode;
    downFrom = downFrom == null ? null : List.copyOf(downFrom);
  }

  /** The same attempt, ended. */
  public AttemptStatus ended(AttemptOutcome end) {
    return AttemptStatusBuilder.builder(this).outcome(end).build();
  }

  /** The same attempt, which answers a later generation as well. */
  public AttemptStatus answering(long later) {
    return AttemptStatusBuilder.builder(this).generation(later).build();
  }

  /** Whether it runs the image that was recorded with an earlier migration. */
  public boolean hasRecordedImage() {
    return call != null && call.target() != null;
  }

  /**
   * Whether the operator found the database at the target by itself, and no Job noted that there.
   */
  public boolean neededNoJob() {
    return number == WITHOUT_JOB;
  }

  /** Whether the attempt has ended with that reason. */
  public boolean endedWith(Reason reason) {
    return outcome != null && reason.wireName().equals(outcome.reason());
  }
}
