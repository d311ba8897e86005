package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/**
 * The rows of the version table by which a target is held: those that are its revisions, or that
 * imply them.
 *
 * @param exclusive whether any further row contradicts the target, because it speaks of all lines
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record HeldRows(
    @JsonPropertyDescription("The rows, sorted.") List<String> rows,
    @JsonPropertyDescription(
            "Whether any further row contradicts the target; false where it names some lines only.")
        boolean exclusive) {

  public HeldRows {
    rows = rows == null ? List.of() : List.copyOf(rows);
  }
}
