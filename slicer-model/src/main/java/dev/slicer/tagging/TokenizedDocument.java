package dev.slicer.tagging;

import dev.slicer.text.TaggedDocument;
import java.util.List;

/** A document on its way through a {@link Tagger}. */
public interface TokenizedDocument {
    /** What the model has to compute first, in any order and in any company. */
    List<? extends Chunk> chunks();

    /** The document with its entities, once all chunks are computed. */
    TaggedDocument decode();

    /** A document that needs no model. */
    static TokenizedDocument complete(TaggedDocument document) {
        return new TokenizedDocument() {
            @Override
            public List<Chunk> chunks() {
                return List.of();
            }

            @Override
            public TaggedDocument decode() {
                return document;
            }
        };
    }
}
