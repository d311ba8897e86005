package io.dbmigrations.operator.database;

import java.io.IOException;
import java.net.InetAddress;

/** Which addresses a tenant's URL may lead the operator to. */
enum Reach {
  /**
   * Not the operator's own Pod and node: what listens there trusts whoever reaches it, and it is
   * not what the same URL means in the migration's Pod.
   */
  OTHER_HOSTS {
    @Override
    void check(InetAddress address) throws IOException {
      if (address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || address.isLinkLocalAddress()
          || address.isMulticastAddress()) {
        throw new OwnAddressException();
      }
    }
  },
  /** For tests, whose server is on the same machine. */
  ANYWHERE {
    @Override
    void check(InetAddress address) {}
  };

  abstract void check(InetAddress address) throws IOException;

  /** The host of the URL is, in the operator's Pod, that Pod or its node. */
  static final class OwnAddressException extends IOException {}
}
