package io.dbmigrations.operator.database;

import static java.util.Locale.ROOT;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hides each piece of 4 and more characters of a password in the words of others, in whatever case
 * and spelling, as the runner does. What the URL names (user, database, host, port) may be shown
 * where it stands by itself, and so may a word of the language that is the whole password where it
 * stands in a sentence. It looks at each character a few times, whatever the words are.
 */
final class PasswordMask {
  static final String MASK = "***";
  private static final int SHORTEST = 4;

  // Fewer characters of Base64 hold less than SHORTEST ones of the password, and some make a word
  // of
  // the language by chance.
  private static final int SHORTEST_OF_BASE64 = 6;
  private static final int LONGEST_NAME = 128;
  private static final List<String> QUOTES = List.of("'", "\"", "`");

  /** Of those that messages of servers and the driver consist of. */
  private static final Set<String> COMMON_WORDS =
      Set.of(
          "access",
          "admin",
          "authentication",
          "connection",
          "database",
          "denied",
          "exist",
          "failed",
          "host",
          "login",
          "pass",
          "password",
          "permission",
          "port",
          "postgres",
          "postgresql",
          "role",
          "schema",
          "server",
          "table",
          "user");

  private final Set<String> passwords;
  private final Set<String> pieces = new HashSet<>();
  private final Set<String> base64Pieces = new HashSet<>();
  private final Set<String> names;

  /**
   * A mask.
   *
   * @param passwords as it is, and as it is written in the URL
   * @param names what may be shown
   */
  PasswordMask(Set<String> passwords, Collection<String> names) {
    this.passwords = passwords;
    this.names =
        names.stream()
            .filter(name -> name.length() <= LONGEST_NAME)
            .map(PasswordMask::folded)
            .collect(Collectors.toSet());
    for (String password : passwords) {
      if (password.length() >= SHORTEST) {
        Spellings.of(password).forEach(text -> add(folded(text), SHORTEST, pieces));
        for (String text : Spellings.base64(password)) {
          if (text.length() < SHORTEST_OF_BASE64) {
            add(folded(text), SHORTEST, pieces);
          } else {
            add(text, SHORTEST_OF_BASE64, base64Pieces);
          }
        }
      }
    }
    pieces.removeIf(String::isBlank);
  }

  private static void add(String text, int length, Set<String> pieces) {
    for (int i = 0; i + length <= text.length(); i++) {
      pieces.add(text.substring(i, i + length));
    }
  }

  String clean(String words) {
    return withoutPieces(withoutQuoted(words));
  }

  /** One of up to 3 characters: to hide every {@code a} would hide the message. */
  private String withoutQuoted(String words) {
    String clean = words;
    for (String password : passwords) {
      if (!password.isBlank() && !names.contains(folded(password))) {
        for (String quote : QUOTES) {
          clean = clean.replace(quote + password + quote, quote + MASK + quote);
        }
      }
    }
    return clean;
  }

  private String withoutPieces(String words) {
    StringBuilder clean = new StringBuilder();
    int kept = 0;
    for (Span span : spans(words)) {
      if (!mayStand(words, span)) {
        clean.append(words, kept, span.start()).append(MASK);
        kept = span.end();
      }
    }
    return clean.append(words, kept, words.length()).toString();
  }

  private record Span(int start, int end) {}

  /** Those that touch are one. */
  private List<Span> spans(String words) {
    BitSet hidden = new BitSet(words.length());
    hide(folded(words), SHORTEST, pieces, hidden);
    hide(words, SHORTEST_OF_BASE64, base64Pieces, hidden);
    List<Span> found = new ArrayList<>();
    for (int start = hidden.nextSetBit(0); start >= 0; ) {
      int end = hidden.nextClearBit(start);
      found.add(new Span(start, end));
      start = hidden.nextSetBit(end);
    }
    return found;
  }

  private static void hide(String text, int length, Set<String> pieces, BitSet hidden) {
    for (int i = 0; i + length <= text.length(); i++) {
      if (pieces.contains(text.substring(i, i + length))) {
        hidden.set(i, i + length);
      }
    }
  }

  private boolean mayStand(String words, Span span) {
    Span word = grown(words, span, "");
    if (passwords.stream().map(PasswordMask::folded).allMatch(COMMON_WORDS::contains)
        && COMMON_WORDS.contains(folded(words.substring(word.start(), word.end())))
        && isOfASentence(words, word)) {
      return true;
    }
    for (String joints : List.of("", "-", ".", ".-")) {
      Span name = grown(words, span, joints);
      if (names.contains(folded(words.substring(name.start(), name.end())))
          && !isOfALogin(words, name)) {
        return true;
      }
    }
    return false;
  }

  /** What it is a part of, as far as it has to be known. */
  private static Span grown(String words, Span span, String joints) {
    int start = span.start();
    int end = span.end();
    while (start > 0 && end - start <= LONGEST_NAME && isOfWord(words.charAt(start - 1), joints)) {
      start--;
    }
    while (end < words.length()
        && end - start <= LONGEST_NAME
        && isOfWord(words.charAt(end), joints)) {
      end++;
    }
    // A full stop behind it is the sentence's.
    while (end > span.end() && joints.indexOf(words.charAt(end - 1)) >= 0) {
      end--;
    }
    return new Span(start, end);
  }

  private static boolean isOfWord(char c, String joints) {
    return Character.isLetterOrDigit(c) || c == '_' || joints.indexOf(c) >= 0;
  }

  private static boolean isOfASentence(String words, Span word) {
    char before = word.start() == 0 ? ' ' : words.charAt(word.start() - 1);
    char behind = word.end() == words.length() ? ' ' : words.charAt(word.end());
    char next = word.end() + 1 >= words.length() ? ' ' : words.charAt(word.end() + 1);
    boolean ends = Character.isWhitespace(behind);
    boolean stops = ".,;:)!?".indexOf(behind) >= 0 && (Character.isWhitespace(next) || next == ')');
    return (Character.isWhitespace(before) || before == '(') && (ends || stops);
  }

  /** Whether a password may stand here, whole or cut. */
  private static boolean isOfALogin(String words, Span name) {
    String before = words.substring(Math.max(0, name.start() - 3), name.start());
    String behind = words.substring(name.end(), Math.min(words.length(), name.end() + 3));
    boolean isNumber =
        words.substring(name.start(), name.end()).chars().allMatch(Character::isDigit);
    return (before.endsWith(":") && !isNumber)
        || before.endsWith("…")
        || before.endsWith("...")
        || behind.startsWith("@")
        || behind.startsWith("…")
        || behind.startsWith("...");
  }

  /** Character by character, as some capitals become two letters: places stay what they are. */
  private static String folded(String text) {
    String small = text.toLowerCase(ROOT);
    if (small.length() == text.length()) {
      return small;
    }
    StringBuilder folded = new StringBuilder(text.length());
    text.chars().forEach(c -> folded.append((char) Character.toLowerCase(c)));
    return folded.toString();
  }
}
