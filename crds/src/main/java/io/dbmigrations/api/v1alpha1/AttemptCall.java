package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the image of an attempt is called, whatever the specification says by now.
 *
 * @param target null where the image is that of the specification, which finds out what the target
 *     means; otherwise what it has found out, empty for base, or the instant itself
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AttemptCall(
    @JsonPropertyDescription("How Alembic is called in it.") AlembicSpec alembic,
    @JsonPropertyDescription("The environment variable that has the database's URL.")
        String variable,
    @JsonPropertyDescription(
            """
            Only where the image is not that of the specification, but the one that applied what \
            that does not know, and takes it back: the absolute revisions that the target means, or \
            the instant, which means the same to both.\
            """)
        @Nullable List<String> target) {

  public AttemptCall {
    alembic = alembic == null ? AlembicSpec.DEFAULT : alembic;
    variable = variable == null ? DatabaseSpec.DEFAULT_VARIABLE : variable;
    target = target == null ? null : List.copyOf(target);
  }

  /** That of the image which the specification names. */
  public static AttemptCall of(DatabaseMigrationSpec spec) {
    return new AttemptCall(spec.alembic(), spec.database().variable(), null);
  }
}
