package io.dbmigrations.operator.testing;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.ReasonClass;

/** The status of {@code Ready} for a class of reasons, written out beside the code that says it. */
final class ShownStatus {

  private ShownStatus() {}

  static String of(ReasonClass shown) {
    return switch (shown) {
      case DONE -> Condition.TRUE;
      case PROGRESSING, UNSEEN -> Condition.UNKNOWN;
      case TRANSIENT, WAITING, STALLED -> Condition.FALSE;
    };
  }
}
