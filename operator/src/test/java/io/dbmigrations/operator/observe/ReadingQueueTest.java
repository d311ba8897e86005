package io.dbmigrations.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.UnverifiedPolicy;
import io.dbmigrations.operator.database.VersionTables;
import io.dbmigrations.operator.observe.DatabaseReadings.Request;
import io.dbmigrations.operator.observe.ReadingQueue.Limits;
import io.dbmigrations.operator.testing.Databases;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingQueueTest {

  private final ReadingQueue queue = new ReadingQueue(new Limits(4, 3, 2, 2, 1));

  @Test
  void servesWhatIsAwaitedBeforeWhatIsOnlyCheckedAgain() {
    add("a", "routine", Urgency.ROUTINE, false);
    add("b", "awaited", Urgency.AWAITED, false);

    assertThat(names(next())).containsExactly("awaited", "routine");
  }

  @Test
  void servesTheNamespacesInTurn() {
    ReadingQueue one = new ReadingQueue(new Limits(1, 1, 1, 1, 1));
    for (String name : List.of("a1", "a2", "a3", "b1", "c1")) {
      one.add(look(name.substring(0, 1), name, Urgency.AWAITED, false));
    }

    List<String> order = new ArrayList<>();
    for (Look look = one.next(); look != null; look = one.next()) {
      order.add(look.request().name());
      one.done(look);
    }

    assertThat(order).containsExactly("a1", "b1", "c1", "a2", "a3");
  }

  @Test
  void givesANamespaceNoMoreThanItsShare() {
    add("a", "a1", Urgency.AWAITED, false);
    add("a", "a2", Urgency.AWAITED, false);
    add("a", "a3", Urgency.AWAITED, false);
    add("b", "b1", Urgency.ROUTINE, false);

    List<Look> running = next();
    assertThat(names(running)).containsExactly("a1", "a2", "b1");

    queue.done(running.getFirst());
    assertThat(names(next())).containsExactly("a3");
  }

  @Test
  void keepsRoomFromThoseThatTakeLong() {
    for (String namespace : List.of("a", "b", "c", "d")) {
      add(namespace, namespace + "-slow", Urgency.AWAITED, true);
    }
    assertThat(next()).hasSize(2);

    add("e", "e1", Urgency.ROUTINE, false);
    assertThat(names(next())).containsExactly("e1");
  }

  @Test
  void keepsRoomInANamespaceFromItsSlowOnes() {
    add("a", "a-slow-1", Urgency.AWAITED, true);
    add("a", "a-slow-2", Urgency.AWAITED, true);
    add("a", "a1", Urgency.ROUTINE, false);

    assertThat(names(next())).containsExactly("a-slow-1", "a1");
  }

  @Test
  void keepsRoomForWhatIsAwaited() {
    for (String namespace : List.of("a", "b", "c", "d")) {
      add(namespace, namespace, Urgency.ROUTINE, false);
    }
    assertThat(next()).hasSize(3);

    add("e", "e1", Urgency.AWAITED, false);
    assertThat(names(next())).containsExactly("e1");
  }

  @Test
  void isNoLongerThanThereAreResources() {
    Look first = look("a", "a1", Urgency.AWAITED, false);
    queue.add(first);
    queue.add(Look.at(with(first.request(), "later"), false));

    assertThat(next()).extracting(look -> look.request().occasion()).containsExactly("later");
  }

  @Test
  void keepsTheHigherUrgencyOfTheTwo() {
    add("a", "a1", Urgency.AWAITED, false);
    add("a", "a1", Urgency.ROUTINE, false);
    add("b", "b1", Urgency.ROUTINE, false);
    add("b", "b1", Urgency.AWAITED, false);

    assertThat(next())
        .hasSize(2)
        .allSatisfy(look -> assertThat(look.request().urgency()).isEqualTo(Urgency.AWAITED));
  }

  @Test
  void doesNotTakeWhatIsUnderWayASecondTime() {
    add("a", "a1", Urgency.ROUTINE, false);
    List<Look> running = next();
    add("a", "a1", Urgency.AWAITED, false);
    assertThat(next()).isEmpty();

    queue.add(Look.at(with(running.getFirst().request(), "later"), false));
    assertThat(next()).hasSize(1);
  }

  @Test
  void takesAWholeReadingWhereOneForAChangedSecretIsUnderWayOrWaits() {
    Look whole = look("a", "a1", Urgency.ROUTINE, false);
    Look conditional = Look.ifSecretIsNot("1", whole.request(), false);
    queue.add(conditional);
    queue.add(whole);
    List<Look> running = next();
    assertThat(running).containsExactly(whole);
    queue.add(conditional);
    assertThat(next()).isEmpty();
    queue.done(running.getFirst());

    queue.add(conditional);
    assertThat(next()).containsExactly(conditional);
    queue.add(whole);
    assertThat(next()).containsExactly(whole);
  }

  private void add(String namespace, String name, Urgency urgency, boolean slow) {
    queue.add(look(namespace, name, urgency, slow));
  }

  private static Look look(String namespace, String name, Urgency urgency, boolean slow) {
    return Look.at(
        new Request(
            namespace,
            name,
            "uid-" + name,
            Databases.bySecret("db", UnverifiedPolicy.FORBID),
            VersionTables.NONE,
            "occasion",
            urgency),
        slow);
  }

  private static Request with(Request request, String occasion) {
    return new Request(
        request.namespace(),
        request.name(),
        request.uid(),
        request.database(),
        request.tables(),
        occasion,
        request.urgency());
  }

  private List<Look> next() {
    List<Look> looks = new ArrayList<>();
    for (Look look = queue.next(); look != null; look = queue.next()) {
      looks.add(look);
    }
    return looks;
  }

  private static List<String> names(List<Look> looks) {
    return looks.stream().map(look -> look.request().name()).toList();
  }
}
