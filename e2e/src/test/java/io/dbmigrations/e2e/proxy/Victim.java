package io.dbmigrations.e2e.proxy;

/** The operator's process, as far as rules do something to it. */
public interface Victim {
  /** By SIGKILL. */
  void kill();

  /** By SIGSTOP. */
  void pause();

  /** By SIGCONT. */
  void resume();
}
