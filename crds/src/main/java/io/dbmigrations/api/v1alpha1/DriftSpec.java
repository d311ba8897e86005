package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * How often somebody looks whether the database is still where it was left, and who.
 *
 * @param interval null where the operator's own applies
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DriftSpec(
    @Size(max = 32)
        @Pattern(Durations.PATTERN)
        @JsonPropertyDescription(
            """
            How often the version table is read again of a database that is at its target. The \
            default is the operator's resyncInterval, 5m unless the chart says otherwise.\
            """)
        @Nullable String interval,
    @Default("Operator")
        @JsonPropertyDescription(
            """
            Who reads it. Operator: the operator itself, with the URL and the certificates that \
            database names. Job: a Job as that of a migration, which runs none and only says where the \
            database is, for a database that lets in nobody else, as with tokens that env.py fetches \
            for its service account; the operator then does not log in to it at all. None is started \
            while suspend is true.\
            """)
        DriftReader reader) {

  /** What applies where the resource has no {@code drift} at all. */
  public static final DriftSpec DEFAULT = new DriftSpec(null, DriftReader.OPERATOR);

  public DriftSpec {
    reader = reader == null ? DriftReader.OPERATOR : reader;
  }
}
