package io.dbmigrations.operator.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How a password may be written. */
final class Spellings {
  private static final List<UnaryOperator<String>> WAYS =
      List.of(
          PercentEncoding::encode,
          // The form of HTML, with a plus for a space.
          text -> URLEncoder.encode(text, UTF_8),
          text -> text.replace("'", "''"),
          text -> escaped(text, false),
          text -> escaped(text, true));

  private Spellings() {}

  /** As it is, in a URL, and quoted. */
  static Set<String> of(String password) {
    List<String> found = new ArrayList<>(List.of(password, PercentEncoding.decode(password)));
    // Twice, since who quotes a message quotes what it quotes.
    for (int depth = 0; depth < 2; depth++) {
      found.addAll(
          List.copyOf(found).stream()
              .flatMap(text -> WAYS.stream().map(way -> way.apply(text)))
              .toList());
    }
    return new LinkedHashSet<>(found);
  }

  /** In Base64, wherever in a text it begins. */
  static List<String> base64(String password) {
    return IntStream.range(0, 3)
        .boxed()
        .flatMap(before -> base64(password.getBytes(UTF_8), before))
        .toList();
  }

  private static String escaped(String text, boolean beyondAscii) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\'', '\\' -> escaped.append('\\').append(c);
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        default ->
            escaped.append(c < ' ' || (beyondAscii && c > '~') ? "\\u%04x".formatted((int) c) : c);
      }
    }
    return escaped.toString();
  }

  /** In a text it may begin at each of three places; only characters of its own bits are taken. */
  private static Stream<String> base64(byte[] password, int before) {
    byte[] text = new byte[before + password.length];
    System.arraycopy(password, 0, text, before, password.length);
    int start = (before * 4 + 2) / 3;
    int end = text.length * 4 / 3;
    return Stream.of(Base64.getEncoder(), Base64.getUrlEncoder())
        .map(encoder -> new String(Arrays.copyOfRange(encoder.encode(text), start, end), UTF_8));
  }
}
