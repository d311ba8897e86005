package io.dbmigrations.operator.job;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The runner's digests of the lists that had no room in its outcome; null for one that is there, or
 * that it did not know. Whoever reads the same rows knows by it that these are they.
 */
public record RowDigests(
    @Nullable String before,
    @Nullable String after,
    @Nullable String target,
    @Nullable String left,
    @Nullable String held) {

  private static final int DIGITS = 16;

  /** Where all of them had room. */
  public static final RowDigests NONE = new RowDigests(null, null, null, null, null);

  /** That of rows, in whichever order. */
  static String of(List<String> rows) {
    // In the order of their code points, which that of their bytes is and that of Java's is not.
    String lines =
        rows.stream()
            .sorted((one, other) -> Arrays.compareUnsigned(bytes(one), bytes(other)))
            .collect(Collectors.joining("\n"));
    return Sha256.hex(lines, DIGITS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
