package dev.slicer.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slicer.cli.BrokerTopics;
import dev.slicer.cli.CommandOnBroker;
import dev.slicer.cli.CommandRun;
import dev.slicer.events.EventJson;
import dev.slicer.events.LabelledDocument;
import dev.slicer.labels.TagScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code slicer publish}, on a real broker. */
class PublishCommandTest extends CommandOnBroker {
    private Path swahili;
    private Path yoruba;

    @BeforeEach
    void writeCorpora() throws Exception {
        swahili = corpus("sw.test.conll", "Wangari B-PER\nMaathai I-PER\n\nKenya B-LOC\njana B-DATE\n\n");
        yoruba = corpus("data.conll", "Èkó B-LOC\n\n");
    }

    @Test
    void shouldPublishEachSentenceAsALabelledDocument() {
        // When
        CommandRun run = publish("news", "--test", swahili.toString(), "yo=" + yoruba, "--label-map", "DATE=O");

        // Then
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .isEqualTo("language  documents\n--------  ---------\nsw                2\nyo                1\n");
        assertThat(run.err()).endsWith("3 documents of news published to " + topics.labelledDocuments() + "\n");
        assertThat(documents())
                .containsExactlyInAnyOrder(
                        new LabelledDocument(
                                "news/sw/sw.test.conll/1",
                                "news",
                                "sw",
                                List.of("Wangari", "Maathai"),
                                List.of("B-PER", "I-PER")),
                        new LabelledDocument(
                                "news/sw/sw.test.conll/2",
                                "news",
                                "sw",
                                List.of("Kenya", "jana"),
                                List.of("B-LOC", "O")),
                        new LabelledDocument("news/yo/data.conll/1", "news", "yo", List.of("Èkó"), List.of("B-LOC")));
        ConsumerRecord<byte[], byte[]> any =
                records.read(topics.labelledDocuments()).get(0);
        assertThat(BrokerTopics.headers(any))
                .containsEntry("ce_type", "dev.slicer.labelled-document.v1")
                .containsEntry("ce_subject", BrokerTopics.text(any.key()));
    }

    @Test
    void shouldSayTheSchemeOfTagsThatDoNotTellIt() throws Exception {
        // Given: a tag that continues nothing, in a corpus that begins entities with B-
        Path damaged = corpus("ha.test.conll", "Kano B-LOC\n\nLawal I-PER\nya O\n\n");

        // When
        CommandRun run = publish("news", "--test", damaged.toString());

        // Then
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(documents())
                .extracting(LabelledDocument::tags, LabelledDocument::scheme)
                .containsExactlyInAnyOrder(
                        tuple(List.of("B-LOC"), Optional.empty()),
                        tuple(List.of("I-PER", "O"), Optional.of(TagScheme.IOB2)));
    }

    @Test
    void shouldAskForTheSameDocumentsAgainWhenPublishedAgain() {
        // When
        CommandRun first = publish("sample", "--sample", "--json");
        CommandRun second = publish("sample", "--sample");

        // Then
        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(second.exitCode()).as(second.err()).isZero();
        List<LabelledDocument> documents = documents();
        assertThat(documents).hasSize(2 * new HashSet<>(documents).size());
        assertThat(first.out())
                .startsWith("{\"benchmark\":\"sample\",\"topic\":\"" + topics.labelledDocuments() + "\",\"documents\":"
                        + documents.size() / 2 + ",\"byLanguage\":{\"");
    }

    @Test
    void shouldTakeOverFromARunThatDiedInTheMiddle() throws Exception {
        // Given: a run that was killed within a transaction
        Map<String, Object> settings = new HashMap<>(records.settings());
        settings.put("transactional.id", topics.prefix() + "publish.news");
        try (KafkaProducer<byte[], byte[]> killed =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(new ProducerRecord<>(topics.labelledDocuments(), BrokerTopics.bytes("half")))
                    .get();

            // When
            CommandRun run = publish("news", "--test", "yo=" + yoruba);

            // Then
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(documents()).extracting(LabelledDocument::id).containsExactly("news/yo/data.conll/1");
            killed.close(Duration.ZERO);
        }
    }

    @Test
    void shouldPublishNothingWhereACorpusCannotBeRead() throws Exception {
        // Given
        Path bad = corpus("yo.bad.conll", "Èkó\n");

        // When
        CommandRun run = publish("news", "--test", swahili.toString(), bad.toString());

        // Then
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("slicer: " + bad + ":1: ");
        assertThat(documents()).isEmpty();
    }

    @Test
    void shouldNameTheTopicThatIsMissing() {
        CommandRun run = CommandRun.of(
                folder,
                "publish",
                "--sample",
                "--benchmark",
                "sample",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--prefix",
                "nobodys.");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("slicer: Kafka at " + broker.bootstrapServers()
                        + ": there is no topic nobodys.labelled-documents\n");
    }

    private CommandRun publish(String benchmark, String... more) {
        List<String> all = new ArrayList<>(List.of("publish", "--benchmark", benchmark));
        all.addAll(List.of("--bootstrap-servers", broker.bootstrapServers(), "--prefix", topics.prefix()));
        all.addAll(List.of(more));
        return CommandRun.of(folder, all.toArray(String[]::new));
    }

    private List<LabelledDocument> documents() {
        return records.read(topics.labelledDocuments()).stream()
                .map(record -> EventJson.read(record.value(), LabelledDocument.class))
                .toList();
    }

    private static Path corpus(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
