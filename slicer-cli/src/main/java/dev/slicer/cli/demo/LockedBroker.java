package dev.slicer.cli.demo;

import dev.slicer.broker.PrivateFile;
import dev.slicer.broker.SecuredBroker;
import dev.slicer.broker.SecuredBroker.Way;
import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.access.Right.Need;
import dev.slicer.kafka.clients.Answers;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.kafka.security.ClientSettings;
import dev.slicer.kafka.topics.TopicSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclBinding;

/**
 * A broker that lets in whom it knows, by TLS and SCRAM, and allows each what it needs and nothing else. Its topics are there
 * before the services are, which may make none but their own.
 */
final class LockedBroker implements DemoBroker {
    private static final int PARTITIONS = 3;

    private final SecuredBroker broker;
    private final Map<Grantee, Path> files;

    private LockedBroker(SecuredBroker broker, Map<Grantee, Path> files) {
        this.broker = broker;
        this.files = files;
    }

    /** @param folder for the settings and secrets of its clients */
    static LockedBroker prepare(SecuredBroker broker, Path folder, Topics topics) {
        try {
            Map<Grantee, Path> files = new EnumMap<>(Grantee.class);
            for (Grantee grantee : Grantee.values()) {
                files.put(grantee, write(broker, folder, grantee.label()));
            }
            LockedBroker locked = new LockedBroker(broker, files);
            locked.allow(topics, settings(write(broker, folder, SecuredBroker.ADMINISTRATOR), broker));
            return locked;
        } catch (IOException | ExecutionException | KafkaException cause) {
            throw new DemoException("cannot prepare the broker's users and topics: " + cause.getMessage(), cause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted while the broker's users and topics were prepared", interrupted);
        }
    }

    /** The users of the broker, beside its administrator. */
    static List<String> users() {
        return Arrays.stream(Grantee.values()).map(Grantee::label).toList();
    }

    static String principal(Grantee grantee) {
        return "User:" + grantee.label();
    }

    /** The rights that it gives. */
    static List<Right> rights(Topics topics, Grantee grantee) {
        return new Access(topics)
                .of(grantee).stream()
                        .filter(right -> right.need() != Need.WELCOME)
                        .toList();
    }

    private static Path write(SecuredBroker broker, Path folder, String user) throws IOException {
        Path secrets = Files.createDirectories(folder.resolve(user));
        PrivateFile.write(secrets.resolve("password"), broker.password(user));
        return PrivateFile.write(
                folder.resolve(user + ".properties"),
                Stream.of(
                                "security.protocol=SASL_SSL",
                                "ssl.truststore.type=PEM",
                                "ssl.truststore.location=" + broker.authority(),
                                "sasl.mechanism=SCRAM-SHA-512",
                                "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
                                        + user + "\" password=\"${directory:" + secrets + ":password}\";")
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    private void allow(Topics topics, Map<String, Object> administrator)
            throws InterruptedException, ExecutionException {
        List<AclBinding> bindings = Arrays.stream(Grantee.values())
                .flatMap(grantee -> rights(topics, grantee).stream().map(right -> right.binding(principal(grantee))))
                .toList();
        try (Admin admin = new KafkaClients(administrator).admin()) {
            Answers.of(admin.createAcls(bindings).all());
        }
        Map<String, Object> preparer = client(Grantee.PREPARER);
        TopicSetup setup = new TopicSetup(
                preparer,
                topics,
                new TopicSetup.Wanted(true, PARTITIONS, Optional.empty()),
                new RecordSizes(),
                List.of());
        try (Admin admin = new KafkaClients(preparer).admin()) {
            setup.createMissing(admin);
        }
    }

    private static Map<String, Object> settings(Path file, SecuredBroker broker) throws IOException {
        Map<String, Object> settings = new HashMap<>(ClientSettings.read(file));
        settings.put("bootstrap.servers", broker.bootstrapServers(Way.SCRAM));
        return settings;
    }

    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers(Way.SCRAM);
    }

    @Override
    public Map<String, String> environment(Grantee service) {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                bootstrapServers(),
                "SLICER_KAFKA_CONFIG",
                files.get(service).toString());
    }

    @Override
    public Map<String, Object> client(Grantee who) {
        try {
            return settings(files.get(who), broker);
        } catch (IOException cause) {
            throw new DemoException("cannot read " + files.get(who) + ": " + cause.getMessage(), cause);
        }
    }

    @Override
    public String description() {
        return "Apache Kafka at " + bootstrapServers()
                + ", over TLS, with SCRAM; each client has the rights of docs/acls.md";
    }

    @Override
    public Path log() {
        return broker.log();
    }

    @Override
    public boolean isAlive() {
        return broker.isAlive();
    }

    @Override
    public void close() {
        broker.close();
    }
}
