package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.ConfigMapKeyRef;
import io.dbmigrations.api.v1alpha1.ConnectionPart;
import io.dbmigrations.api.v1alpha1.ConnectionPassword;
import io.dbmigrations.api.v1alpha1.ConnectionSpec;
import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.SecretKeyRef;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.EnvVarSourceBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * By which variables of the container the runner learns of the database, and env.py where the
 * resource names them. The kubelet fills them in: no value of a Secret stands in the Job.
 *
 * @param driver no variable, but the driver itself
 */
public record ConnectionVariables(
    String hostVariable,
    String nameVariable,
    String userVariable,
    @Nullable String portVariable,
    @Nullable String passwordVariable,
    @Nullable String driver) {

  private static final Map<String, String> UNNAMED =
      Map.of(
          "host", "DBMIGRATION_HOST",
          "port", "DBMIGRATION_PORT",
          "name", "DBMIGRATION_DATABASE",
          "user", "DBMIGRATION_USER",
          "password", "DBMIGRATION_PASSWORD");

  /** Null where a Secret has the whole URL. */
  static @Nullable ConnectionVariables of(DatabaseSpec database) {
    ConnectionSpec connection = database.connection();
    if (connection == null) {
      return null;
    }
    ConnectionPart port = connection.port();
    ConnectionPassword password = connection.password();
    return new ConnectionVariables(
        name("host", connection.host().variable()),
        name("name", connection.name().variable()),
        name("user", connection.user().variable()),
        port == null ? null : name("port", port.variable()),
        password == null ? null : name("password", password.variable()),
        connection.driver());
  }

  /** What the container is given. */
  static List<EnvVar> environment(DatabaseSpec database) {
    List<EnvVar> environment = new ArrayList<>();
    if (database.secretRef() != null) {
      environment.add(variable(database.variable(), source(database.secretRef())));
    }
    ConnectionSpec connection = database.connection();
    if (connection != null) {
      connection.parts().forEach((name, part) -> environment.add(variable(name, part)));
      if (connection.password() != null) {
        environment.add(
            variable(
                name("password", connection.password().variable()),
                source(connection.password().secretKeyRef())));
      }
    }
    return environment;
  }

  private static String name(String part, @Nullable String chosen) {
    return chosen == null ? Objects.requireNonNull(UNNAMED.get(part), part) : chosen;
  }

  private static EnvVar variable(String name, ConnectionPart part) {
    String variable = name(name, part.variable());
    if (part.value() != null) {
      // The kubelet takes $(A) for the value of another variable.
      return new EnvVarBuilder()
          .withName(variable)
          .withValue(part.value().replace("$", "$$"))
          .build();
    }
    if (part.secretKeyRef() != null) {
      return variable(variable, source(part.secretKeyRef()));
    }
    ConfigMapKeyRef reference =
        Objects.requireNonNull(part.configMapKeyRef(), "the definition requires one of the three");
    return variable(
        variable,
        new EnvVarSourceBuilder()
            .withNewConfigMapKeyRef()
            .withName(reference.name())
            .withKey(reference.key())
            .endConfigMapKeyRef()
            .build());
  }

  private static EnvVarSource source(SecretKeyRef reference) {
    return new EnvVarSourceBuilder()
        .withNewSecretKeyRef()
        .withName(reference.name())
        .withKey(reference.key())
        .endSecretKeyRef()
        .build();
  }

  private static EnvVar variable(String name, EnvVarSource source) {
    return new EnvVarBuilder().withName(name).withValueFrom(source).build();
  }
}
