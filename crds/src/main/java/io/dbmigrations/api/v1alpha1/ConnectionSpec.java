package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection in parts, of which the URL is made. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConnectionSpec(
    @Required
        @JsonPropertyDescription(
            """
            The server: a name or an address alone, or the directory of a socket, which begins with \
            a slash.\
            """)
        ConnectionPart host,
    @JsonPropertyDescription("The server's port. The default is 5432.")
        @Nullable ConnectionPart port,
    @Required @JsonPropertyDescription("The name of the database.") ConnectionPart name,
    @Required @JsonPropertyDescription("The role that migrates.") ConnectionPart user,
    @JsonPropertyDescription(
            """
            The role's password, from a Secret alone. The default is none: for a role that logs in \
            by a certificate, or for an env.py that fetches a token.\
            """)
        @Nullable ConnectionPassword password,
    @Size(max = 32)
        @JsonPropertyDescription(
            """
            The driver that the URL names: psycopg, psycopg_async, psycopg2, asyncpg or pg8000. The \
            default is one that the image has and that env.py can use, as far as its text tells.\
            """)
        @Nullable String driver) {

  /** Its parts but for the password, by their names, without those that it has not. */
  public Map<String, ConnectionPart> parts() {
    Map<String, ConnectionPart> parts = new LinkedHashMap<>();
    parts.put("host", host);
    if (port != null) {
      parts.put("port", port);
    }
    parts.put("name", name);
    parts.put("user", user);
    return parts;
  }
}
