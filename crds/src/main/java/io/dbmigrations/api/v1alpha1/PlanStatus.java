package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What would be run, as the last attempt has found it under the database's lock.
 *
 * @param digest SHA-256 over all that decides what would be run and from where
 * @param image null where the kubelet did not say which one it is
 * @param from null where it is not one position, as with several version tables
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanStatus(
    @JsonPropertyDescription("By this it is approved; any 8 or more of its first characters do.")
        String digest,
    @JsonPropertyDescription("Upgrade, Downgrade, or Mixed when it does both.") String direction,
    @JsonPropertyDescription("The revisions that the database is at, or base.")
        @Nullable String from,
    @JsonPropertyDescription("The revisions that it would be at, or base.") @Nullable String to,
    @JsonPropertyDescription(
            "The image that has found it, by its digest: with that it runs once it is approved.")
        @Nullable String image,
    @JsonPropertyDescription("How many revisions it applies or takes back.") int count,
    @Size(max = PlanStatus.MOST_STEPS)
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonPropertyDescription("The first 100 of these, in their order.")
        List<PlanStep> steps,
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonPropertyDescription(
            "What it would delete that is there, and what cannot be told; empty when nothing.")
        List<String> deletes,
    @JsonPropertyDescription(
            """
            The ConfigMap that holds the SQL of exactly these steps, under plan.sql. What does not \
            fit into one goes on in others of that name and -2, -3.\
            """)
        @Nullable String sql,
    @JsonPropertyDescription("Why steps and SQL are not shown, or not all of them.")
        @Nullable String missing) {

  /** Of more steps only so many are listed. */
  public static final int MOST_STEPS = 100;

  /** So many characters of a digest are shown to people. */
  public static final int SHOWN = 12;

  private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{8,64}");

  public PlanStatus {
    steps = steps == null ? List.of() : List.copyOf(steps);
    deletes = deletes == null ? List.of() : List.copyOf(deletes);
  }

  /** Of which nothing but its outline is known. */
  public static PlanStatus outline(
      String digest,
      String direction,
      @Nullable String from,
      @Nullable String to,
      int count,
      List<String> deletes) {
    return new PlanStatus(digest, direction, from, to, null, count, List.of(), deletes, null, null);
  }

  /** So much of a digest as people are shown. */
  public static String shown(String digest) {
    return digest.substring(0, Math.min(SHOWN, digest.length()));
  }

  /** Whether somebody can mean a plan by that word at all. */
  public static boolean isDigest(@Nullable String word) {
    return word != null && PREFIX.matcher(word).matches();
  }

  /** Whether that word is the digest of this plan, or enough of its beginning. */
  public boolean isMeantBy(@Nullable String word) {
    return digest != null && isMeant(digest, word);
  }

  /** Whether that word is this digest, or enough of its beginning. */
  public static boolean isMeant(String digest, @Nullable String word) {
    return isDigest(word) && digest.startsWith(word);
  }
}
