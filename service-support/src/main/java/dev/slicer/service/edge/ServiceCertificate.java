package dev.slicer.service.edge;

import io.quarkus.tls.runtime.CertificateRecorder;
import io.quarkus.tls.runtime.config.KeyStoreConfig;
import io.quarkus.tls.runtime.config.TlsBucketConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/** The files of a service's certificate and its key, as they are whenever somebody looks. */
final class ServiceCertificate {
    /** By the algorithms of keys that certificates have. */
    private static final List<String> ALGORITHMS = List.of("RSA", "RSASSA-PSS", "EC", "EdDSA", "Ed25519", "Ed448");

    private static final int CHALLENGE_BYTES = 32;

    private final TlsBucketConfig config;
    private final String bucket;
    private final Vertx vertx;

    ServiceCertificate(TlsBucketConfig config, String bucket, Vertx vertx) {
        this.config = config;
        this.bucket = bucket;
        this.vertx = vertx;
    }

    /** None where the service looks at them only when it starts. */
    Optional<Duration> lookedAtEvery() {
        return config.reloadPeriod();
    }

    /** Why what is in the files cannot be used. */
    Optional<String> problem() {
        KeyCertOptions read;
        try {
            read = CertificateRecorder.getKeyStore(config, vertx, bucket).options;
        } catch (RuntimeException unreadable) {
            return Optional.of(files() + " cannot be read as a certificate and its key");
        }
        try {
            CertificateRecorder.getTrustStore(config, vertx, bucket);
        } catch (RuntimeException unreadable) {
            return Optional.of("what quarkus.tls.trust-store names cannot be read as certificates");
        }
        return problem(read);
    }

    /** Why what was read of the files cannot be used. */
    Optional<String> problem(KeyCertOptions read) {
        try {
            for (KeyManager manager : read.getKeyManagerFactory(vertx).getKeyManagers()) {
                if (manager instanceof X509KeyManager keys && !belongTogether(keys)) {
                    return Optional.of(files() + ": the certificate and the key do not belong together");
                }
            }
            return Optional.empty();
        } catch (Exception unusable) {
            return Optional.of(files() + " cannot be used as a certificate and its key");
        }
    }

    private static boolean belongTogether(X509KeyManager keys) {
        for (String algorithm : ALGORITHMS) {
            String[] aliases = keys.getServerAliases(algorithm, null);
            for (String alias : aliases == null ? new String[0] : aliases) {
                if (!belongTogether(keys.getCertificateChain(alias)[0], keys.getPrivateKey(alias))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        if (certificate.getPublicKey() instanceof RSAKey shown && key instanceof RSAKey own) {
            return shown.getModulus().equals(own.getModulus());
        }
        byte[] challenge = new byte[CHALLENGE_BYTES];
        new SecureRandom().nextBytes(challenge);
        try {
            Signature signature =
                    Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : key.getAlgorithm());
            signature.initSign(key);
            signature.update(challenge);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(challenge);
            return signature.verify(signed);
        } catch (GeneralSecurityException ofAnotherKind) {
            return false;
        }
    }

    private String files() {
        KeyStoreConfig keyStore = config.keyStore().orElseThrow();
        return keyStore.pem()
                .map(pem -> pem.keyCerts().values().stream()
                        .map(pair -> pair.cert() + " and " + pair.key())
                        .collect(Collectors.joining(", ")))
                .or(() -> keyStore.p12().map(store -> store.path().toString()))
                .or(() -> keyStore.jks().map(store -> store.path().toString()))
                .orElse("the certificate of " + bucket);
    }
}
