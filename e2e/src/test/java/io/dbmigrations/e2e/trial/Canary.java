package io.dbmigrations.e2e.trial;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A password that is found wherever it appears, in whatever form.
 *
 * @param value with characters that look otherwise in a URL
 */
public record Canary(String value) {
  static Canary create() {
    return new Canary("kanarie/" + UUID.randomUUID().toString().substring(0, 13) + "@+%7 x");
  }

  /** As it stands in a URL. */
  String encoded() {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What must not be found anywhere. */
  Set<String> forms() {
    var forms = new TreeSet<String>();
    forms.add(value);
    forms.add(encoded());
    // base64 of the middle, at each of the three places that it can have in a longer text
    for (int shift = 0; shift < 3; shift++) {
      var text = "_".repeat(shift) + value;
      var base64 =
          Base64.getEncoder()
              .withoutPadding()
              .encodeToString(text.getBytes(StandardCharsets.UTF_8));
      forms.add(base64.substring(shift == 0 ? 0 : 4, base64.length() - 4));
    }
    return forms;
  }

  /** Whether it can be read in that text. */
  public boolean isIn(String text) {
    return forms().stream().anyMatch(text::contains);
  }
}
