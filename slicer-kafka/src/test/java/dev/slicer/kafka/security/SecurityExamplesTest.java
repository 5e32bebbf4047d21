package dev.slicer.kafka.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.slicer.broker.SecuredBroker;
import dev.slicer.broker.SecuredBroker.Way;
import dev.slicer.kafka.clients.Answers;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.testing.Patience;
import dev.slicer.kafka.testing.SecuredKafka;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of {@code docs/security.md}, as they stand there, against a broker that asks for all of it. */
@Timeout(120)
class SecurityExamplesTest {
    private static final Path DOCUMENT = Path.of("../docs/security.md");
    private static final Pattern SECTION = Pattern.compile("(?s)\n## Kafka\n(.*?)(?:\n## |$)");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)#### ([^\n]+)\n.*?```properties\n(.*?)```");
    private static final String USER = "inference";
    private static final String TOPIC = "examples";

    @TempDir
    private static Path folder;

    private static SecuredBroker broker;
    private static HttpServer provider;
    private static volatile String asked = "";

    @BeforeAll
    static void start() throws Exception {
        broker = SecuredKafka.broker();
        Files.copy(broker.authority(), folder.resolve("ca.pem"));
        Files.writeString(folder.resolve("client.pem"), broker.certified(USER));
        Files.writeString(folder.resolve("username"), USER + "\n");
        Files.writeString(folder.resolve("password"), broker.password(USER) + "\n");
        Files.writeString(folder.resolve("client-secret"), "secret of the client\n");
        Files.writeString(folder.resolve("token"), broker.token(USER));
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        provider.createContext("/token", exchange -> {
            asked = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] answer = ("{\"access_token\":\"" + broker.token(USER)
                            + "\",\"token_type\":\"Bearer\",\"expires_in\":600}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        provider.start();
        try (Admin admin = SecuredKafka.administrator().admin()) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            admin.createAcls(List.of("User:" + USER, "User:CN=" + USER, "User:ANONYMOUS").stream()
                            .map(SecurityExamplesTest::describing)
                            .toList())
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        provider.stop(0);
    }

    private static AclBinding describing(String principal) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL),
                new AccessControlEntry(principal, "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW));
    }

    @ParameterizedTest
    @CsvSource({
        "TLS, TLS, User:ANONYMOUS",
        "Mutual TLS, MUTUAL_TLS, User:CN=inference",
        "SASL/PLAIN, PLAIN, User:inference",
        "SASL/SCRAM-SHA-512, SCRAM, User:inference",
        "SASL/OAUTHBEARER with a token in a file, OAUTHBEARER, User:inference",
        "SASL/OAUTHBEARER with an identity provider, OAUTHBEARER, User:inference",
    })
    void shouldConnectAsTheExampleSays(String heading, Way way, String principal) throws Exception {
        // Given
        Map<String, Object> settings = settings(heading, way);

        // When and then: as whom ACLs allow it, and as whom it would say that it was denied something
        try (Admin admin = new KafkaClients(settings).admin()) {
            Patience.await("the topic to be seen")
                    .ignoreExceptions()
                    .until(() -> Answers.of(admin.describeTopics(Set.of(TOPIC)).allTopicNames())
                            .containsKey(TOPIC));
        }
        assertThat(Identity.of(settings)).isEqualTo(principal);
        if (heading.endsWith("provider")) {
            assertThat(new String(
                            Base64.getDecoder().decode(asked.substring("Basic ".length())), StandardCharsets.UTF_8))
                    .isEqualTo("inference:secret of the client");
        }
    }

    @Test
    void shouldHaveAnExampleOfEachWay() throws IOException {
        assertThat(examples().keySet())
                .containsExactlyInAnyOrder(
                        "TLS",
                        "Mutual TLS",
                        "SASL/PLAIN",
                        "SASL/SCRAM-SHA-512",
                        "SASL/OAUTHBEARER with a token in a file",
                        "SASL/OAUTHBEARER with an identity provider");
    }

    @ParameterizedTest
    @CsvSource({
        "SASL/PLAIN, PLAIN, password",
        "SASL/SCRAM-SHA-512, SCRAM, password",
        "SASL/OAUTHBEARER with a token in a file, OAUTHBEARER, token",
    })
    void shouldLetNobodyInWithAnotherSecretAndTellNobodyTheSecret(String heading, Way way, String file)
            throws Exception {
        // Given: the token's signature is of something else
        Path secret = folder.resolve(file);
        String right = Files.readString(secret);
        String wrong = file.equals("token") ? right.substring(0, right.length() - 8) + "AAAAAAAA" : "another";
        try {
            Files.writeString(secret, wrong);

            // When and then
            try (Admin admin = new KafkaClients(settings(heading, way)).admin()) {
                assertThatThrownBy(() ->
                                Answers.of(admin.describeTopics(Set.of(TOPIC)).allTopicNames()))
                        .isInstanceOf(AuthenticationException.class)
                        .message()
                        .doesNotContain(wrong);
            }
        } finally {
            Files.writeString(secret, right);
        }
    }

    private static Map<String, Object> settings(String heading, Way way) throws IOException {
        String example = examples()
                .get(heading)
                .replace("/etc/slicer/kafka", folder.toString())
                .replace(
                        "https://idp.example.com",
                        "http://127.0.0.1:" + provider.getAddress().getPort());
        Path file = Files.writeString(folder.resolve("client.properties"), example);
        Map<String, Object> settings = new HashMap<>(ClientSettings.read(file));
        settings.put("bootstrap.servers", broker.bootstrapServers(way));
        return settings;
    }

    private static Map<String, String> examples() throws IOException {
        Map<String, String> examples = new HashMap<>();
        Matcher section = SECTION.matcher(Files.readString(DOCUMENT));
        assertThat(section.find()).isTrue();
        Matcher matcher = EXAMPLE.matcher(section.group(1));
        while (matcher.find()) {
            examples.put(matcher.group(1), matcher.group(2));
        }
        return examples;
    }
}
