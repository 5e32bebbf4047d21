package dev.slicer.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The corpus that comes with Slicer, written for it: news-like sentences with PER, ORG and LOC, English for training and
 * small test sets in many languages. Good for a demonstration and a check that transfer works; too small to compare
 * models by.
 */
public final class SampleCorpus {
    private static final List<String> LANGUAGES = List.of(
            "en", "sw", "ha", "yo", "ig", "rw", "wo", "pcm", "de", "ru", "el", "ar", "hi", "ta", "zh", "ja", "th");

    private SampleCorpus() {}

    /** Codes of the languages with a test set, English first. */
    public static List<String> languages() {
        return LANGUAGES;
    }

    /** The English training sentences. */
    public static Corpus train() {
        return read("en.train", LabelMap.identity());
    }

    /**
     * A language's test sentences.
     *
     * @throws IllegalArgumentException for a language that {@link #languages} does not list
     */
    public static Corpus test(String language) {
        if (!LANGUAGES.contains(language)) {
            throw new IllegalArgumentException(
                    "no sample test set for '" + language + "'; there are " + String.join(", ", LANGUAGES));
        }
        return read(language + ".test", LabelMap.identity());
    }

    /** @param name {@code en.train} or {@code <language>.test} */
    static Corpus open(String name, LabelMap labels) {
        boolean known = name.equals("en.train") || LANGUAGES.stream().anyMatch(l -> name.equals(l + ".test"));
        if (!known) {
            throw new CorpusException(
                    Corpora.SAMPLE_PREFIX + name,
                    "no such sample; there are en.train, and LANGUAGE.test for " + String.join(", ", LANGUAGES));
        }
        return read(name, labels);
    }

    private static Corpus read(String name, LabelMap labels) {
        try (InputStream in = SampleCorpus.class.getResourceAsStream("sample/" + name + ".conll")) {
            if (in == null) {
                throw new IllegalStateException("resource sample/" + name + ".conll is not in the jar");
            }
            return CorpusReader.read(Corpora.SAMPLE_PREFIX + name, name, in, false, CorpusOptions.of(labels));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
