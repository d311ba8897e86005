package io.dbmigrations.operator.job;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The image of a container as its kubelet reports it, to be run once more: with the digest of a
 * registry, or, of one that was loaded into the node, by the digest of its configuration, by which
 * only that node knows it.
 *
 * @param reference what a Pod names
 */
public record ImageId(String reference) {

  // As the kubelet of an older container runtime writes it.
  private static final Pattern SCHEME = Pattern.compile("^[a-z][a-z-]{0,30}://");

  private static final Pattern LOADED = Pattern.compile("sha256:[0-9a-f]{64}");

  private static final Pattern PULLED = Pattern.compile("[^@\\s]{1,512}@sha256:[0-9a-f]{64}");

  /** The image; empty where what was reported does not say which one it was. */
  public static Optional<ImageId> of(@Nullable String reported) {
    if (reported == null) {
      return Optional.empty();
    }
    String id = SCHEME.matcher(reported).replaceFirst("");
    return LOADED.matcher(id).matches() || PULLED.matcher(id).matches()
        ? Optional.of(new ImageId(id))
        : Optional.empty();
  }

  /** Whether no registry has it by that name. */
  public static boolean isOfTheNode(String reference) {
    return LOADED.matcher(reference).matches();
  }
}
