package io.dbmigrations.e2e.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.e2e.proxy.Call;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final String NAMESPACE = "/apis/dbmigrations.io/v1alpha1/namespaces/shop/";
  private static final String SECOND_STEP = ", \"progress\": {\"step\": 2, \"of\": 2}";

  @Test
  void aMigrationTakesItsJobAndThreeStatuses() {
    assertThat(check("", "", "")).isEmpty();
    assertThat(check("", "", "", "")).hasSize(1);
  }

  @Test
  void howFarASlowMigrationIsMayBeSaidOnce() {
    assertThat(check("", "", SECOND_STEP, "")).isEmpty();
    assertThat(check("", "", SECOND_STEP, SECOND_STEP, "")).hasSize(1);
  }

  private static List<?> check(String... statuses) {
    var writes = new ArrayList<Call>();
    writes.add(call("create", "/apis/batch/v1/namespaces/shop/jobs", "{}"));
    for (var status : statuses) {
      writes.add(
          call(
              "update",
              NAMESPACE + "databasemigrations/one/status",
              "{\"status\": {\"conditions\": []" + status + "}}"));
    }
    return Budget.check(Workload.FORWARD_TWO, writes);
  }

  private static Call call(String verb, String path, String body) {
    return new Call(Instant.EPOCH, verb, path, "", body);
  }
}
