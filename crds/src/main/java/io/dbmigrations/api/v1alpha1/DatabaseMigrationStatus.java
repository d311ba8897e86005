package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the operator says of a resource. It can be lost and is then found out anew. */
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
            Reconciling when the operator is at it, Stalled when only an edit or a change outside helps.\
            """)
        List<Condition> conditions,
    @JsonPropertyDescription(
            """
            The rows of the version table as last read, sorted and joined by commas; base when there \
            are none.\
            """)
        @Nullable String currentRevision,
    @JsonPropertyDescription(
            "What spec.targetRevision was resolved to: absolute revision ids in the same form.")
        @Nullable String targetRevision,
    @JsonPropertyDescription("The attempt that runs or was the last; written before its Job.")
        @Nullable AttemptStatus attempt,
    @JsonPropertyDescription("The last attempt that reached its target by changing the schema.")
        @Nullable LastMigration lastMigration,
    @JsonPropertyDescription("What is known about the database.")
        @Nullable DatabaseStatus database) {

  /** The status of a resource nobody has looked at yet. */
  public static final DatabaseMigrationStatus NONE =
      new DatabaseMigrationStatus(null, List.of(), null, null, null, null, null);

  public DatabaseMigrationStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }

  /** The condition of that type, where there is one. */
  public Optional<Condition> condition(String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }
}
