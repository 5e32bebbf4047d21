package dev.slicer.cli.replay;

import static dev.slicer.cli.BrokerTopics.bytes;
import static dev.slicer.cli.BrokerTopics.headers;
import static dev.slicer.cli.BrokerTopics.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.broker.ChildJvm;
import dev.slicer.cli.CommandOnBroker;
import dev.slicer.cli.CommandRun;
import dev.slicer.cli.Main;
import dev.slicer.events.envelope.DeadLetterHeaders;
import dev.slicer.events.envelope.LetterContent;
import dev.slicer.events.envelope.ValueReference;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.testing.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** {@code slicer replay}: what stopped nobody comes back. On a real broker. */
class ReplayCommandTest extends CommandOnBroker {
    private static final Instant BEFORE = Instant.parse("2026-11-22T08:00:00Z");
    private static final Instant LATER = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void shouldFeedEachLetterBackAsItCameAndOnlyOnce() throws Exception {
        // Given
        byte[] broken = {(byte) 0xff, 0x00};
        ProducerRecord<byte[], byte[]> letter = letter("not_json", topics.documents(), "key", broken, LATER);
        letter.headers().add("traceparent", bytes("00-1-2-01")).add("binary", broken);
        records.send(List.of(letter, letter("gold_conflict", topics.labelledDocuments(), null, null, LATER)));

        // When
        CommandRun first = replay("--json");
        CommandRun second = replay();

        // Then
        assertThat(first.err()).endsWith("2 fed back\n");
        assertThat(first.out()).isEqualTo("{\"chosen\":2,\"passedOver\":0,\"homeless\":0}\n");
        assertThat(second.err()).endsWith("0 fed back\n");
        assertThat(second.out()).isEmpty();
        ConsumerRecord<byte[], byte[]> back = only(topics.documents());
        assertThat(back.key()).isEqualTo(bytes("key"));
        assertThat(back.value()).isEqualTo(broken);
        assertThat(headers(back).keySet())
                .containsExactlyInAnyOrder("traceparent", "binary", "replayed-from", "replay-attempt");
        assertThat(back.headers().lastHeader("binary").value()).isEqualTo(broken);
        assertThat(headers(back))
                .containsEntry("traceparent", "00-1-2-01")
                .containsEntry("replay-attempt", "1")
                .hasEntrySatisfying(
                        "replayed-from", from -> assertThat(from).matches(topics.deadLetters() + "-[01]-0"));
        ConsumerRecord<byte[], byte[]> other = only(topics.labelledDocuments());
        assertThat(other.key()).isNull();
        assertThat(other.value()).isNull();
    }

    @Test
    void shouldCountHowOftenALetterWentBack() throws Exception {
        // Given: fed back before, and dead again
        ProducerRecord<byte[], byte[]> letter = letter("not_json", topics.documents(), "key", bytes("{"), LATER);
        letter.headers().add("replay-attempt", bytes("2")).add("replayed-from", bytes("elsewhere"));
        records.send(List.of(letter));

        // When
        replay();
        CommandRun again = replay("--again");

        // Then
        assertThat(again.err()).endsWith("1 fed back\n");
        assertThat(records.read(topics.documents())).hasSize(2).allSatisfy(back -> {
            assertThat(headers(back)).containsEntry("replay-attempt", "3");
            assertThat(headers(back).get("replayed-from")).startsWith(topics.deadLetters());
        });
    }

    @Test
    void shouldFeedBackWhatIsAskedForAndLeaveTheRestForAnotherRun() throws Exception {
        // Given
        List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            letters.add(letter(
                    i % 2 == 0 ? "not_json" : "text_too_long",
                    i % 4 < 2 ? topics.documents() : topics.labelledDocuments(),
                    "key-" + i,
                    bytes("" + i),
                    i < 20 ? BEFORE : LATER));
        }
        letters.add(letter("not_json", "somebody.elses", "x", bytes("x"), LATER));
        letters.add(new ProducerRecord<>(topics.deadLetters(), bytes("no headers")));
        records.send(letters);

        // When and then: each run takes what it is asked for of what is left
        assertThat(replay("--reason", "not_json", "--topic", "documents", "--since", "2026-11-22T09:00:00Z")
                        .err())
                .endsWith("\n5 fed back, 35 left out by the options, "
                        + "2 stay because they come from no topic that Slicer reads\n");
        assertThat(replay("--until", "1h").err()).contains("\n20 fed back, 15 left out");
        assertThat(replay("--limit", "3").err()).contains("\n3 fed back");
        assertThat(replay("--reason", "not_json", "text_too_long").err()).contains("\n12 fed back, 2 stay");
        assertThat(replay().err()).startsWith("0 fed back, 2 stay");
        assertThat(Stream.of(topics.documents(), topics.labelledDocuments())
                        .flatMap(topic -> records.read(topic).stream())
                        .map(record -> Integer.parseInt(text(record.value()))))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 40).boxed().toList());
    }

    @Test
    void shouldShowWhatWouldGoBackAndChangeNothing() throws Exception {
        // Given
        records.send(List.of(letter("not_json", topics.documents(), "key", bytes("{"), LATER)));

        // When
        CommandRun table = replay("--dry-run");
        CommandRun json = replay("--dry-run", "--json");

        // Then
        assertThat(table.out())
                .startsWith("letter ")
                .containsPattern(topics.deadLetters() + "-[01]-0  2026-11-22T10:00:00Z  not_json  " + topics.documents()
                        + "  key +1  not_json at …line");
        assertThat(table.err()).isEqualTo("1 would be fed back\n");
        assertThat(json.out())
                .startsWith("{\"place\":\"" + topics.deadLetters())
                .contains("\"at\":\"2026-11-22T10:00:00Z\",\"reason\":\"not_json\",\"topic\":\"" + topics.documents()
                        + "\",\"key\":\"key\",\"attempt\":1,");
        assertThat(records.read(topics.documents())).isEmpty();
        assertThat(replay().err()).endsWith("1 fed back\n");
    }

    @Test
    void shouldNotFeedBackTwiceWhatARunThatDiedHadNotCommitted() throws Exception {
        // Given: a run that was killed in the middle of its transaction
        records.send(List.of(letter("not_json", topics.documents(), "key", bytes("{"), LATER)));
        String name = topics.prefix() + "replay";
        Map<String, Object> settings = new HashMap<>(records.settings());
        settings.put("transactional.id", name);
        try (KafkaProducer<byte[], byte[]> killed =
                        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
                Consumer<byte[], byte[]> nobody = new KafkaClients(records.settings()).member(name, 1)) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(new ProducerRecord<>(topics.documents(), bytes("{"))).get();
            killed.sendOffsetsToTransaction(
                    Map.of(
                            new TopicPartition(topics.deadLetters(), 0), new OffsetAndMetadata(1),
                            new TopicPartition(topics.deadLetters(), 1), new OffsetAndMetadata(1)),
                    nobody.groupMetadata());

            // When
            CommandRun run = replay();

            // Then
            assertThat(run.err()).endsWith("1 fed back\n");
            assertThat(records.read(topics.documents())).hasSize(1);
            killed.close(Duration.ZERO);
        }
    }

    @Test
    void shouldFeedEachLetterBackOnceThoughRunsAreKilledAtAnyMoment() throws Exception {
        // Given
        int letters = 6000;
        records.send(IntStream.range(0, letters)
                .mapToObj(i -> letter("not_json", topics.documents(), "key-" + i, bytes("" + i), LATER))
                .toList());

        // When
        int killed = 0;
        for (int run = 0; run < 5; run++) {
            Path log = folder.resolve("replay-" + UUID.randomUUID() + ".log");
            try (ChildJvm process = ChildJvm.start(new ChildJvm.Command(
                    List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                    List.of(System.getProperty("java.class.path")),
                    Main.class.getName(),
                    arguments(),
                    Map.of(),
                    log,
                    Files.createDirectories(folder.resolve("work"))))) {
                Patience.await("the first that are fed back")
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> !process.isAlive() || process.output().contains("fed back"));
                Thread.sleep(run * 7L);
                killed += process.isAlive() ? 1 : 0;
                process.kill();
            }
        }
        CommandRun last = replay();

        // Then
        assertThat(killed).isPositive();
        assertThat(last.exitCode()).isZero();
        assertThat(records.read(topics.documents()).stream().map(record -> Integer.parseInt(text(record.value()))))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, letters).boxed().toList());
    }

    /** What lies behind a letter that cannot go back goes back all the same. */
    @Test
    void shouldFeedBackTheRecordThatALetterRefersToOrSayWhyNot() throws Exception {
        // Given: three records that no letter had room for, of which the first is gone; letters whose topic was made
        // anew since, one too large for its topic, those that take so long to compress that it is refused meanwhile,
        // and
        // ordinary ones around them
        List<byte[]> values = Stream.of(1, 2, 3)
                .map(fill -> filled(6_000_000, fill.byteValue()))
                .toList();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "compression.type",
                        "gzip",
                        "max.request.size",
                        20_000_000),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (byte[] value : values) {
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(topics.documents(), 1, bytes("key"), value);
                record.headers().add("tenant", bytes("blue")).add("replay-attempt", bytes("1"));
                producer.send(record).get();
            }
        }
        try (Admin admin = Admin.create(records.settings())) {
            admin.deleteRecords(Map.of(new TopicPartition(topics.documents(), 1), RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }
        byte[] incompressible = new byte[2_000_000];
        new Random(1).nextBytes(incompressible);
        records.send(List.of(letter("not_json", topics.documents(), "first", bytes("1"), LATER)));
        for (int offset = 0; offset < 3; offset++) {
            records.send(List.of(reference(offset, ValueReference.of(values.get(offset)))));
        }
        records.send(List.of(
                reference(2, ValueReference.of(bytes("another"))), reference(17, ValueReference.of(bytes("")))));
        records.raiseLimit(topics.deadLetters());
        byte[] wide = filled(2_000_000, (byte) 4);
        records.send(Stream.of(incompressible, wide, wide, wide, wide, wide, bytes("2"))
                .map(value -> letter("not_json", topics.documents(), "same", value, LATER))
                .toList());

        // When
        CommandRun dry = replay("--dry-run");
        CommandRun run = replay();

        // Then: what cannot go back is told before, but for what the broker finds too large
        assertThat(dry.err())
                .contains("its record " + topics.documents() + "-1-17 is gone: ")
                .endsWith("10 would be fed back, 3 could not be and stay\n");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .contains("its record " + topics.documents()
                        + "-1-0 is gone: the topic no longer keeps it; the letter has no "
                        + "more of it than its SHA-256\n")
                .contains("its record " + topics.documents()
                        + "-1-2 is gone: another lies there now; the letter has no more " + "of it than its SHA-256\n")
                .contains("its record " + topics.documents()
                        + "-1-17 is gone: the topic no longer keeps it; the letter has no "
                        + "more of it than its SHA-256\n")
                .containsPattern(topics.deadLetters() + "-[01]-\\d+ stays: its topic takes no record of that size: ")
                .endsWith("9 fed back, 4 could not be and stay\n");
        List<ConsumerRecord<byte[], byte[]>> back = records.read(topics.documents()).stream()
                .filter(record -> headers(record).containsKey("replayed-from"))
                .toList();
        assertThat(back.stream().map(ConsumerRecord::value).toList())
                .containsExactlyInAnyOrder(
                        bytes("1"), bytes("2"), values.get(1), values.get(2), wide, wide, wide, wide, wide);
        assertThat(back.stream().filter(record -> record.value().length == 6_000_000))
                .hasSize(2)
                .allSatisfy(record -> {
                    assertThat(record.key()).isEqualTo(bytes("key"));
                    assertThat(headers(record).keySet())
                            .containsExactlyInAnyOrder("tenant", "replayed-from", "replay-attempt");
                    assertThat(headers(record)).containsEntry("tenant", "blue").containsEntry("replay-attempt", "2");
                });
        // And: what is stuck is tried by each run, what went back is not
        assertThat(replay("--json").out()).isEqualTo("{\"chosen\":0,\"passedOver\":0,\"homeless\":0,\"stuck\":4}\n");
    }

    private ProducerRecord<byte[], byte[]> reference(long offset, ValueReference value) {
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(topics.deadLetters(), bytes("beginning"));
        new DeadLetterHeaders("text_too_long", "too long", topics.documents(), 1, offset)
                .with(LetterContent.HASH, value)
                .toHeaders()
                .forEach(letter.headers()::add);
        return letter;
    }

    private static byte[] filled(int length, byte fill) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, fill);
        return bytes;
    }

    @Test
    void shouldSayWhatIsWrong() {
        CommandRun noTopic = CommandRun.of(
                folder, "replay", "--bootstrap-servers", broker.bootstrapServers(), "--prefix", "nobodys.");
        assertThat(noTopic.exitCode()).isEqualTo(1);
        assertThat(noTopic.err())
                .isEqualTo(
                        "slicer: Kafka at " + broker.bootstrapServers() + ": there is no topic nobodys.dead-letters\n");
        assertThat(replay("--topic", "entities").err())
                .startsWith("slicer: letters come from " + topics.documents() + ", ")
                .contains(", not from entities");
        assertThat(replay("--since", "yesterday").err())
                .startsWith("slicer: 'yesterday' is not a time; write 2026-03-01");
        assertThat(replay("--limit", "0").exitCode()).isEqualTo(2);
    }

    private CommandRun replay(String... more) {
        return CommandRun.of(folder, arguments(more).toArray(String[]::new));
    }

    private List<String> arguments(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("replay", "--bootstrap-servers", broker.bootstrapServers(), "--prefix", topics.prefix()));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private ProducerRecord<byte[], byte[]> letter(String reason, String topic, String key, byte[] value, Instant time) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                topics.deadLetters(), null, time.toEpochMilli(), key == null ? null : bytes(key), value);
        new DeadLetterHeaders(reason, reason + " at …line\n1", topic, 1, 17)
                .toHeaders()
                .forEach(record.headers()::add);
        return record;
    }

    private static ConsumerRecord<byte[], byte[]> only(String topic) {
        List<ConsumerRecord<byte[], byte[]>> found = records.read(topic);
        assertThat(found).hasSize(1);
        return found.get(0);
    }
}
