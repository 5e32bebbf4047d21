package dev.slicer.evaluator;

import java.util.List;

/** What a model answered for a document: a tag for each word that was given. */
record Answer(String documentId, String modelId, List<String> tags) {
    Answer {
        tags = List.copyOf(tags);
    }
}
