package dev.slicer.corpus;

import java.util.OptionalInt;

/**
 * How a corpus is read where its file leaves it open.
 *
 * @param labels what its labels become
 * @param tagColumn the column of a CoNLL file that holds the tags, counted from 1 as the file has them; empty for the last one
 */
public record CorpusOptions(LabelMap labels, OptionalInt tagColumn) {
    /** @throws IllegalArgumentException where no column has that number */
    public CorpusOptions {
        if (tagColumn.isPresent() && tagColumn.getAsInt() < 1) {
            throw new IllegalArgumentException("columns are counted from 1, so none is " + tagColumn.getAsInt());
        }
    }

    public static CorpusOptions of(LabelMap labels) {
        return new CorpusOptions(labels, OptionalInt.empty());
    }
}
