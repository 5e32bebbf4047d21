package dev.slicer.service.edge;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** TLS beyond what {@code quarkus.tls} says. */
@ConfigMapping(prefix = "slicer.tls")
interface TlsConfig {
    /**
     * Whether clients must have a certificate that {@code quarkus.tls.trust-store} trusts: {@code none} or {@code required}.
     * Where it is required, a connection without one is refused; at the management port health is told even so, as probes
     * have none, and metrics are not.
     */
    @WithDefault("none")
    ClientCertificates clientCertificates();

    enum ClientCertificates {
        /** Nobody is asked for one. */
        NONE,
        /** Who has none is refused. */
        REQUIRED
    }
}
