package io.dbmigrations.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;

/** The events of one object as the API server has them: nobody watches them, as they are many. */
final class ObjectEvents {

  private static final String OBJECT = "regarding.uid";

  private final KubernetesClient client;

  ObjectEvents(KubernetesClient client) {
    this.client = client;
  }

  List<Event> of(HasMetadata object) {
    return of(object, Map.of(OBJECT, object.getMetadata().getUid()));
  }

  /** Those with that reason. */
  List<Event> of(HasMetadata object, String reason) {
    return of(object, Map.of(OBJECT, object.getMetadata().getUid(), "reason", reason));
  }

  private List<Event> of(HasMetadata object, Map<String, String> fields) {
    return client
        .events()
        .v1()
        .events()
        .inNamespace(object.getMetadata().getNamespace())
        .withFields(fields)
        .list()
        .getItems();
  }
}
