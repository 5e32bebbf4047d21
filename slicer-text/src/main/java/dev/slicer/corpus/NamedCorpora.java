package dev.slicer.corpus;

import dev.slicer.roots.Roots;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Corpora that a request may name: the samples that come with Slicer, and files below some folders. What is wrong with a file
 * is told without a word of it: the one who names it may not be the one who may read it, and what is told is logged.
 *
 * @param roots below which the files lie
 */
public record NamedCorpora(Roots roots, Limits limits) {
    /**
     * What is read at most, counted while it is read.
     *
     * @param bytes of all corpora of one request together
     * @param lineBytes of one line
     */
    public record Limits(long bytes, long lineBytes) {
        private static final long KIB = 1 << 10;
        private static final long MIB = 1 << 20;

        static String text(long bytes) {
            if (bytes >= MIB && bytes % MIB == 0) {
                return bytes / MIB + " MiB";
            }
            return bytes >= KIB && bytes % KIB == 0 ? bytes / KIB + " KiB" : bytes + " bytes";
        }
    }

    /**
     * @param reference a sample as {@code sample:en.train}, or the name of a file
     * @throws IllegalArgumentException where it is neither
     */
    public static void requireName(String reference) {
        if (!isSample(reference) && !Roots.isName(reference)) {
            throw new IllegalArgumentException(
                    "this is no name of a corpus: a sample, as sample:en.train, or a file below the "
                            + "trainer's folders of corpora, as news/en.train.conll, without .. and a / before it");
        }
    }

    /** Opens the corpora of one request, which share its limit. */
    public CorpusSource ofOneRequest() {
        AtomicLong left = new AtomicLong(limits.bytes());
        return (reference, options) -> {
            requireName(reference);
            return isSample(reference) ? Corpora.open(reference, options) : read(reference, options, left);
        };
    }

    private static boolean isSample(String reference) {
        return reference.startsWith(Corpora.SAMPLE_PREFIX);
    }

    private Corpus read(String reference, CorpusOptions options, AtomicLong left) {
        InputStream file = roots.open(reference)
                .orElseThrow(() ->
                        new CorpusException(reference, "there is no such file below the trainer's folders of corpora"));
        try (BoundedText text = new BoundedText(file, reference, limits, left)) {
            try {
                return CorpusReader.read(reference, text, options);
            } catch (CorpusException e) {
                throw e.withoutQuote();
            }
        } catch (IOException e) {
            throw new CorpusException(reference, "can't be read", e);
        }
    }
}
