package io.dbmigrations.e2e.argocd;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page that tells people how to deploy with Argo CD. */
final class Recipe {
  private static final Path PAGE = Path.of("../crds/argocd/README.md");
  private static final String BEGIN =
      "```yaml\napiVersion: argoproj.io/v1alpha1\nkind: Application";

  private Recipe() {}

  /** The Application that it recommends. */
  static GenericKubernetesResource application() {
    try {
      var page = Files.readString(PAGE);
      var begin = page.indexOf(BEGIN);
      if (begin < 0) {
        throw new IllegalStateException("there is no Application in " + PAGE);
      }
      var block = page.substring(page.indexOf('\n', begin) + 1);
      return Serialization.unmarshal(
          block.substring(0, block.indexOf("```")), GenericKubernetesResource.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
