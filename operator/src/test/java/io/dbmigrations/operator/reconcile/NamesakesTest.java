package io.dbmigrations.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamesakesTest {

  private static final ResourceID SHOP = new ResourceID("shop", "platform");

  private final Map<ResourceID, DatabaseMigration> cache = new HashMap<>();
  private final List<Event> events = new ArrayList<>();
  private final Namesakes namesakes = new Namesakes(name -> Optional.ofNullable(cache.get(name)));

  NamesakesTest() {
    namesakes.setEventHandler(events::add);
  }

  @Test
  void announcesANewResourceAsOneUntilItIsReconciled() {
    namesakes.deleted(SHOP);
    cache.put(SHOP, new DatabaseMigration());
    namesakes.look();
    namesakes.look();
    // Any other event of a name that the SDK has forgotten is passed over.
    assertThat(events).hasSize(2).allMatch(ResourceEvent.class::isInstance);

    namesakes.reconciled(SHOP);
    namesakes.look();
    assertThat(events).hasSize(2);
  }

  @Test
  void announcesOneThatComesALittleLater() {
    namesakes.deleted(SHOP);
    namesakes.look();
    cache.put(SHOP, new DatabaseMigration());
    namesakes.look();
    assertThat(events).hasSize(1);
  }

  @Test
  void forgetsANameThatNobodyUsesAgain() {
    namesakes.deleted(SHOP);
    for (int i = 0; i < 10; i++) {
      namesakes.look();
    }
    cache.put(SHOP, new DatabaseMigration());
    namesakes.look();
    assertThat(events).isEmpty();
  }

  @Test
  void saysNothingOfResourcesThatWereNotDeleted() {
    cache.put(SHOP, new DatabaseMigration());
    namesakes.look();
    assertThat(events).isEmpty();
  }

  @Test
  void looksAgainAfterAnEventThatCouldNotBeHandled() {
    namesakes.setEventHandler(event -> {
      events.add(event);
      throw new IllegalStateException("a defect");
    });
    namesakes.deleted(SHOP);
    cache.put(SHOP, new DatabaseMigration());
    namesakes.look();
    namesakes.look();
    assertThat(events).hasSize(2);
  }
}
