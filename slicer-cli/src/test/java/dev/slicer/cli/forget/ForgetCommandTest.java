package dev.slicer.cli.forget;

import static dev.slicer.cli.BrokerTopics.bytes;
import static dev.slicer.cli.BrokerTopics.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.cli.CommandOnBroker;
import dev.slicer.cli.CommandRun;
import dev.slicer.events.EventJson;
import dev.slicer.events.LabelledDocument;
import dev.slicer.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** {@code slicer forget}, on a real broker. What evaluators make of it is tested with them. */
class ForgetCommandTest extends CommandOnBroker {
    @Test
    void shouldAskForWhatIsLabelledBehindItAndSayUntilWhenTopicsHaveTheRest() throws Exception {
        // Given: a labelled document in both partitions, once without a key, and what became of it; others with the
        // same words
        alter(topics.labelledDocuments(), "retention.ms", "86400000");
        alter(topics.labelledDocuments(), "segment.ms", "3600000");
        Instant before = Instant.now();
        records.send(List.of(
                labelled(0, "c17/1", "c17/1"),
                labelled(1, null, "c17/1"),
                labelled(0, "c18/1", "c18/1"),
                new ProducerRecord<>(topics.documents(), bytes("evaluation/b/sw/c17/1"), bytes("{}")),
                new ProducerRecord<>(topics.documents(), bytes("c17/letter"), bytes("{\"text\":\"c17/1\"}")),
                new ProducerRecord<>(topics.documents(), null, bytes("{\"id\":\"c17/note\",\"text\":\"\"}")),
                new ProducerRecord<>(topics.entities(), bytes("evaluation/b/sw/c18/1"), bytes("{}")),
                new ProducerRecord<>(topics.scores(), bytes("evaluation/b/sw/c17/gone"), bytes("{}")),
                new ProducerRecord<>(topics.deadLetters(), null, bytes("{\"id\": \"c17/1\", "))));

        // When
        CommandRun dry = forget("--id-prefix", "c17/", "--document", "c17/1", "--dry-run");
        int written = records.read(topics.labelledDocuments()).size();
        CommandRun run = forget("--id-prefix", "c17/", "--document", "c17/1", "--json");

        // Then: nothing is written by a dry run, which says the same
        assertThat(written).isEqualTo(3);
        assertThat(dry.err()).endsWith("4 documents found; nothing was written\n");
        assertThat(dry.out()).contains("for ever, retention.ms=-1", topics.deadLetters());
        // And: behind each record of the document
        List<String> told = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records.read(topics.labelledDocuments())) {
            if (record.value() == null) {
                told.add(record.partition() + " " + text(record.key()));
            }
        }
        assertThat(told)
                .contains("0 evaluation/b/sw/c17/1", "1 evaluation/b/sw/c17/1")
                .anyMatch(one -> one.endsWith(" evaluation/b/sw/c17/gone"))
                .hasSize(3);
        // And: until when
        JsonNode said = Json.mapper().readTree(run.out());
        assertThat(said.path("forgotten").asBoolean()).isTrue();
        assertThat(said.path("documents"))
                .extracting(JsonNode::asText)
                .containsExactly("c17/letter", "c17/note", "evaluation/b/sw/c17/1", "evaluation/b/sw/c17/gone");
        assertThat(said.path("topics"))
                .extracting(topic ->
                        topic.path("topic").asText().substring(topics.prefix().length()) + " " + topic.path("records")
                                + " " + topic.path("holds").asText())
                .containsExactly(
                        "labelled-documents 2 text", "documents 3 text", "dead-letters 1 text", "scores 1 counts");
        Instant until =
                Instant.parse(said.path("topics").get(0).path("keptUntil").asText());
        assertThat(until)
                .isBetween(before.plus(Duration.ofHours(25)), Instant.now().plus(Duration.ofHours(26)));
        assertThat(said.path("topics").get(1).path("keptUntil").isMissingNode()).isTrue();
    }

    @Test
    void shouldSayThatThereIsNothing() {
        assertThat(forget("--document", "nobody").err()).endsWith("no topic has anything of them\n");
        assertThat(forget("--document", " ").err()).startsWith("slicer: a document's id is not blank\n");
        assertThat(forget().err()).startsWith("slicer: say which documents, with --document or --id-prefix\n");
    }

    private CommandRun forget(String... arguments) {
        return CommandRun.of(
                folder,
                Stream.concat(
                                Stream.of(
                                        "forget",
                                        "--bootstrap-servers",
                                        broker.bootstrapServers(),
                                        "--prefix",
                                        topics.prefix()),
                                Arrays.stream(arguments))
                        .toArray(String[]::new));
    }

    private ProducerRecord<byte[], byte[]> labelled(int partition, String key, String id) {
        return new ProducerRecord<>(
                topics.labelledDocuments(),
                partition,
                key == null ? null : bytes(key),
                EventJson.write(new LabelledDocument(id, "b", "sw", List.of("c17/1"), List.of("O"))));
    }

    private void alter(String topic, String name, String value) throws Exception {
        try (Admin admin = Admin.create(records.settings())) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }
}
