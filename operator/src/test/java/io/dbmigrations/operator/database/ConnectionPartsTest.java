package io.dbmigrations.operator.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection in parts is read from its URL as it is, as the runner's tests show of its own. */
class ConnectionPartsTest {

  private static final String CHARACTERS = "aB7 %@:/?#&+='\"\\[]{}$<>|^`~*!(),;ä日😀\t";

  static Stream<String> texts() {
    Random chance = new Random(1);
    int[] characters = CHARACTERS.codePoints().toArray();
    return Stream.generate(
            () -> {
              StringBuilder text = new StringBuilder("x");
              int length = 1 + chance.nextInt(30);
              for (int i = 0; i < length; i++) {
                text.appendCodePoint(characters[chance.nextInt(characters.length)]);
              }
              return text.append('y').toString();
            })
        .limit(300);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void isReadFromItsUrlAsItIs(String text) {
    DatabaseUrl url =
        DatabaseUrl.parse(
            parts(Map.of("user", text, "password", text, "name", text, "port", "6432")).url());

    assertThat(url.user()).contains(text);
    assertThat(url.password()).contains(text);
    assertThat(url.database()).contains(text);
    assertThat(url.host()).contains("db-1.prod");
    assertThat(url.port()).contains(6432);
  }

  @ParameterizedTest
  @CsvSource({
    "shop-rw, shop-rw.team.svc:5432",
    "10.0.0.7, 10.0.0.7:5432",
    "fd00::1, [fd00::1]:5432",
    "[fd00::1], [fd00::1]:5432"
  })
  void hasAHostByNameOrAddress(String host, String address) {
    assertThat(target(Map.of("host", host)).servers().getFirst()).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"db:5432", "postgresql://db", "a b", "db/shop", "app:s3cret@db"})
  void whatIsNoHostIsRefusedAndNotShown(String host) {
    assertThatThrownBy(() -> target(Map.of("host", host)))
        .isInstanceOf(NotObservableException.class)
        .hasMessageContaining("neither a name nor an address alone")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"65536", "tcp://10.0.0.1:5432", "x"})
  void whatIsNoPortIsRefused(String port) {
    assertThatThrownBy(() -> target(Map.of("port", port)))
        .isInstanceOf(NotObservableException.class)
        .hasMessageContaining("not a number up to 65535");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/cloudsql/p:r:i"})
  void aSocketIsNotForTheOperator(String host) {
    assertThatThrownBy(() -> target(Map.of("host", host))).hasMessageContaining("Unix socket");
  }

  @ParameterizedTest
  @ValueSource(strings = {" s3cret", "s3cret "})
  void aPasswordKeepsItsSpaces(String password) {
    assertThat(target(Map.of("password", password + "\n")).password())
        .isEqualTo(Optional.of(password));
  }

  private static JdbcTarget target(Map<String, String> changed) {
    return JdbcTarget.of(DatabaseUrl.parse(parts(changed).url()), Certificates.NONE).from("team");
  }

  private static ConnectionParts parts(Map<String, String> changed) {
    Map<String, String> parts =
        new HashMap<>(Map.of("host", "db-1.prod", "name", "shop", "user", "app"));
    parts.putAll(changed);
    return ConnectionParts.of(parts);
  }
}
