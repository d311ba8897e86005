package io.dbmigrations.operator.metrics;

import java.util.Locale;

/** A label, and what bounds how many values it has. */
enum Label {
  NAMESPACE("the resource's namespace"),
  NAME("the resource's name"),
  REASON("a word of [the reasons](../crds/REASONS.md), or `Unknown` for any other"),
  CLASS(
      "`Done`, `Progressing`, `Transient`, `Waiting`, `Unseen`, `Stalled`: the chapter of the"
          + " reasons, as the conditions say it"),
  CURRENT(
      "the rows of the version table as last read; of several the first three, of each the first 40"
          + " characters; empty where they are not known"),
  TARGET("`spec.targetRevision`, the first 40 characters"),
  RESULT(
      "`Succeeded`, `Failed`, or `Held` for an attempt that found out what would be run, and ran"
          + " nothing"),
  DIRECTION("`Upgrade`, `Downgrade`, `Mixed`, `None`"),
  MODE("`Migrate`, `Check`, `Plan`"),
  LOCK("`migrators` for the one that lets one migrator in at a time, `statement` for any other"),
  OUTCOME("`Ended`, or `Failed` for one that is tried again because of an error"),
  FOUND(
      "`DatabaseRead`, or why the rows were not seen: a reason; `InternalError` for a defect of the"
          + " operator"),
  VERB("`get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `other`"),
  RESOURCE("a plural that the operator asks for, as `jobs`, or `other`"),
  CODE("the status of the answer, or `none` where none came");

  private final String bound;

  Label(String bound) {
    this.bound = bound;
  }

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Which values it has, for the documentation. */
  String bound() {
    return bound;
  }
}
