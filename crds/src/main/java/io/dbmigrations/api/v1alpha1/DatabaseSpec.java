package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/** Where the database is and how the migrations learn of it. */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
public record DatabaseSpec(
    @JsonPropertyDescription(
            """
            The Secret with the database's URL in the form that SQLAlchemy reads, such as \
            postgresql+asyncpg://user:password@host:5432/database. Either this or connection.\
            """)
        @Nullable SecretKeyRef secretRef,
    @JsonPropertyDescription(
            """
            The database in parts, each a value or a key of a Secret or ConfigMap: the URL is made \
            of them. Either this or secretRef.\
            """)
        @Nullable ConnectionSpec connection,
    @JsonPropertyDescription(
            """
            Certificates for TLS, of whichever form the URL is. They are mounted into the migration's \
            container, where libpq, asyncpg and pg8000 take them without a word in env.py, and the \
            operator reads with them as well.\
            """)
        @Nullable CertificatesSpec certificates,
    @Default(DatabaseSpec.DEFAULT_VARIABLE)
        @Size(max = 128)
        @JsonPropertyDescription(
            """
            The environment variable that has the URL, for env.py to read. An env.py that reads the \
            configuration instead finds it there: see alembic.urlOptions.\
            """)
        String variable,
    @Default("Forbid")
        @JsonPropertyDescription(
            """
            What becomes of a migration when nobody can tell whether env.py connected to the database \
            of the resource: it goes by another host name, and the URL lets nobody in, as with \
            tokens that env.py fetches or with a proxy beside it. Forbid: nothing is run, with the \
            reason DatabaseMismatch. Allow: it is run. Another database than the resource's is never \
            migrated, whatever stands here.\
            """)
        UnverifiedPolicy unverified) {

  public static final String DEFAULT_VARIABLE = "DATABASE_URL";

  public DatabaseSpec {
    variable = variable == null ? DEFAULT_VARIABLE : variable;
    unverified = unverified == null ? UnverifiedPolicy.FORBID : unverified;
  }
}
