package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the operator says of a resource. It can be lost and is then found out anew. */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatabaseMigrationStatus(
    @JsonPropertyDescription(
            "The generation of the resource that this status speaks of; -1 before the first look.")
        @Nullable Long observedGeneration,
    @Size(max = 8)
        @JsonPropertyDescription(
            """
            Ready is always there. Reconciling and Stalled are there only while True, never both: \
            Reconciling when the operator is at it, Stalled when only an edit or a change outside helps. \
            DatabaseObserved says whether the operator could read the database itself, or why not.\
            """)
        List<Condition> conditions,
    @JsonPropertyDescription(
            """
            Since when the resource is not Ready, however often it was tried meanwhile; absent while it \
            is.\
            """)
        @Nullable String notReadySince,
    @JsonPropertyDescription(
            """
            The rows of the version table as last read, sorted and joined by commas; base when there \
            are none.\
            """)
        @Nullable String currentRevision,
    @JsonPropertyDescription(
            "The same as a list; empty when the version table has no rows or does not exist.")
        @Nullable List<String> currentRevisions,
    @JsonPropertyDescription(
            """
            What spec.targetRevision was resolved to by the last attempt that could: absolute \
            revision ids, sorted; empty for base.\
            """)
        @Nullable List<String> targetRevisions,
    @JsonPropertyDescription(
            """
            What would be run, where that waits for approval or only a plan was asked for; absent \
            otherwise.\
            """)
        @Nullable PlanStatus plan,
    @JsonPropertyDescription("The attempt that runs or was the last; written before its Job.")
        @Nullable AttemptStatus attempt,
    @JsonPropertyDescription(
            "Where the attempt is that runs, if it takes more than some seconds; absent otherwise.")
        @Nullable ProgressStatus progress,
    @JsonPropertyDescription("The last attempt that reached its target by changing the schema.")
        @Nullable LastMigration lastMigration,
    @JsonPropertyDescription("What is known about the database.") @Nullable DatabaseStatus database,
    @Size(max = 10)
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonPropertyDescription(
            """
            The last migrations, the newest first, failures included: with which image, called how, \
            from where to where.\
            """)
        List<HistoryEntry> history,
    @JsonPropertyDescription(
            """
            What migrations were run by, and what serves no other one, the newest first: of each plan that \
            was looked at the first 12 characters of its digest, and of each spec.approval.override those of \
            its SHA-256.\
            """)
        List<String> spentApprovals) {

  /** The status of a resource nobody has looked at yet. */
  public static final DatabaseMigrationStatus NONE =
      DatabaseMigrationStatusBuilder.builder()
          .conditions(List.of())
          .history(List.of())
          .spentApprovals(List.of())
          .build();

  public DatabaseMigrationStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    currentRevisions = currentRevisions == null ? null : List.copyOf(currentRevisions);
    targetRevisions = targetRevisions == null ? null : List.copyOf(targetRevisions);
    history = history == null ? List.of() : List.copyOf(history);
    spentApprovals = spentApprovals == null ? List.of() : List.copyOf(spentApprovals);
  }

  /** The condition of that type, where there is one. */
  public Optional<Condition> condition(String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }
}
