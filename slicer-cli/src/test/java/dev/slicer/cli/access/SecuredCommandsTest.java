package dev.slicer.cli.access;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.broker.SecuredBroker;
import dev.slicer.broker.SecuredBroker.Way;
import dev.slicer.cli.CommandRun;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.access.Right.Need;
import dev.slicer.kafka.clients.Answers;
import dev.slicer.kafka.clients.AwaitedSend;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.SecuredKafka;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a broker that asks who they are, each by another way in, with the rights of the table and no others. */
@Timeout(180)
class SecuredCommandsTest {
    private static final Topics TOPICS = new Topics("commands.");
    /** Kept, since the logging framework forgets the level of a logger that nobody holds. */
    private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

    @TempDir
    private static Path folder;

    private static SecuredBroker broker;

    @BeforeAll
    static void start() {
        KAFKA.setLevel(Level.SEVERE);
        broker = SecuredKafka.broker();
    }

    @Test
    void shouldWorkWithTheirRightsAndSayWhichAreMissing() throws Exception {
        // Given: nothing is there and nobody may do anything
        Path preparer = sasl("preparer", "PLAIN", "plain.PlainLoginModule");
        Path publisher = sasl("publisher", "SCRAM-SHA-512", "scram.ScramLoginModule");
        Path operator = certified("operator");
        Path replayer = token("replayer");
        Path corpus = Files.writeString(folder.resolve("sw.test.conll"), "Nyeri B-LOC\n\n");

        // When and then
        assertThat(run(Way.PLAIN, preparer, "topics").err())
                .contains(
                        "User:preparer lacks the right Describe on topic commands.training-requests; ",
                        "; what it needs: ./slicer acls --for preparer");

        // When and then: topics are made by who may
        allow("User:preparer", Grantee.PREPARER);
        CommandRun made = run(Way.PLAIN, preparer, "topics", "--partitions", "2");
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).contains("made commands.documents\n", "made commands.checkpoint-events\n");
        assertThat(run(Way.PLAIN, preparer, "topics").err()).contains("All topics are there.");

        // When and then: what the table has is missing as a whole
        String publish = "publish --benchmark news --test sw=" + corpus;
        assertThat(run(Way.SCRAM, publisher, publish.split(" ")).err())
                .contains("User:publisher lacks the right Write on topic commands.labelled-documents; "
                        + "User:publisher lacks the right Write on transactional id commands.publish.…; what it needs: "
                        + "./slicer acls --for publisher");
        allow("User:publisher", Grantee.PUBLISHER);
        CommandRun published = run(Way.SCRAM, publisher, publish.split(" "));
        assertThat(published.exitCode()).as(published.err()).isZero();

        // When and then: without one right of several
        announce("first");
        allow("User:CN=operator", Grantee.OPERATOR);
        Right order = new Access(TOPICS)
                .of(Grantee.OPERATOR).stream()
                        .filter(right -> right.toString().equals("Write on topic commands.checkpoint-events"))
                        .findFirst()
                        .orElseThrow();
        try (Admin administrator = SecuredKafka.administrator().admin()) {
            Answers.of(administrator
                    .deleteAcls(List.of(order.binding("User:CN=operator").toFilter()))
                    .all());
            await("the denial")
                    .untilAsserted(() -> assertThat(run(Way.MUTUAL_TLS, operator, "promote", "first")
                                    .err())
                            .contains(
                                    "User:CN=operator lacks the right Write on topic commands.checkpoint-events; what it"
                                            + " needs: ./slicer acls --for operator"));
        }
        allow("User:CN=operator", Grantee.OPERATOR);
        CommandRun promoted = run(Way.MUTUAL_TLS, operator, "promote", "first");
        assertThat(promoted.exitCode()).as(promoted.err()).isZero();

        // When and then
        allow("User:replayer", Grantee.REPLAYER);
        CommandRun replayed = run(Way.OAUTHBEARER, replayer, "replay");
        assertThat(replayed.exitCode()).as(replayed.err()).isZero();
    }

    @Test
    void shouldPrintTheRightsOfWhoIsAskedForWithTheirPrincipal() {
        // When
        CommandRun printed = CommandRun.of(
                folder,
                "acls",
                "--for",
                "operator",
                "--principal",
                "operator=User:CN=asha",
                "--prefix",
                "staging.",
                "--bootstrap-servers",
                "kafka:9093",
                "--kafka-config",
                "admin.properties");

        // Then
        assertThat(printed.exitCode()).as(printed.err()).isZero();
        assertThat(printed.out())
                .isEqualTo("# operator: people who say `./slicer promote` and `./slicer rollback`\n"
                        + "kafka-acls.sh --bootstrap-server kafka:9093 --command-config admin.properties --add"
                        + " --allow-principal User:CN=asha --operation Read --topic staging.checkpoints"
                        + " --resource-pattern-type literal\n"
                        + "kafka-acls.sh --bootstrap-server kafka:9093 --command-config admin.properties --add"
                        + " --allow-principal User:CN=asha --operation Read --operation Write --topic"
                        + " staging.checkpoint-events --resource-pattern-type literal\n");
    }

    private static CommandRun run(Way way, Path config, String... command) {
        String[] arguments = new String[command.length + 6];
        System.arraycopy(command, 0, arguments, 0, command.length);
        List<String> kafka = List.of(
                "--bootstrap-servers",
                broker.bootstrapServers(way),
                "--prefix",
                TOPICS.prefix(),
                "--kafka-config",
                config.toString());
        for (int i = 0; i < kafka.size(); i++) {
            arguments[command.length + i] = kafka.get(i);
        }
        return CommandRun.of(folder, arguments);
    }

    private static void allow(String principal, Grantee grantee) throws Exception {
        List<Right> rights = new Access(TOPICS)
                .of(grantee).stream()
                        .filter(right -> right.need() == Need.ALWAYS)
                        .toList();
        try (Admin administrator = SecuredKafka.administrator().admin()) {
            Answers.of(administrator
                    .createAcls(rights.stream()
                            .map(right -> right.binding(principal))
                            .toList())
                    .all());
            await("the rights of " + principal)
                    .until(() -> administrator
                                    .describeAcls(rights.get(rights.size() - 1)
                                            .binding(principal)
                                            .toFilter())
                                    .values()
                                    .get()
                                    .size()
                            == 1);
        }
    }

    private static void announce(String checkpoint) {
        KafkaClients clients = SecuredKafka.administrator();
        KafkaEvents events = new KafkaEvents(URI.create("/slicer/test"), Clock.systemUTC());
        try (Producer<byte[], byte[]> producer = clients.producer()) {
            AwaitedSend.send(
                    producer,
                    events.write(
                            TOPICS.checkpoints(),
                            new CheckpointPublished(
                                    checkpoint,
                                    URI.create("file:///checkpoints/" + checkpoint),
                                    "mbert",
                                    OptionalInt.empty(),
                                    List.of("O"),
                                    Instant.parse("2026-11-22T08:00:00Z"))));
        }
    }

    private static Path sasl(String user, String mechanism, String module) throws IOException {
        Path password = Files.writeString(folder.resolve(user + ".password"), broker.password(user) + "\n");
        return file(
                user,
                "SASL_SSL",
                "sasl.mechanism=" + mechanism,
                "sasl.jaas.config=org.apache.kafka.common.security." + module + " required username=\"" + user
                        + "\" password=\"${directory:" + folder + ":" + password.getFileName() + "}\";");
    }

    private static Path certified(String user) throws IOException {
        Path key = Files.writeString(folder.resolve(user + ".pem"), broker.certified(user));
        return file(user, "SSL", "ssl.keystore.type=PEM", "ssl.keystore.location=" + key);
    }

    private static Path token(String user) throws IOException {
        Path token = Files.writeString(folder.resolve(user + ".token"), broker.token(user));
        return file(
                user,
                "SASL_SSL",
                "sasl.mechanism=OAUTHBEARER",
                "sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
                "sasl.oauthbearer.token.endpoint.url=" + token.toUri(),
                "sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;");
    }

    private static Path file(String user, String protocol, String... lines) throws IOException {
        return Files.writeString(
                folder.resolve(user + ".properties"),
                "security.protocol=" + protocol + "\nssl.truststore.type=PEM\nssl.truststore.location="
                        + broker.authority() + "\n" + String.join("\n", lines) + "\n");
    }
}
