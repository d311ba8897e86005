package io.dbmigrations.e2e.delivery;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What a page of the documentation tells people to apply. */
public final class Recipe {
  private static final Pattern BLOCK = Pattern.compile("(?s)```yaml\n(.*?)```");

  private Recipe() {}

  /**
   * The resources of that kind that it recommends.
   *
   * @param tool whose page it is
   */
  public static List<GenericKubernetesResource> resources(
      String tool, String apiVersion, String kind) {
    var page = Path.of("../crds", tool, "README.md");
    try {
      var found =
          BLOCK
              .matcher(Files.readString(page))
              .results()
              .flatMap(block -> Pattern.compile("(?m)^---$").splitAsStream(block.group(1)))
              .map(one -> Serialization.unmarshal(one, GenericKubernetesResource.class))
              .filter(one -> apiVersion.equals(one.getApiVersion()) && kind.equals(one.getKind()))
              .toList();
      if (found.isEmpty()) {
        throw new IllegalStateException("there is no %s in %s".formatted(kind, page));
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
