package dev.slicer.service.edge;

import dev.slicer.service.edge.TlsConfig.ClientCertificates;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.service.http.Refusal;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.VertxCertificateHolder;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Vertx;
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
import org.jboss.logging.Logger;

/**
 * Sees to it that TLS is not half on, that a certificate is shown whose key is there, and that clients show certificates where they
 * must. Files that cannot be used leave the certificate as it was.
 */
@Singleton
class Tls implements HttpServerOptionsCustomizer {
    private static final Logger LOG = Logger.getLogger(Tls.class);
    private static final String INSECURE = "quarkus.http.insecure-requests";
    private static final String HEALTH = "/q/health";
    /** Behind the headers of every answer, before whatever answers. */
    private static final int FIRST = -30_000;

    private final boolean required;
    private final Optional<String> insecure;
    private final TlsConfigurationRegistry certificates;
    private final Vertx vertx;
    private volatile Optional<String> problem = Optional.empty();

    @Inject
    Tls(
            TlsConfig config,
            @ConfigProperty(name = INSECURE) Optional<String> insecure,
            TlsConfigurationRegistry certificates,
            Vertx vertx) {
        this.required = config.clientCertificates() == ClientCertificates.REQUIRED;
        this.insecure = insecure;
        this.certificates = certificates;
        this.vertx = vertx;
    }

    /** @throws IllegalArgumentException where the settings contradict one another */
    void start(@Observes @Priority(1) StartupEvent start) {
        boolean on = isOn();
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
        if (on) {
            watch(certificates.getDefault().orElseThrow());
        }
    }

    boolean isOn() {
        return certificates
                .getDefault()
                .filter(configured -> configured.getKeyStoreOptions() != null)
                .isPresent();
    }

    private void watch(TlsConfiguration configured) {
        own(configured)
                .flatMap(own -> own.problem(configured.getKeyStoreOptions()))
                .ifPresent(unusable -> {
                    throw new IllegalArgumentException("quarkus.tls.key-store: " + unusable);
                });
        own(configured)
                .ifPresent(own -> own.lookedAtEvery()
                        .ifPresent(period -> vertx.setPeriodic(
                                period.toMillis(), look -> vertx.executeBlocking(() -> tell(own.problem())))));
    }

    private Optional<ServiceCertificate> own(TlsConfiguration configured) {
        return configured instanceof VertxCertificateHolder holder
                ? Optional.of(new ServiceCertificate(holder.config(), holder.getName(), vertx))
                : Optional.empty();
    }

    /**
     * Before the servers are told of certificates that were exchanged.
     *
     * @throws IllegalStateException which keeps them from being told
     */
    void check(@Observes @Priority(1) CertificateUpdatedEvent update) {
        TlsConfiguration read = update.tlsConfiguration();
        if (certificates.getDefault().filter(read::equals).isPresent()) {
            tell(own(read).flatMap(own -> own.problem(read.getKeyStoreOptions())))
                    .ifPresent(unusable -> {
                        throw new IllegalStateException(unusable);
                    });
        }
    }

    private synchronized Optional<String> tell(Optional<String> found) {
        if (!found.equals(problem)) {
            problem = found;
            found.ifPresentOrElse(
                    unusable -> LOG.errorf("%s; the certificate of before stays", unusable),
                    () -> LOG.info("The files of the certificate can be used again"));
        }
        return found;
    }

    /** Why the files as they are now are not used. */
    Optional<String> problem() {
        return problem;
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
