package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the parts of a connection come into the container. */
class ConnectionVariablesTest {

  private static final String WHOLE =
      """
      targetRevision: head
      image: migrations:1
      database: {secretRef: {name: agent-platform-db, key: url}}
      """;
  private static final String IN_PARTS =
      """
      targetRevision: head
      image: migrations:1
      database:
        connection:
          host: {configMapKeyRef: {name: shop, key: host}, variable: PGHOST}
          port: {value: "5432"}
          name: {value: a$(b)}
          user: {secretKeyRef: {name: shop-app, key: username}}
          password: {secretKeyRef: {name: shop-app, key: password}, variable: APP_KEY}
          driver: asyncpg
      """;

  @Test
  void passesPartsOfAConnectionByReferenceUnderTheNamesThatAreChosen() {
    List<EnvVar> environment = ConnectionVariables.environment(spec(IN_PARTS).database());

    assertThat(environment)
        .extracting(EnvVar::getName)
        .containsExactly(
            "PGHOST", "DBMIGRATION_PORT", "DBMIGRATION_DATABASE", "DBMIGRATION_USER", "APP_KEY");
    assertThat(environment.get(0).getValueFrom().getConfigMapKeyRef().getKey()).isEqualTo("host");
    // The kubelet makes a single $ of it again.
    assertThat(environment.get(2).getValue()).isEqualTo("a$$(b)");
    assertThat(environment.get(4).getValueFrom().getSecretKeyRef().getName()).isEqualTo("shop-app");
    assertThat(ConnectionVariables.of(spec(IN_PARTS).database()))
        .isEqualTo(
            new ConnectionVariables(
                "PGHOST",
                "DBMIGRATION_DATABASE",
                "DBMIGRATION_USER",
                "DBMIGRATION_PORT",
                "APP_KEY",
                "asyncpg"));
  }

  @Test
  void anEditOfTheConnectionAsksForAMigration() {
    String hash = MigrationRequest.hash(spec(IN_PARTS));

    assertThat(hash).isNotEqualTo(MigrationRequest.hash(spec(WHOLE)));
    for (String edit : List.of("key: host=key: rw", "5432=5433", "PGHOST=PGH", "asyncpg=psycopg")) {
      String[] parts = edit.split("=", 2);
      assertThat(MigrationRequest.hash(spec(IN_PARTS.replace(parts[0], parts[1]))))
          .as(edit)
          .isNotEqualTo(hash);
    }
  }

  @Test
  void aWholeUrlHasItsOneVariable() {
    assertThat(ConnectionVariables.of(spec(WHOLE).database())).isNull();
    assertThat(ConnectionVariables.environment(spec(WHOLE).database()))
        .singleElement()
        .satisfies(variable -> {
          assertThat(variable.getName()).isEqualTo("DATABASE_URL");
          assertThat(variable.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("url");
        });
  }

  private static DatabaseMigrationSpec spec(String yaml) {
    return Serialization.unmarshal(yaml, DatabaseMigrationSpec.class);
  }
}
