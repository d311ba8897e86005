package io.dbmigrations.operator.observe;

/** Which readings come first. */
public enum Urgency {
  /** Somebody waits for it: the end of an attempt, an edit, a new resource. */
  AWAITED,
  /** It is only looked whether all is as it was. */
  ROUTINE
}
