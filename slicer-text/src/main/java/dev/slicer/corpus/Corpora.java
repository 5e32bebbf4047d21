package dev.slicer.corpus;

import java.net.URI;
import java.nio.file.Path;

/** Opens corpora by the references that requests and commands use. */
public final class Corpora {
    static final String SAMPLE_PREFIX = "sample:";

    private Corpora() {}

    /**
     * @param reference a path, a {@code file:} URI, or a bundled sample such as {@code sample:en.train} or
     *     {@code sample:sw.test}
     * @throws CorpusException naming the reference, and the line where there is one
     */
    public static Corpus open(String reference, CorpusOptions options) {
        if (reference.startsWith(SAMPLE_PREFIX)) {
            // Its columns are known, whatever those of the files beside it are.
            return SampleCorpus.open(reference.substring(SAMPLE_PREFIX.length()), options.labels());
        }
        return CorpusReader.read(path(reference), options);
    }

    /** As {@link #open(String, CorpusOptions)}, tags in the last column. */
    public static Corpus open(String reference, LabelMap labels) {
        return open(reference, CorpusOptions.of(labels));
    }

    private static Path path(String reference) {
        if (reference.isBlank()) {
            throw new CorpusException("'" + reference + "'", "no corpus reference");
        }
        try {
            return reference.startsWith("file:") ? Path.of(URI.create(reference)) : Path.of(reference);
        } catch (IllegalArgumentException e) {
            throw new CorpusException(reference, "no path and no file: URI", e);
        }
    }
}
