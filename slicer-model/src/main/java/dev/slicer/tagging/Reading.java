package dev.slicer.tagging;

import dev.slicer.text.TaggedDocument;
import java.util.List;

/** A document on its way through a {@link Tagger}. */
public interface Reading {
    /** What the model has to compute first, in any order and in any company. */
    List<? extends Chunk> chunks();

    /** The document with its entities, once all chunks are computed. */
    TaggedDocument decode();

    /** The reading of a document that needs no model. */
    static Reading complete(TaggedDocument document) {
        return new Reading() {
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
