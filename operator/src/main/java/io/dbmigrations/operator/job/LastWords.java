package io.dbmigrations.operator.job;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a process wrote that could not mask its secrets any more, such as a library that ended it.
 * Which these are is not known here: hidden is whatever stands where a password may stand.
 */
final class LastWords {
  private static final String MASK = "***";

  // Each run is possessive and ends at a character that is not of it.
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)(passwords?|passwd|passphrase|pwd|secret|token|api_?key)(['\"]?\\s?[=:]\\s?)"
              + "('[^']*+'|\"[^\"]*+\"|[^\\s,;&)'\"]++)");

  private LastWords() {}

  static String clean(String words) {
    String line = words.strip();
    if (line.isEmpty()) {
      return "";
    }
    String withoutLogins =
        Pattern.compile("\\s+")
            .splitAsStream(line)
            .map(LastWords::withoutLogin)
            .collect(Collectors.joining(" "));
    return NAMED.matcher(withoutLogins).replaceAll("$1$2" + Matcher.quoteReplacement(MASK));
  }

  /** What is in front of a host: of a URL, or what is left of one that was cut. */
  private static String withoutLogin(String word) {
    int at = word.lastIndexOf('@');
    return at <= 0 ? word : MASK + word.substring(at);
  }
}
