package dev.slicer.service.edge;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Who limits and fair shares are counted by: the caller where it is known who that is, else the address that the request came
 * from. A proxy's clients are told apart by {@code quarkus.http.proxy} alone.
 *
 * @param name made of the caller or the address
 */
public record Client(String name) {
    /** What callers are called whom nobody asks who they are: they are told apart by their addresses. */
    private static final String NOBODY = "anonymous";

    /** A customer's network; its addresses are as many as somebody likes. */
    private static final int NETWORK_BYTES = 8;

    public static Client of(RoutingContext request) {
        return identity(request)
                .map(identity -> new Client("caller " + identity.getPrincipal().getName()))
                .orElseGet(() -> new Client(address(request.request().remoteAddress())));
    }

    private static Optional<SecurityIdentity> identity(RoutingContext request) {
        return request.user() instanceof QuarkusHttpUser user
                ? Optional.of(user.getSecurityIdentity())
                        .filter(identity -> !identity.isAnonymous())
                        .filter(identity -> !identity.getPrincipal().getName().equals(NOBODY))
                : Optional.empty();
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
