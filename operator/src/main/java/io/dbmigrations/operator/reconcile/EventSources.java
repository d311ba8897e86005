package io.dbmigrations.operator.reconcile;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.operator.act.JobSlots;
import io.dbmigrations.operator.job.KeptJob;
import io.dbmigrations.operator.observe.Resources;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What sets off a reconcile besides the resource itself: its Jobs, its Pods, and readings. */
public final class EventSources implements Resources {

  private static final String OURS = Names.MANAGED_BY_LABEL + "=" + Names.MANAGED_BY;
  private final Clock clock;

  private @Nullable IndexerResourceCache<DatabaseMigration> resources;
  private @Nullable InformerEventSource<Job, DatabaseMigration> jobs;

  private final SimpleInboundEventSource<DatabaseMigration> readings =
      new SimpleInboundEventSource<>("database-readings");

  private final Namesakes namesakes =
      new Namesakes(name -> find(name.getNamespace().orElse(""), name.getName()));

  public EventSources(Clock clock) {
    this.clock = clock;
  }

  /** A resource of that name was deleted. */
  void deleted(ResourceID name) {
    namesakes.deleted(name);
  }

  /** A resource of that name is being reconciled. */
  void reconciled(ResourceID name) {
    namesakes.reconciled(name);
  }

  /** Sets off a reconcile of the resource. */
  public void reconcile(ResourceID resource) {
    readings.propagateEvent(resource);
  }

  List<EventSource<?, DatabaseMigration>> prepare(EventSourceContext<DatabaseMigration> context) {
    resources = context.getPrimaryCache();
    jobs = informer(Job.class, context);
    return List.of(jobs, informer(Pod.class, context), readings, namesakes);
  }

  @Override
  public Optional<DatabaseMigration> find(String namespace, String name) {
    return resources == null ? Optional.empty() : resources.get(new ResourceID(name, namespace));
  }

  @Override
  public Stream<DatabaseMigration> all() {
    return resources == null ? Stream.empty() : resources.list(_ -> true);
  }

  /** The resources that have a Job which has not finished, as the cache has it. */
  public List<JobSlots.Key> atWork() {
    return jobs == null
        ? List.of()
        : jobs.list(job -> KeptJob.isAtWork(job, clock.instant()))
            .flatMap(job -> owner(job).stream())
            .map(owner -> new JobSlots.Key(owner.getNamespace().orElse(""), owner.getName()))
            .toList();
  }

  private static <T extends HasMetadata> InformerEventSource<T, DatabaseMigration> informer(
      Class<T> type, EventSourceContext<DatabaseMigration> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(type, DatabaseMigration.class)
            .withNamespacesInheritedFromController()
            .withLabelSelector(OURS)
            .withSecondaryToPrimaryMapper(EventSources::owner)
            .build(),
        context);
  }

  private static Set<ResourceID> owner(HasMetadata object) {
    Map<String, String> annotations = object.getMetadata().getAnnotations();
    String name = annotations == null ? null : annotations.get(Names.RESOURCE_ANNOTATION);
    return name == null
        ? Set.of()
        : Set.of(new ResourceID(name, object.getMetadata().getNamespace()));
  }
}
