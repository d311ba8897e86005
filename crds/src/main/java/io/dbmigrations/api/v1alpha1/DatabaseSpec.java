package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Where the database is and how the migrations learn of it. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DatabaseSpec(
    @Required
        @JsonPropertyDescription(
            """
            The Secret with the database's URL in the form that SQLAlchemy reads, such as \
            postgresql+asyncpg://user:password@host:5432/database.\
            """)
        SecretKeyRef secretRef,
    @Default(DatabaseSpec.DEFAULT_VARIABLE)
        @Size(max = 128)
        @JsonPropertyDescription("The environment variable from which env.py reads the URL.")
        String variable) {

  public static final String DEFAULT_VARIABLE = "DATABASE_URL";

  public DatabaseSpec {
    variable = variable == null ? DEFAULT_VARIABLE : variable;
  }
}
