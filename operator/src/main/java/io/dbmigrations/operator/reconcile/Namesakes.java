package io.dbmigrations.operator.reconcile;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to resources that were made under the name of one that was just deleted, as {@code kubectl
 * replace --force} does. When the SDK has told of a deletion it forgets what it knows of the name,
 * and with it the event of the new resource that has come meanwhile; from then on no Job and no Pod
 * of that sets anything off. So, after a deletion, a resource of the name is announced again until
 * it is reconciled.
 */
final class Namesakes extends AbstractEventSource<Void, DatabaseMigration> {

  // A new one that comes later than this is announced by its own event, since nothing of the
  // deleted one is known any more.
  private static final int LOOKS = 10;

  private static final Logger LOG = LoggerFactory.getLogger(Namesakes.class);

  private final Map<ResourceID, Integer> looks = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("namesakes").factory());
  private final Function<ResourceID, Optional<DatabaseMigration>> resources;

  Namesakes(Function<ResourceID, Optional<DatabaseMigration>> resources) {
    super(Void.class, "namesakes");
    this.resources = resources;
  }

  /** A resource of that name was deleted. */
  void deleted(ResourceID name) {
    looks.put(name, LOOKS);
  }

  /** A resource of that name is being reconciled, and known to the SDK. */
  void reconciled(ResourceID name) {
    looks.remove(name);
  }

  @Override
  public void start() {
    super.start();
    ScheduledFuture<?> _ = timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public void stop() {
    super.stop();
    timer.shutdownNow();
  }

  /** Looks for new resources of the names. */
  void look() {
    try {
      looks.keySet().forEach(this::look);
    } catch (RuntimeException e) {
      // Or the timer would never look again.
      LOG.error("Resources that were made again cannot be announced", e);
    }
  }

  private void look(ResourceID name) {
    Optional<DatabaseMigration> resource = resources.apply(name);
    if (resource.isEmpty()) {
      looks.computeIfPresent(name, (_, left) -> left > 1 ? left - 1 : null);
    } else {
      getEventHandler().handleEvent(new ResourceEvent(ResourceAction.ADDED, name, resource.get()));
    }
  }

  @Override
  public Set<Void> getSecondaryResources(DatabaseMigration primary) {
    return Set.of();
  }
}
