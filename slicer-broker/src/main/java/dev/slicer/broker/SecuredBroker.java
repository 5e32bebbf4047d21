package dev.slicer.broker;

import static dev.slicer.broker.BrokerProcess.HOST;
import static dev.slicer.broker.BrokerProcess.freePort;

import dev.slicer.broker.BrokerProcess.Extras;
import dev.slicer.broker.LocalBroker.PortInUseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A {@link LocalBroker} that asks who its clients are, in each way that Kafka knows, all over TLS, and denies whatever no ACL
 * allows. Passwords, keys and certificates are made anew for each, and lie in its folder, readable by this user alone.
 */
public final class SecuredBroker implements AutoCloseable {
    /** Its super user, by {@link Way#PLAIN} and {@link Way#SCRAM}. */
    public static final String ADMINISTRATOR = "admin";

    private static final String BROKER = "broker";

    /** In which a client proves who it is. */
    public enum Way {
        /** It does not; TLS tells it who the broker is. */
        TLS,
        /** By a certificate. */
        MUTUAL_TLS,
        /** By a password that is sent. */
        PLAIN,
        /** By a password that is not sent. */
        SCRAM,
        /** By a token of an identity provider. */
        OAUTHBEARER
    }

    private final Path folder;
    private final LocalBroker broker;
    private final Map<Way, Integer> ports;
    private final Map<String, String> passwords;
    private final Certificates certificates;
    private final TokenIssuer tokens;

    private SecuredBroker(
            Path folder,
            LocalBroker broker,
            Map<Way, Integer> ports,
            Map<String, String> passwords,
            Certificates certificates,
            TokenIssuer tokens) {
        this.folder = folder;
        this.broker = broker;
        this.ports = ports;
        this.passwords = passwords;
        this.certificates = certificates;
        this.tokens = tokens;
    }

    /**
     * Starts a broker on free ports and waits until it serves.
     *
     * @param dataFolder without the topics of an earlier one
     * @param users who have a password, beside the administrator
     * @throws BrokerException when it does not start, with the tail of its log
     */
    public static SecuredBroker start(Path dataFolder, Set<String> users) {
        for (int attempt = 1; ; attempt++) {
            try {
                return startOnce(dataFolder.toAbsolutePath(), users);
            } catch (IOException cause) {
                throw new UncheckedIOException("cannot prepare the broker's folder " + dataFolder, cause);
            } catch (PortInUseException taken) {
                if (attempt == LocalBroker.CHOSEN_PORT_ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private static SecuredBroker startOnce(Path folder, Set<String> users) throws IOException {
        Files.createDirectories(folder);
        Map<String, String> passwords = new TreeMap<>();
        users.forEach(user -> passwords.put(user, password()));
        passwords.put(ADMINISTRATOR, password());
        Certificates certificates = new Certificates();
        TokenIssuer tokens = new TokenIssuer();
        Path keySet = PrivateFile.write(folder.resolve("jwks.json"), tokens.keySet());
        Map<Way, Integer> ports = new EnumMap<>(Way.class);
        for (Way way : Way.values()) {
            ports.put(way, freePort());
        }
        Map<String, String> settings = settings(folder, ports, passwords, certificates);
        settings.put("sasl.oauthbearer.jwks.endpoint.url", keySet.toUri().toString());
        settings.put("sasl.oauthbearer.expected.audience", TokenIssuer.AUDIENCE);
        settings.put("sasl.oauthbearer.expected.issuer", TokenIssuer.ISSUER);
        // What Kafka otherwise reads no keys from.
        List<String> options = List.of(
                "-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=" + keySet.toUri(),
                "-Dorg.apache.kafka.sasl.oauthbearer.allowed.files=" + keySet);
        LocalBroker broker =
                LocalBroker.start(folder, ports.get(Way.PLAIN), settings, new Extras(options, scram(passwords)));
        return new SecuredBroker(folder, broker, ports, passwords, certificates, tokens);
    }

    private static Map<String, String> settings(
            Path folder, Map<Way, Integer> ports, Map<String, String> passwords, Certificates certificates)
            throws IOException {
        String controller = "CONTROLLER://" + HOST + ":" + freePort();
        String clients = ports.entrySet().stream()
                .map(entry -> entry.getKey() + "://" + HOST + ":" + entry.getValue())
                .collect(Collectors.joining(","));
        String own = password();
        Map<String, String> settings = new HashMap<>();
        settings.put("listeners", clients + "," + controller);
        settings.put("advertised.listeners", clients + "," + controller);
        settings.put("controller.quorum.voters", controller.replace("CONTROLLER://", "1@"));
        settings.put(
                "listener.security.protocol.map",
                "TLS:SSL,MUTUAL_TLS:SSL,PLAIN:SASL_SSL,SCRAM:SASL_SSL,OAUTHBEARER:SASL_SSL,CONTROLLER:SASL_SSL");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:" + BROKER + ";User:" + ADMINISTRATOR);
        settings.put("ssl.keystore.type", "PEM");
        settings.put(
                "ssl.keystore.location",
                PrivateFile.write(
                                folder.resolve("broker.pem"),
                                certificates.ofBroker().both())
                        .toString());
        settings.put("ssl.truststore.type", "PEM");
        settings.put(
                "ssl.truststore.location",
                PrivateFile.write(folder.resolve("ca.pem"), certificates.authority())
                        .toString());
        settings.put("listener.name.mutual_tls.ssl.client.auth", "required");
        settings.put("inter.broker.listener.name", Way.PLAIN.name());
        settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        settings.put("sasl.mechanism.controller.protocol", "PLAIN");
        Map<String, String> brokerAlone = Map.of(BROKER, own);
        Map<String, String> all = new TreeMap<>(passwords);
        all.putAll(brokerAlone);
        sasl(settings, "controller", "PLAIN", plain(own, brokerAlone));
        sasl(settings, Way.PLAIN.name(), "PLAIN", plain(own, all));
        sasl(
                settings,
                Way.SCRAM.name(),
                "SCRAM-SHA-512",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        sasl(
                settings,
                Way.OAUTHBEARER.name(),
                "OAUTHBEARER",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;");
        settings.put(
                "listener.name.oauthbearer.oauthbearer.sasl.server.callback.handler.class",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler");
        return settings;
    }

    private static void sasl(Map<String, String> settings, String listener, String mechanism, String login) {
        String prefix = "listener.name." + listener.toLowerCase(Locale.ROOT) + ".";
        settings.put(prefix + "sasl.enabled.mechanisms", mechanism);
        settings.put(prefix + mechanism.toLowerCase(Locale.ROOT) + ".sasl.jaas.config", login);
    }

    private static String plain(String own, Map<String, String> passwords) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + BROKER
                + "\" password=\"" + own + "\" "
                + passwords.entrySet().stream()
                        .map(entry -> "user_" + entry.getKey() + "=\"" + entry.getValue() + "\"")
                        .collect(Collectors.joining(" "))
                + ";";
    }

    private static List<String> scram(Map<String, String> passwords) {
        List<String> arguments = new ArrayList<>();
        passwords.forEach((user, password) -> arguments.addAll(
                List.of("--add-scram", "SCRAM-SHA-512=[name=" + user + ",password=" + password + "]")));
        return arguments;
    }

    private static String password() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** {@code host:port} for a client's {@code bootstrap.servers}. */
    public String bootstrapServers(Way way) {
        return HOST + ":" + ports.get(way);
    }

    /** The certificate of the authority that certifies the broker, in PEM; clients are to trust it alone. */
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    /** Of one of its users, or of the administrator. */
    public String password(String user) {
        return passwords.get(user);
    }

    /** A key with its certificate, in PEM, for {@link Way#MUTUAL_TLS}; the principal is {@code CN=} and the user. */
    public String certified(String user) {
        return certificates.of(user).both();
    }

    /** For {@link Way#OAUTHBEARER}; of any user. */
    public String token(String user) {
        return tokens.token(user);
    }

    /** The broker's log. */
    public Path log() {
        return broker.log();
    }

    public boolean isAlive() {
        return broker.isAlive();
    }

    /** Stops the broker; its folder stays. */
    @Override
    public void close() {
        broker.close();
    }
}
