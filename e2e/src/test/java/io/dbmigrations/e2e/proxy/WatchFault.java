package io.dbmigrations.e2e.proxy;

/** What befalls the watches that are open. */
public enum WatchFault {
  /** Nothing passes any more in either direction, and nothing is closed: a network that is gone. */
  FREEZE,
  /** Events are lost, while pings are answered: only a new watch brings what happened since. */
  MUTE,
  /** Events are late. */
  WITHHOLD,
  /** Every event comes twice. */
  DUPLICATE,
  /** Events of one object overtake those of another, in one watch and from watch to watch. */
  REORDER,
  /** The connections break. */
  CUT,
  /** The API server says that it remembers no such version: everything is listed anew. */
  EXPIRE,
  /** The same, and the list is the one from before the fault was prepared. */
  STALE_LIST
}
