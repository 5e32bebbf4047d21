package dev.slicer.kafka.testing;

import dev.slicer.broker.SecuredBroker;
import dev.slicer.broker.SecuredBroker.Way;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.kafka.clients.KafkaClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** One broker with all ways in and an authorizer that denies by default, for all tests of a JVM; it ends with that. */
public final class SecuredKafka {
    private static SecuredBroker broker;

    private SecuredKafka() {}

    public static synchronized SecuredBroker broker() {
        if (broker == null) {
            try {
                broker = SecuredBroker.start(
                        Files.createTempDirectory(Files.createDirectories(Path.of("target")), "secured-kafka"),
                        Arrays.stream(Grantee.values()).map(Grantee::label).collect(Collectors.toSet()));
                Runtime.getRuntime().addShutdownHook(new Thread(broker::close));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return broker;
    }

    /** Of one who logs in by a password that is sent. */
    public static KafkaClients clients(String user) {
        return new KafkaClients(Map.of(
                "bootstrap.servers",
                broker().bootstrapServers(Way.PLAIN),
                "security.protocol",
                "SASL_SSL",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                broker().authority().toString(),
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                        + broker().password(user) + "\";"));
    }

    public static KafkaClients administrator() {
        return clients(SecuredBroker.ADMINISTRATOR);
    }
}
