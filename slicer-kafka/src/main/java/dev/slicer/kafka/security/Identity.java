package dev.slicer.kafka.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;

/** Whom a broker takes a client for, as far as the client's own settings tell. Brokers can be told to see it otherwise. */
public final class Identity {
    private static final Pattern USER_NAME = option("username");
    private static final Pattern CLIENT_ID = option("clientId");
    private static final Pattern SUBJECT = Pattern.compile("\"sub\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----");

    private Identity() {}

    /** @return as ACLs name it: {@code User:inference} */
    public static String of(Map<String, ?> settings) {
        String protocol = text(settings, CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)
                .orElse(CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL);
        Optional<String> name = switch (protocol) {
            case "SASL_PLAINTEXT", "SASL_SSL" -> ofLogin(settings).or(() -> ofToken(settings));
            case "SSL" -> isCertified(settings) ? ofCertificate(settings) : Optional.of("ANONYMOUS");
            default -> Optional.of("ANONYMOUS");
        };
        return name.map(known -> "User:" + known).orElse("this client's principal");
    }

    private static Optional<String> ofLogin(Map<String, ?> settings) {
        String login = text(settings, SaslConfigs.SASL_JAAS_CONFIG).orElse("");
        return first(USER_NAME, login)
                .or(() -> text(settings, SaslConfigs.SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_ID))
                .or(() -> first(CLIENT_ID, login))
                .map(name -> name.replaceAll("\\\\(.)", "$1"));
    }

    private static Optional<String> ofToken(Map<String, ?> settings) {
        try {
            Optional<String> url = text(settings, SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL)
                    .filter(address -> address.startsWith("file:"));
            if (url.isEmpty()) {
                return Optional.empty();
            }
            String[] parts = Files.readString(Path.of(URI.create(url.get()))).split("\\.");
            return parts.length < 2
                    ? Optional.empty()
                    : first(SUBJECT, new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isCertified(Map<String, ?> settings) {
        return text(settings, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG).isPresent()
                || text(settings, SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG)
                        .isPresent();
    }

    private static Optional<String> ofCertificate(Map<String, ?> settings) {
        try {
            Optional<String> chain = text(settings, SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG);
            String type =
                    text(settings, SslConfigs.SSL_KEYSTORE_TYPE_CONFIG).orElse(SslConfigs.DEFAULT_SSL_KEYSTORE_TYPE);
            if (chain.isEmpty() && !type.equals("PEM")) {
                return ofStore(settings, type);
            }
            String pem = chain.isPresent()
                    ? chain.get()
                    : Files.readString(Path.of(text(settings, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG)
                            .orElseThrow()));
            Matcher certificate = CERTIFICATE.matcher(pem);
            if (!certificate.find()) {
                return Optional.empty();
            }
            return Optional.of(name((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(certificate.group().getBytes(StandardCharsets.US_ASCII)))));
        } catch (IOException | GeneralSecurityException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<String> ofStore(Map<String, ?> settings, String type)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(type);
        Path file =
                Path.of(text(settings, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG).orElseThrow());
        try (InputStream in = Files.newInputStream(file)) {
            store.load(
                    in,
                    text(settings, SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG)
                            .map(String::toCharArray)
                            .orElse(null));
        }
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
                return Optional.of(name(certificate));
            }
        }
        return Optional.empty();
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    private static Pattern option(String name) {
        return Pattern.compile("\\b" + name + "\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Where secrets are, Kafka has them in a type that does not show them. */
    private static Optional<String> text(Map<String, ?> settings, String name) {
        return Optional.ofNullable(settings.get(name))
                .map(value -> value instanceof Password secret ? secret.value() : String.valueOf(value));
    }
}
