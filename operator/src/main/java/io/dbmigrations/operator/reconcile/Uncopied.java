package io.dbmigrations.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.Cloner;

/**
 * Hands out what the cache has as it is. The SDK would copy a resource by JSON for every reconcile,
 * lest one changes it: nothing here changes what was read (ArchitectureTest).
 */
public final class Uncopied implements Cloner {

  @Override
  public <T extends HasMetadata> T clone(T object) {
    return object;
  }
}
