package dev.slicer.inference.stream;

import dev.slicer.events.DocumentEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialDocument;
import dev.slicer.inference.model.CheckpointRef;
import dev.slicer.inference.tagging.TaggingRequest;
import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.tagging.TaggingOptions;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads records of the topics of documents; what is no document becomes a dead letter. */
public final class DocumentReader {
    private final Topics topics;
    private final DeadLetters letters;
    private final int maxTextLength;

    /** @param maxTextLength UTF-16 units */
    public DocumentReader(Topics topics, RecordSizes sizes, int maxTextLength) {
        this.topics = topics;
        this.letters = new DeadLetters(topics, sizes);
        this.maxTextLength = maxTextLength;
    }

    /** @return one for one, in order */
    public List<Input> read(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(this::read).toList();
    }

    private Input read(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.topic().equals(topics.trialDocuments())) {
                TrialDocument trial = KafkaEvents.read(record, TrialDocument.class);
                return input(record, trial.document(), Optional.of(new CheckpointRef(trial.modelId(), trial.digest())));
            }
            return input(record, KafkaEvents.read(record, DocumentEvent.class), Optional.empty());
        } catch (InvalidEventException e) {
            return new Input.Unreadable(letters.of(record, DeadLetterReason.of(e), e.getMessage()));
        }
    }

    private Input input(ConsumerRecord<byte[], byte[]> record, DocumentEvent event, Optional<CheckpointRef> asked) {
        if (event.text().length() > maxTextLength) {
            return new Input.Unreadable(letters.of(
                    record,
                    DeadLetterReason.TEXT_TOO_LONG,
                    "text has " + event.text().length() + " UTF-16 units, at most " + maxTextLength
                            + " are configured"));
        }
        return new Input.Readable(record, new TaggingRequest(event.toDocument(), options(event)), asked);
    }

    private static TaggingOptions options(DocumentEvent event) {
        TaggingOptions options = TaggingOptions.defaults();
        return event.subTokenTags().orElse(false) && !event.words().isEmpty() ? options.withSubTokenTags() : options;
    }
}
