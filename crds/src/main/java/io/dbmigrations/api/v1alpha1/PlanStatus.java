package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What would be run, as the last attempt has found it under the database's lock.
 *
 * @param digest SHA-256 over all that decides what would be run and from where
 * @param from null where it is not one position, as with several version tables
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanStatus(
    @JsonPropertyDescription("By this it is approved; any 8 or more of its first characters do.")
        String digest,
    @JsonPropertyDescription("Upgrade, Downgrade, or Mixed when it does both.") String direction,
    @JsonPropertyDescription("The revisions that the database is at, or base.")
        @Nullable String from,
    @JsonPropertyDescription("The revisions that it would be at, or base.") @Nullable String to,
    @JsonPropertyDescription("How many revisions it applies or takes back.") int steps,
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
        @JsonPropertyDescription(
            "What it would delete that is there, and what cannot be told; empty when nothing.")
        List<String> deletes) {

  private static final Pattern PREFIX = Pattern.compile("[0-9a-f]{8,64}");

  public PlanStatus {
    deletes = deletes == null ? List.of() : List.copyOf(deletes);
  }

  /** Whether somebody can mean a plan by that word at all. */
  public static boolean isDigest(@Nullable String word) {
    return word != null && PREFIX.matcher(word).matches();
  }

  /** Whether that word is the digest of this plan, or enough of its beginning. */
  public boolean isMeantBy(@Nullable String word) {
    return isDigest(word) && digest != null && digest.startsWith(word);
  }
}
