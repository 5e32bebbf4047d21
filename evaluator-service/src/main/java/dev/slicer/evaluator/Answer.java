package dev.slicer.evaluator;

import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import java.util.List;
import java.util.Optional;

/** What a model answered for a document: a tag for each word that was given. */
record Answer(String documentId, String modelId, List<String> tags) {
    Answer {
        tags = List.copyOf(tags);
    }

    /**
     * @return empty where the document came without words, so that there are no tags
     * @throws InvalidEventException naming a tag that is none
     */
    static Optional<Answer> of(EntitiesEvent event) {
        event.tags().ifPresent(Answer::requireTags);
        return event.tags().map(tags -> new Answer(event.documentId(), event.modelId(), tags));
    }

    private static void requireTags(List<String> tags) {
        for (int i = 0; i < tags.size(); i++) {
            String tag = tags.get(i);
            if (!GoldDocument.isTag(tag)) {
                throw new InvalidEventException(
                        Reason.INVALID_VALUE, "tags[" + i + "] must be O, B-TYPE or I-TYPE, got \"" + tag + "\"");
            }
        }
    }
}
