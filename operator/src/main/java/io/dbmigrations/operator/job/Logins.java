package io.dbmigrations.operator.job;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Users and passwords of URLs in the words of others, such as an admission webhook's. */
public final class Logins {
  private static final String MASK = "***";

  private static final Pattern WORD = Pattern.compile("\\S++");

  // An image with its digest has an @, too.
  private static final String DIGEST = "@sha256:";

  private Logins() {}

  /** Without what stands between // and the last @ of a word; each word is looked through once. */
  public static String mask(String words) {
    return WORD.matcher(words)
        .replaceAll(word -> Matcher.quoteReplacement(withoutLogin(word.group())));
  }

  private static String withoutLogin(String word) {
    int start = word.indexOf("//");
    int at = word.lastIndexOf('@');
    return start < 0 || at < start || word.startsWith(DIGEST, at)
        ? word
        : word.substring(0, start + 2) + MASK + word.substring(at);
  }
}
