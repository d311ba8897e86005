package io.dbmigrations.e2e.fault;

import java.sql.SQLException;
import java.util.Map;

/** What people do to one or two resources of one database. The last steps of {@code act} decide. */
enum Workload {
  CREATE {
    @Override
    void act(Stage stage) {
      stage.create("one", "r2");
    }
  },
  FORWARD {
    @Override
    void prepare(Stage stage) throws SQLException {
      stage.migrated("one", "r1");
    }

    @Override
    void act(Stage stage) {
      stage.subject("one").retarget("r2");
    }
  },
  FORWARD_TWO {
    @Override
    void prepare(Stage stage) throws SQLException {
      stage.migrated("one", "r1");
    }

    @Override
    void act(Stage stage) {
      stage.subject("one").retarget("r3");
    }
  },
  ROLLBACK {
    @Override
    void prepare(Stage stage) throws SQLException {
      stage.migrated("one", "r2");
    }

    @Override
    void act(Stage stage) {
      stage.subject("one").retarget("r1");
    }
  },
  EDIT_IN_MID_FLIGHT {
    @Override
    void act(Stage stage) throws SQLException {
      stage.database().control("r2", "gated", true);
      stage.create("one", "r2");
      stage.awaitArrival("r2");
      stage.subject("one").retarget("r1");
      stage.database().control("r2", "gated", false);
    }
  },
  FAILURE_THEN_FIXED {
    @Override
    void act(Stage stage) throws SQLException {
      stage.database().control("r2", "fails", true);
      stage.create("one", "r2");
      stage.await("one", "stalled", seen -> seen.stalled() && seen.answered());
      stage.database().control("r2", "fails", false);
      stage.subject("one").retarget("r3");
    }
  },
  DELETE {
    @Override
    void act(Stage stage) throws SQLException {
      stage.database().control("r1", "gated", true);
      stage.create("one", "r2");
      stage.awaitArrival("r1");
      stage.subject("one").delete();
      stage.awaitNoSession();
      stage.database().control("r1", "gated", false);
    }
  },
  DELETE_AND_CREATE_AGAIN {
    @Override
    void act(Stage stage) throws SQLException {
      stage.database().control("r2", "gated", true);
      stage.create("one", "r2");
      stage.awaitArrival("r2");
      stage.subject("one").delete();
      stage.create("one", "r3");
      stage.awaitNoSession();
      stage.database().control("r2", "gated", false);
    }
  },
  TWO_ON_ONE_DATABASE {
    @Override
    void prepare(Stage stage) throws SQLException {
      stage.migrated("one", "r1");
    }

    @Override
    void act(Stage stage) throws SQLException {
      stage.create("two", "r2");
      stage.await(
          "two",
          "done or refused",
          seen -> seen.claimsReady() || seen.reason().equals("DatabaseClaimed"));
      stage.subject("one").delete();
    }
  },
  SUSPEND_AND_RESUME {
    @Override
    void act(Stage stage) throws SQLException {
      stage.createSuspended("one", "r2");
      stage.await("one", "suspended", seen -> seen.reason().equals("Suspended"));
      stage.subject("one").edit(Map.of("suspend", false));
    }
  };

  /** Without faults. */
  void prepare(Stage stage) throws SQLException {}

  abstract void act(Stage stage) throws SQLException;

  /** The resources that there are in the end, and the revision that each is ready at. */
  Map<String, String> end() {
    return switch (this) {
      case CREATE, FORWARD, SUSPEND_AND_RESUME -> Map.of("one", "r2");
      case FORWARD_TWO, FAILURE_THEN_FIXED, DELETE_AND_CREATE_AGAIN -> Map.of("one", "r3");
      case ROLLBACK, EDIT_IN_MID_FLIGHT -> Map.of("one", "r1");
      case TWO_ON_ONE_DATABASE -> Map.of("two", "r2");
      case DELETE -> Map.of();
    };
  }

  /**
   * How often a person says something that is answered, and that no migration begins with; or has
   * to be told that what was deleted still ends.
   */
  int answers() {
    return switch (this) {
      case EDIT_IN_MID_FLIGHT, SUSPEND_AND_RESUME, DELETE_AND_CREATE_AGAIN -> 1;
      default -> 0;
    };
  }

  /**
   * Whether the way to the end is the same every time: where a Job is ended in its middle, it is
   * not.
   */
  boolean hasOneWay() {
    return switch (this) {
      case DELETE, DELETE_AND_CREATE_AGAIN -> false;
      default -> true;
    };
  }

  String title() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
