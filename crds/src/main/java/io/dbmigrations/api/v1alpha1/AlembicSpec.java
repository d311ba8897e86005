package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How Alembic is called inside the image.
 *
 * @param workingDirectory null where the image's own applies
 * @param command null where the interpreter alone is called
 * @param arguments passed to env.py as {@code -x key=value}
 * @param urlOptions the options of the configuration that get the database's URL
 * @param flaskApp null where Flask's own variable names it, or no application is needed
 * @param versionTable {@code schema.table}; null where only a Job finds out which one it is
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AlembicSpec(
    @Default(AlembicSpec.DEFAULT_CONFIG)
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            """
            The configuration file, alembic.ini or pyproject.toml, absolute or relative to the working \
            directory.\
            """)
        String config,
    @Default(AlembicSpec.DEFAULT_SECTION)
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("The section of alembic.ini to use, as alembic -n does.")
        String section,
    @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            "The directory to start in, absolute. The default is the image's own (WORKDIR).")
        @Nullable String workingDirectory,
    @Default(AlembicSpec.DEFAULT_PYTHON)
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            """
            The Python interpreter that has Alembic: a name on the image's PATH, or a path such as \
            /opt/venv/bin/python.\
            """)
        String python,
    @Size(min = 1, max = 16)
        @JsonPropertyDescription(
            """
            The words before the runner, instead of python: for an image whose entrypoint makes the \
            environment, as in ["/entrypoint.sh", "python3"] or ["uv", "run", "python"]. Alone, the \
            image's own entrypoint is not run.\
            """)
        @Nullable List<String> command,
    @Size(max = 64)
        @JsonPropertyDescription(
            """
            Arguments for env.py, passed as -x key=value. They stand in the Pod's specification for \
            everybody to read: no secrets.\
            """)
        Map<String, String> arguments,
    @Size(max = 16)
        @JsonPropertyDescription(
            """
            Where env.py reads the database's URL in the configuration, if it reads it there: these \
            options are set to the database's URL before env.py begins, whatever the file says. url is \
            an option of the main section, engine1:sqlalchemy.url one of the section engine1, and \
            engine2:sqlalchemy.url=REPORTS_URL has the URL of another environment variable, whose \
            database is then migrated as well. The default is sqlalchemy.url, which the env.py of \
            alembic init reads; an empty list sets none.\
            """)
        List<String> urlOptions,
    @Size(max = 253)
        @JsonPropertyDescription(
            """
            The Flask application whose context env.py needs, as that of Flask-Migrate (flask db) \
            does: shop:create_app, shop:app or shop:create_app('production'), as FLASK_APP names one, \
            the module looked for from the working directory. Without it such an env.py gets the \
            application that FLASK_APP names, or that is in wsgi.py or app.py. \
            The application has to take SQLALCHEMY_DATABASE_URI from database.variable.\
            """)
        @Nullable String flaskApp,
    @Size(max = 127)
        @JsonPropertyDescription(
            """
            The version table that env.py uses, with its schema, such as public.alembic_version. With \
            it the operator can see before the first Job that the database is at the target already, \
            if that is one whole revision id, and needs no Job then: for resources that are made \
            again or restored. A migration with another version table is refused. Without it the \
            first Job finds out which one it is.\
            """)
        @Nullable String versionTable) {

  public static final String DEFAULT_CONFIG = "alembic.ini";
  public static final String DEFAULT_SECTION = "alembic";

  /** Debian's own Python has no {@code python}; the official images have both names. */
  public static final String DEFAULT_PYTHON = "python3";

  /** Where every template of {@code alembic init} reads the URL. */
  public static final List<String> DEFAULT_URL_OPTIONS = List.of("sqlalchemy.url");

  /** What applies where the resource has no {@code alembic} at all. */
  public static final AlembicSpec DEFAULT =
      new AlembicSpec(
          DEFAULT_CONFIG,
          DEFAULT_SECTION,
          null,
          DEFAULT_PYTHON,
          null,
          Map.of(),
          DEFAULT_URL_OPTIONS,
          null,
          null);

  public AlembicSpec {
    config = config == null ? DEFAULT_CONFIG : config;
    section = section == null ? DEFAULT_SECTION : section;
    python = python == null ? DEFAULT_PYTHON : python;
    command = command == null ? null : List.copyOf(command);
    arguments = arguments == null ? Map.of() : Map.copyOf(arguments);
    urlOptions = urlOptions == null ? DEFAULT_URL_OPTIONS : List.copyOf(urlOptions);
  }

  /** What the runner's path follows in the container's command. */
  public List<String> words() {
    return command == null ? List.of(python) : command;
  }
}
