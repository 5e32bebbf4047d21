package dev.slicer.service.edge;

import dev.slicer.access.KeyEntry;
import dev.slicer.service.security.Caller;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/**
 * Who limits and fair shares are counted by: the caller where it is known who that is, else the address that the request came
 * from. A proxy's clients are told apart by {@code quarkus.http.proxy} alone.
 *
 * @param name made of the caller or the address
 */
public record Client(String name) {
    /** A customer's network; its addresses are as many as somebody likes. */
    private static final int NETWORK_BYTES = 8;

    public static Client of(RoutingContext request) {
        return Caller.of(request)
                .map(Caller::name)
                // Whom nobody asks who they are.
                .filter(name -> !name.equals(KeyEntry.NOBODY))
                .map(name -> new Client("caller " + name))
                .orElseGet(() -> new Client(address(request.request().remoteAddress())));
    }

    private static String address(SocketAddress remote) {
        if (remote == null || remote.hostAddress() == null) {
            return "local";
        }
        String address = remote.hostAddress();
        if (address.indexOf(':') < 0) {
            return "address " + address;
        }
        try {
            // No name is looked up for what is an address.
            return InetAddress.getByName(address) instanceof Inet6Address six
                    ? "network " + HexFormat.of().formatHex(six.getAddress(), 0, NETWORK_BYTES)
                    : "address " + address;
        } catch (UnknownHostException noAddress) {
            return "address " + address;
        }
    }
}
