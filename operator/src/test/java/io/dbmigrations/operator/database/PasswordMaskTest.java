package io.dbmigrations.operator.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.Driver;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * No piece of a password is repeated, whoever says it. {@code -Ddbmigration.test.passwords} says
 * how many messages are tried; fewer are the first ones of more.
 */
class PasswordMaskTest {
  private static final int CASES = Integer.getInteger("dbmigration.test.passwords", 8_000);

  private static final List<String> ALPHABETS =
      List.of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
          "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
          "aB7%:/?#&+= '\"\\",
          "äßñøЖ日本é",
          "0123456789abcdef",
          "ab");

  private static final Pattern NAMED =
      Pattern.compile(
          "(?<![\\w.-])(app_rw|db-1\\.example|6432|ledger)(?![\\w-])", Pattern.CASE_INSENSITIVE);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          correct-horse-battery | it was 'corr...horse-battery'            | it was '***...***'
          correct-horse-battery | unknown host HORSE-BATTERY               | unknown host ***
          correct-horse-battery | Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5             | ***
          p@ss/w rd             | p%40ss%2fw+rd p%40ss%2Fw%20rd            | *** ***
          a"b'c\\d              | a\\"b'c\\\\d a"b''c\\d                   | *** ***
          abc                   | abcd, 'abc', "abc"                       | abcd, '***', "***"
          app                   | for user "app"                           | for user "app"
          shop                  | database "shop" does not exist           | database "shop" does not exist
          shop                  | shop@db.example, :shop, shop...          | ***@db.example, :***, ***...
          shop-2024             | shop-2024, shop.                         | ***, shop.
          x5432y                | db.example:5432 said x5432y              | db.example:5432 said ***
          password              | password authentication failed: password | password authentication failed: password
          password              | it was "password"                        | it was "***"
          horse                 | nothing to see                           | nothing to see
          8b4cd18b6f40          | nothing, and in Base64 OGI0Y2Qx         | nothing, and in Base64 ***
          """)
  void hidesPiecesAndLeavesNames(String password, String words, String told) {
    List<String> names = List.of("app", "shop", "db.example", "5432");
    assertThat(new PasswordMask(Set.of(password), names).clean(words)).isEqualTo(told);
  }

  @Test
  void showsNoPieceWhateverServerAndDriverSay() {
    Random chance = new Random(1);
    int tried = 0;
    while (tried < CASES) {
      String password = password(chance);
      String written = chance.nextBoolean() ? encoded(password) : password;
      String url = "postgresql://app_rw:" + written + "@db-1.example:6432/ledger";
      JdbcTarget target;
      try {
        target = JdbcTarget.of(DatabaseUrl.parse(url), Certificates.NONE);
      } catch (NotObservableException e) {
        assertThat(e.getMessage()).contains("%40");
        // The advice is the same whatever the password is.
        assertNoPiece(password, e.getMessage().replace("%40", "").replace("%2F", ""));
        tried++;
        continue;
      }
      for (String words : words(password, url, chance)) {
        for (SQLException e : failures(words, url)) {
          assertNoPiece(
              password, Failure.reading(e, target, target.servers().getFirst()).toString());
          tried++;
        }
      }
    }
  }

  @Test
  void takesTimeInProportionToTheWords() {
    PasswordMask mask =
        new PasswordMask(Set.of("app-app.app"), List.of("a".repeat(100), "app-app", "app"));
    for (String piece : List.of("app-", "app.", "app", "a", "pp-app ", "@app")) {
      String words = piece.repeat(500_000 / piece.length());
      long start = System.nanoTime();
      mask.clean(words);
      assertThat(System.nanoTime() - start).as(piece).isLessThan(10_000_000_000L);
    }
  }

  private static List<SQLException> failures(String words, String url) {
    List<SQLException> failures =
        new ArrayList<>(
            List.of(
                new PSQLException(
                    new ServerErrorMessage("SFATAL\0C28P01\0M" + words.replace('\0', ' ') + "\0")),
                new SQLException("The connection attempt failed.", "08001", new Exception(words))));
    try {
      new Driver().connect("jdbc:" + url, new Properties());
    } catch (SQLException e) {
      failures.add(new SQLException(e.getMessage(), "08001", e));
    }
    return failures;
  }

  private static List<String> words(String password, String url, Random chance) {
    int cut = chance.nextInt(password.length());
    String whole = "password authentication failed for user \"app_rw\" at " + url;
    int middle = chance.nextInt(whole.length());
    byte[] text = ("xyz".substring(chance.nextInt(3)) + password).getBytes(UTF_8);
    return List.of(
        whole,
        whole.substring(middle),
        whole.substring(0, middle) + "..." + whole.substring(middle),
        "translate \"" + password.substring(cut) + "@db-1.example\": unknown",
        "invalid integer value \"" + password.substring(0, cut) + "\" for port",
        encoded(password) + " " + encoded(encoded(password)),
        "'" + password.replace("'", "''") + "' \"" + password.replace("\"", "\\\"") + "\"",
        Base64.getEncoder().encodeToString(text)
            + " "
            + Base64.getUrlEncoder().encodeToString(text),
        password.toUpperCase(Locale.ROOT) + " " + password.toLowerCase(Locale.ROOT));
  }

  private static void assertNoPiece(String password, String told) {
    String shown =
        NAMED.matcher(told).replaceAll("\0").replace("***", "\0").toLowerCase(Locale.ROOT);
    Set<String> found = new TreeSet<>();
    for (String form : List.of(password, encoded(password), password.replace("'", "''"))) {
      for (int i = 0; i + 4 <= form.length(); i++) {
        String piece = form.substring(i, i + 4).toLowerCase(Locale.ROOT);
        if (!piece.isBlank() && shown.contains(piece)) {
          found.add(piece);
        }
      }
    }
    assertThat(found).as("%s in %s", password, told).isEmpty();
  }

  private static String password(Random chance) {
    String alphabet = ALPHABETS.get(chance.nextInt(ALPHABETS.size()));
    StringBuilder password = new StringBuilder();
    for (int length = 4 + chance.nextInt(30); length > 0; length--) {
      password.append(alphabet.charAt(chance.nextInt(alphabet.length())));
    }
    return password
        .toString()
        .strip()
        .concat("z7Q")
        .substring(0, Math.max(4, password.length() - 2));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
