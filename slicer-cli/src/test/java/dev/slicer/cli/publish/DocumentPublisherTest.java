package dev.slicer.cli.publish;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.LabelledDocument;
import dev.slicer.kafka.clients.KafkaClients;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class DocumentPublisherTest {
    @Test
    void shouldNameADocumentThatIsTooLargeBeforeAnythingIsPublished() {
        // Given: nothing listens there, so that a client waits in vain
        DocumentPublisher publisher = new DocumentPublisher(
                new KafkaClients(Map.of("bootstrap.servers", "127.0.0.1:1")), "labelled", "id", Clock.systemUTC());
        LabelledDocument small = new LabelledDocument("1", "b", "sw", List.of("Asha"), List.of("B-PER"));
        LabelledDocument large = new LabelledDocument("2", "b", "sw", List.of("a".repeat(5_000_000)), List.of("O"));

        // When and then
        assertThatThrownBy(() -> publisher.publish(List.of(small, large), published -> {}))
                .isInstanceOf(KafkaException.class)
                .hasMessage("document 2 takes 5000068 bytes, at most 4124672 fit into a record; nothing was published");
    }
}
