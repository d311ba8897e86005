package io.dbmigrations.e2e.scenario;

import static io.dbmigrations.e2e.assertion.MigrationAssert.assertThatMigration;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.e2e.fixture.Database;
import io.dbmigrations.e2e.fixture.Migration;
import io.dbmigrations.e2e.fixture.Scenario;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The forms in which a resource says where its database is: as a whole, and in parts. */
class ConnectionFormsTest {
  @RegisterExtension static final Scenario SCENARIO = new Scenario();

  private static final String HOST = "postgres.platform.svc";
  private static final String PASSWORD = "p@ss/word%20#?&+=:'\"";

  private Database database;

  @BeforeEach
  void aRoleWithADifficultPassword() throws SQLException {
    database = SCENARIO.database();
    setPassword(PASSWORD);
  }

  @Test
  void aSecretOfCloudNativePgsShapeIsTakenAsAWhole() throws SQLException {
    cloudNativePg("shop-app");
    runs(project("shop"), "secretRef", Map.of("name", "shop-app", "key", "uri"));
  }

  @Test
  void aSecretOfCloudNativePgsShapeIsTakenInParts() throws SQLException {
    cloudNativePg("shop-parts-app");
    runs(
        project("shop"),
        "connection",
        connection("shop-parts-app", "host", "port", "dbname", "username", "password"));
  }

  @Test
  void aSecretOfZalandosShapeIsTakenWithTheClustersService() throws SQLException {
    var secret = "app.shop-db.credentials.postgresql.acid.zalan.do";
    SCENARIO.secret(secret, "username", database.name(), "password", PASSWORD);
    var connection = login(secret, "username", "password");
    connection.put("host", Map.of("value", HOST));
    connection.put("name", Map.of("value", database.name()));
    runs(project("shop"), "connection", connection);
  }

  @Test
  void aSecretOfCrunchysShapeIsTakenAsAWhole() throws SQLException {
    SCENARIO.secret("shop-pguser-app", "user", database.name(), "verifier", "x", "uri", uri());
    runs(project("shop"), "secretRef", Map.of("name", "shop-pguser-app", "key", "uri"));
  }

  @Test
  void aSecretOfCrossplanesShapeIsTakenInParts() throws SQLException {
    SCENARIO.secret(
        "shop-conn",
        "endpoint",
        HOST,
        "port",
        "5432",
        "username",
        database.name(),
        "password",
        PASSWORD);
    var connection = login("shop-conn", "username", "password");
    connection.put("host", key("shop-conn", "endpoint"));
    connection.put("port", key("shop-conn", "port"));
    connection.put("name", Map.of("value", database.name()));
    runs(project("shop"), "connection", connection);
  }

  @Test
  void aSecretThatExternalSecretsMadeOfRdsIsTakenInParts() throws SQLException {
    SCENARIO.secret(
        "shop-rds",
        "engine",
        "postgres",
        "host",
        HOST,
        "port",
        "5432",
        "dbname",
        database.name(),
        "username",
        database.name(),
        // as an echo leaves it
        "password",
        PASSWORD + "\n");
    runs(
        project("shop"),
        "connection",
        connection("shop-rds", "host", "port", "dbname", "username", "password"));
  }

  @Test
  void anEnvPyThatBuildsItsUrlOfPartsIsGivenThem() throws SQLException {
    cloudNativePg("parts-app");
    var connection = connection("parts-app", "host", "port", "dbname", "username", "password");
    name(connection, "host", "POSTGRES_SERVER");
    name(connection, "port", "POSTGRES_PORT");
    name(connection, "name", "POSTGRES_DB");
    name(connection, "user", "POSTGRES_USER");
    name(connection, "password", "POSTGRES_PASSWORD");
    runs(project("parts"), "connection", connection);
  }

  @Test
  void aProjectAsAlembicInitMakesItFindsTheUrlInItsConfiguration() throws SQLException {
    cloudNativePg("stock-app");
    runs(
        project("stock"),
        "connection",
        connection("stock-app", "host", "port", "dbname", "username", "password"));
  }

  @Test
  void aConfigMapThatIsMissingIsNamedAndNoticedWhenItComes() throws SQLException {
    SCENARIO.secret("map-app", "username", database.name(), "password", PASSWORD);
    var connection = login("map-app", "username", "password");
    connection.put("host", Map.of("configMapKeyRef", Map.of("name", "shop", "key", "host")));
    connection.put("name", Map.of("value", database.name()));
    var migration = project("shop").with("database", Map.of("connection", connection)).create();

    assertThatMigration(migration)
        .has(Reason.CONFIG_MAP_MISSING)
        .saying("ConfigMap shop does not exist", SCENARIO.namespace(), "under the key host");
    assertThat(migration.jobs()).as("a Job would only wait for it").isEmpty();
    configMap("shop", "hostname", HOST);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThatMigration(migration)
                .has(Reason.CONFIG_MAP_MISSING)
                .saying("it has hostname"));
    configMap("shop", "host", HOST);
    assertThatMigration(migration).isReady().afterAttempts(1);
  }

  @Test
  void aChangedPasswordIsNoticedAndNoPieceOfItTold() throws SQLException {
    SCENARIO.secret("changing-app", "username", database.name(), "password", "not-the-password-1");
    var connection = login("changing-app", "username", "password");
    connection.put("host", Map.of("value", HOST));
    connection.put("name", Map.of("value", database.name()));
    var migration = project("shop").with("database", Map.of("connection", connection)).create();

    assertThatMigration(migration)
        .has(Reason.AUTHENTICATION_FAILED)
        .saying(database.name(), HOST)
        .notSaying("not-the");
    SCENARIO.secret("changing-app", "username", database.name(), "password", PASSWORD);
    assertThatMigration(migration).isReady();
  }

  @Test
  void aHostWithItsPortIsRefusedAndNamedAsSuch() throws SQLException {
    SCENARIO.secret("port-app", "host", HOST + ":5432", "username", database.name());
    var connection = login("port-app", "username", "username");
    connection.put("host", key("port-app", "host"));
    connection.put("name", Map.of("value", database.name()));
    var migration = project("shop").with("database", Map.of("connection", connection)).create();

    assertThatMigration(migration)
        .has(Reason.CONFIGURATION_ERROR)
        // the password of this one begins with the field's name
        .saying("host of spec.database.", "Write the port in port");
  }

  private void runs(Migration migration, String form, Map<String, Object> database)
      throws SQLException {
    migration.with("database", Map.of(form, database)).create();

    assertThatMigration(migration).isReady().afterAttempts(1);
    assertThat(migration.status().condition(Condition.DATABASE_OBSERVED).orElseThrow().status())
        .as("the operator reads it as well")
        .isEqualTo("True");
    assertThat(this.database.tables()).contains("customer");
    assertThat(Serialization.asJson(migration.jobs()) + Serialization.asJson(migration.pods()))
        .doesNotContain(PASSWORD, encoded(PASSWORD), "p@ss");
  }

  private Migration project(String name) {
    return SCENARIO.project(database, name);
  }

  private void setPassword(String password) throws SQLException {
    database.execute(
        "ALTER ROLE %s PASSWORD '%s'".formatted(database.name(), password.replace("'", "''")));
  }

  private void cloudNativePg(String name) {
    SCENARIO.secret(
        name,
        "username",
        database.name(),
        "password",
        PASSWORD,
        "host",
        HOST,
        "port",
        "5432",
        "dbname",
        database.name(),
        "uri",
        uri());
  }

  private String uri() {
    return "postgresql://%s:%s@%s:5432/%s"
        .formatted(database.name(), encoded(PASSWORD), HOST, database.name());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static Map<String, Object> connection(
      String secret, String host, String port, String name, String user, String password) {
    var connection = login(secret, user, password);
    connection.put("host", key(secret, host));
    connection.put("port", key(secret, port));
    connection.put("name", key(secret, name));
    return connection;
  }

  private static Map<String, Object> login(String secret, String user, String password) {
    var connection = new LinkedHashMap<String, Object>();
    connection.put("user", key(secret, user));
    connection.put("password", key(secret, password));
    return connection;
  }

  private static Map<String, Object> key(String secret, String key) {
    return Map.of("secretKeyRef", Map.of("name", secret, "key", key));
  }

  @SuppressWarnings("unchecked")
  private static void name(Map<String, Object> connection, String part, String variable) {
    var named = new HashMap<>((Map<String, Object>) connection.get(part));
    named.put("variable", variable);
    connection.put(part, named);
  }

  private static void configMap(String name, String key, String value) {
    SCENARIO
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(SCENARIO.namespace())
                .withName(name)
                .endMetadata()
                .addToData(key, value)
                .build())
        .forceConflicts()
        .serverSideApply();
  }
}
