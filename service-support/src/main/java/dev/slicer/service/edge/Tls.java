package dev.slicer.service.edge;

import dev.slicer.service.edge.TlsConfig.ClientCertificates;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.service.http.Refusal;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Sees to it that TLS is not half on, and that clients show certificates where they must. */
@Singleton
class Tls implements HttpServerOptionsCustomizer {
    private static final String INSECURE = "quarkus.http.insecure-requests";
    private static final String HEALTH = "/q/health";
    /** Behind the headers of every answer, before whatever answers. */
    private static final int FIRST = -30_000;

    private final boolean required;
    private final Optional<String> insecure;
    private final TlsConfigurationRegistry certificates;

    @Inject
    Tls(
            TlsConfig config,
            @ConfigProperty(name = INSECURE) Optional<String> insecure,
            TlsConfigurationRegistry certificates) {
        this.required = config.clientCertificates() == ClientCertificates.REQUIRED;
        this.insecure = insecure;
        this.certificates = certificates;
    }

    /** @throws IllegalArgumentException where the settings contradict one another */
    void start(@Observes @Priority(1) StartupEvent start) {
        boolean on = certificates
                .getDefault()
                .filter(configured -> configured.getKeyStoreOptions() != null)
                .isPresent();
        if (on && insecure.isEmpty()) {
            throw new IllegalArgumentException(
                    "quarkus.tls has a certificate, but the port without TLS would stay open: set " + INSECURE
                            + " to disabled or redirect, or to enabled if that is meant");
        }
        if (required && !on) {
            throw new IllegalArgumentException(
                    "slicer.tls.client-certificates is required, but quarkus.tls.key-store has no "
                            + "certificate of this service");
        }
        if (required && certificates.getDefault().orElseThrow().getTrustStoreOptions() == null) {
            throw new IllegalArgumentException(
                    "slicer.tls.client-certificates is required, but quarkus.tls.trust-store says of "
                            + "no certificate that it is trusted");
        }
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        if (required) {
            options.setClientAuth(ClientAuth.REQUIRED);
        }
    }

    void onManagement(@Observes ManagementInterface management) {
        if (required) {
            management.router().route().order(FIRST).handler(Tls::requireCertificate);
        }
    }

    private static void requireCertificate(RoutingContext context) {
        String path = context.normalizedPath();
        if (path.equals(HEALTH)
                || path.startsWith(HEALTH + "/")
                || hasCertificate(context.request().sslSession())) {
            context.next();
            return;
        }
        Refusal.answer(
                context,
                new ProblemException(
                        ProblemType.NO_CERTIFICATE,
                        "this needs a client certificate that quarkus.tls.trust-store trusts"));
    }

    private static boolean hasCertificate(SSLSession session) {
        try {
            return session != null && session.getPeerCertificates().length > 0;
        } catch (SSLPeerUnverifiedException none) {
            return false;
        }
    }
}
