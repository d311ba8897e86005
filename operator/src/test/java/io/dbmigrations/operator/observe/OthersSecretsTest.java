package io.dbmigrations.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.operator.database.DatabaseAccess;
import io.dbmigrations.operator.testing.SecretServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the documentation's table of Secrets reads a Secret of that shape. */
class OthersSecretsTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Path DOCUMENTATION = Path.of("../crds/README.md");
  private static final Pattern ROW =
      Pattern.compile("^\\| ([^|]+) \\| [^|]* \\| `(\\{(?:secretRef|connection).*})` \\|$");

  private static final String URI = "postgresql://app:pa%2Fss@shop-rw.team:5432/shop";

  private SecretServer server;

  record Shape(String madeBy, String name, Map<String, String> keys, String url) {
    @Override
    public String toString() {
      return madeBy;
    }
  }

  static List<Shape> shapes() {
    Map<String, String> cloudNativePg =
        Map.ofEntries(
            Map.entry("username", "app"),
            Map.entry("user", "app"),
            Map.entry("password", "pa/ss"),
            Map.entry("host", "shop-rw"),
            Map.entry("port", "5432"),
            Map.entry("dbname", "shop"),
            Map.entry("uri", URI),
            Map.entry("jdbc-uri", "jdbc:postgresql://shop-rw.team:5432/shop?user=app"),
            Map.entry("pgpass", "shop-rw:5432:shop:app:pa/ss\n"));
    return List.of(
        new Shape("CloudNativePG", "shop-app", cloudNativePg, URI),
        new Shape(
            "CloudNativePG, in parts",
            "shop-app",
            cloudNativePg,
            "postgresql://app:pa%2Fss@shop-rw:5432/shop"),
        new Shape(
            "Zalando's Postgres operator",
            "app.shop-db.credentials.postgresql.acid.zalan.do",
            Map.of("username", "app", "password", "pa/ss"),
            "postgresql://app:pa%2Fss@shop-db/shop"),
        new Shape(
            "Crunchy's PGO",
            "shop-pguser-app",
            Map.of(
                "user", "app",
                "password", "pa/ss",
                "host", "shop-primary.team.svc",
                "port", "5432",
                "dbname", "shop",
                "uri", "postgresql://app:pa%2Fss@shop-primary.team.svc:5432/shop",
                "jdbc-uri", "jdbc:postgresql://shop-primary.team.svc:5432/shop",
                "verifier", "SCRAM-SHA-256$4096:x"),
            "postgresql://app:pa%2Fss@shop-primary.team.svc:5432/shop"),
        new Shape(
            "Crossplane",
            "shop-conn",
            Map.of(
                "endpoint", "shop.c1.eu-west-1.rds.amazonaws.com",
                "port", "5432",
                "username", "app",
                "password", "pa/ss"),
            "postgresql://app:pa%2Fss@shop.c1.eu-west-1.rds.amazonaws.com:5432/shop"),
        new Shape(
            "External Secrets",
            "shop-rds",
            Map.of(
                "engine", "postgres",
                "host", "shop.c1.eu-west-1.rds.amazonaws.com",
                "port", "5432",
                "dbname", "shop",
                "username", "app",
                "password", "pa/ss"),
            "postgresql://app:pa%2Fss@shop.c1.eu-west-1.rds.amazonaws.com:5432/shop"));
  }

  @BeforeEach
  void start() throws IOException {
    server = new SecretServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void isReadAsDocumented(Shape shape) throws IOException {
    server.put("team", shape.name(), "7", shape.keys());

    assertThat(new ConnectionReader(server.client()).read("team", documented().get(shape.madeBy())))
        .isEqualTo(new ConnectionReader.Complete(DatabaseAccess.by(shape.url()), "7"));
  }

  @Test
  void thereIsAShapeForEachRow() throws IOException {
    assertThat(documented().keySet())
        .containsExactlyInAnyOrderElementsOf(shapes().stream().map(Shape::madeBy).toList());
  }

  private static Map<String, DatabaseSpec> documented() throws IOException {
    Map<String, DatabaseSpec> rows = new LinkedHashMap<>();
    for (String line : Files.readAllLines(DOCUMENTATION)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.put(row.group(1), YAML.readValue(row.group(2), DatabaseSpec.class));
      }
    }
    return rows;
  }
}
