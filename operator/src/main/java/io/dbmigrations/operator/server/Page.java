package io.dbmigrations.operator.server;

import java.io.IOException;
import java.io.OutputStream;

/** What may be too long to be in memory as a whole: it is written while it is made. */
public interface Page {

  /** Its Content-Type. */
  String contentType();

  /** Writes all of it, and closes nothing. */
  void writeTo(OutputStream out) throws IOException;
}
