package dev.slicer.cli.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.cli.BrokerTopics;
import dev.slicer.cli.CommandOnBroker;
import dev.slicer.cli.CommandRun;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.kafka.records.KafkaEvents;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** {@code slicer promote} and {@code slicer rollback}, on a real broker. */
class PromotionCommandsTest extends CommandOnBroker {
    private static final Instant EARLIER = Instant.parse("2026-11-22T08:00:00Z");
    private static final KafkaEvents WRITER =
            new KafkaEvents(URI.create("/slicer/cli"), Clock.fixed(EARLIER, ZoneOffset.UTC));
    /** Of the fixture's clock. */
    private static final Instant NOW = Instant.parse("2026-11-22T10:15:00Z");

    @Test
    void shouldPromoteACheckpointInTheOthersPlaceAndGoBack() {
        // Given
        write(topics.checkpoints(), announced("a"), announced("b"));
        write(topics.checkpointEvents(), event("a", Kind.PROMOTED), event("b", Kind.REFUSED));

        // When
        CommandRun promoted = run("promote", "b", "--reason", "better on our texts", "--by", "wangari");
        CommandRun rolledBack = run("rollback", "--by", "wangari", "--json");

        // Then
        assertThat(promoted.exitCode()).as(promoted.err()).isZero();
        assertThat(promoted.out())
                .isEqualTo("checkpoint       was          is                 since\n"
                        + "----------  --------  ----------  --------------------\n"
                        + "a           promoted  superseded  2026-11-22T10:15:00Z\n"
                        + "b            refused    promoted  2026-11-22T10:15:00Z\n");
        assertThat(promoted.err()).isEqualTo("b is promoted; slicer rollback goes back to a\n");
        assertThat(rolledBack.exitCode()).as(rolledBack.err()).isZero();
        assertThat(rolledBack.out())
                .isEqualTo("{\"promoted\":\"a\",\"moved\":["
                        + "{\"checkpointId\":\"a\",\"state\":\"promoted\",\"since\":\"2026-11-22T10:15:00Z\","
                        + "\"before\":\"superseded\"},"
                        + "{\"checkpointId\":\"b\",\"state\":\"rolled_back\",\"since\":\"2026-11-22T10:15:00Z\","
                        + "\"before\":\"promoted\"}]}\n");
        List<ConsumerRecord<byte[], byte[]>> events = records.read(topics.checkpointEvents());
        assertThat(events.subList(2, 4))
                .extracting(record -> EventJson.read(record.value(), CheckpointEvent.class))
                .containsExactly(
                        new CheckpointEvent(
                                "b",
                                Kind.PROMOTED,
                                NOW,
                                "wangari",
                                Optional.of("better on our texts"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        new CheckpointEvent(
                                "b",
                                Kind.ROLLED_BACK,
                                NOW,
                                "wangari",
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()));
        assertThat(BrokerTopics.headers(events.get(2)))
                .containsEntry("ce_type", "dev.slicer.checkpoint-event.v1")
                .containsEntry("ce_source", "/slicer/cli")
                .containsEntry("ce_subject", "b");
        assertThat(events.get(2).key()).isEqualTo(BrokerTopics.bytes("b"));
    }

    @Test
    void shouldPromoteTheContentThatWasAnnouncedOrAnotherThatIsNamed() {
        // Given
        String announced = "sha256:" + "0a".repeat(32);
        String named = "sha256:" + "0b".repeat(32);
        write(topics.checkpoints(), announced("a", announced), announced("b", announced));

        // When
        CommandRun first = run("promote", "a", "--by", "wangari");
        CommandRun second = run("promote", "b", "--by", "wangari", "--digest", named);
        CommandRun wrong = run("promote", "a", "--by", "wangari", "--digest", "0b");
        CommandRun back = run("rollback", "--by", "wangari");

        // Then
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("sha256: and 64 hexadecimal digits");
        assertThat(back.exitCode()).as(back.err()).isZero();
        assertThat(records.read(topics.checkpointEvents()))
                .extracting(record -> EventJson.read(record.value(), CheckpointEvent.class))
                .extracting(event -> event.checkpointId() + " " + event.kind() + " "
                        + event.digest().orElseThrow())
                .containsExactly("a PROMOTED " + announced, "b PROMOTED " + named, "b ROLLED_BACK " + named);
    }

    private static CheckpointPublished announced(String id, String digest) {
        CheckpointPublished before = announced(id);
        return new CheckpointPublished(
                id,
                before.uri(),
                before.baseModel(),
                before.h(),
                before.labels(),
                before.publishedAt(),
                Optional.of(digest));
    }

    @Test
    void shouldRefuseToPromoteWhenNobodyAnnouncedTheCheckpoint() {
        // Given
        CommandRun nothing = run("promote", "b");
        write(topics.checkpoints(), announced("a"), announced("c"));

        // When
        CommandRun two = run("promote", "b");

        // Then
        assertThat(nothing.exitCode()).isEqualTo(1);
        assertThat(nothing.err()).isEqualTo("slicer: b was never announced on " + topics.checkpoints() + "\n");
        assertThat(two.err())
                .isEqualTo("slicer: b was never announced on " + topics.checkpoints() + "; candidates: a, c\n");
        assertThat(records.read(topics.checkpointEvents())).isEmpty();
    }

    @Test
    void shouldRefuseToPromoteWhatIsPromotedAlready() {
        // Given
        write(topics.checkpoints(), announced("a"));
        write(topics.checkpointEvents(), event("a", Kind.PROMOTED));

        // When
        CommandRun run = run("promote", "a");

        // Then
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("slicer: a is promoted already\n");
        assertThat(records.read(topics.checkpointEvents())).hasSize(1);
    }

    @Test
    void shouldRefuseToRollBackWhenThereIsNothingToGoBackTo() {
        // Given
        CommandRun nothing = run("rollback");
        write(topics.checkpoints(), announced("a"));
        write(topics.checkpointEvents(), event("a", Kind.PROMOTED));

        // When
        CommandRun first = run("rollback");

        // Then
        assertThat(nothing.exitCode()).isEqualTo(1);
        assertThat(nothing.err()).isEqualTo("slicer: no checkpoint is promoted on " + topics.checkpointEvents() + "\n");
        assertThat(first.exitCode()).isEqualTo(1);
        assertThat(first.err()).isEqualTo("slicer: there is no checkpoint to go back to from a\n");
    }

    @Test
    void shouldPromoteOnceWhenTwoPeopleDoItAtTheSameTime() throws Exception {
        // Given
        write(topics.checkpoints(), announced("a"));
        ExecutorService people = Executors.newFixedThreadPool(2);

        // When
        List<Future<CommandRun>> runs = new ArrayList<>();
        for (String person : List.of("wangari", "maathai")) {
            runs.add(people.submit(() -> run("promote", "a", "--by", person)));
        }
        people.shutdown();
        List<CommandRun> ended = List.of(runs.get(0).get(), runs.get(1).get());

        // Then
        assertThat(ended).extracting(CommandRun::exitCode).containsExactlyInAnyOrder(0, 1);
        assertThat(ended).extracting(CommandRun::err).anyMatch(err -> err.endsWith("a is promoted already\n"));
    }

    @Test
    void shouldPassOverRecordsThatSayNothing() {
        // Given: no JSON, and an announcement that was removed
        records.send(List.of(
                new ProducerRecord<>(topics.checkpoints(), BrokerTopics.bytes("x"), BrokerTopics.bytes("{")),
                new ProducerRecord<>(topics.checkpoints(), BrokerTopics.bytes("y"), null)));
        write(topics.checkpoints(), announced("a"));

        // When
        CommandRun run = run("promote", "a");

        // Then
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err())
                .startsWith("ignored, as the services do: " + topics.checkpoints() + "-0-0: not JSON")
                .endsWith("\na is promoted\n");
    }

    @Test
    void shouldNameTheTopicThatIsMissing() {
        CommandRun run = CommandRun.of(
                folder, "promote", "a", "--bootstrap-servers", broker.bootstrapServers(), "--prefix", "nobodys.");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "slicer: Kafka at " + broker.bootstrapServers() + ": there is no topic nobodys.checkpoints\n");
    }

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", broker.bootstrapServers(), "--prefix", topics.prefix()));
        return CommandRun.of(folder, all.toArray(String[]::new));
    }

    private static void write(String topic, Event... events) {
        List<ProducerRecord<byte[], byte[]>> written = new ArrayList<>();
        for (Event event : events) {
            written.add(WRITER.write(topic, event));
        }
        records.send(written);
    }

    private static CheckpointPublished announced(String id) {
        return new CheckpointPublished(
                id, URI.create("file:///store/" + id), "mbert", OptionalInt.of(8), List.of("O"), EARLIER);
    }

    private static CheckpointEvent event(String id, Kind kind) {
        return CheckpointEvent.of(id, kind, EARLIER, "evaluator-1", "because");
    }
}
