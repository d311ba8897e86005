package io.dbmigrations.api.v1alpha1;

/** What follows from a reason, for the operator and for the reader of a status. */
public enum ReasonClass {
  /** The database is where it should be: {@code Ready=True}. */
  DONE,
  /** The operator is at it: {@code Ready=Unknown}, {@code Reconciling=True}. */
  PROGRESSING,
  /** Tried again by itself: {@code Ready=False}, {@code Reconciling=True}. */
  TRANSIENT,
  /** Waits for a person by intent: {@code Ready=False}. */
  WAITING,
  /** Was so, and cannot be confirmed now: {@code Ready=Unknown}. */
  UNSEEN,
  /** Needs an edit, or the cause to go: {@code Ready=False}, {@code Stalled=True}. */
  STALLED
}
