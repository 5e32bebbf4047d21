package dev.slicer.experiments;

import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The labelled sentences of a benchmark by language; corpora of one language are scored together.
 *
 * @param name as score lines have it, such as {@code masakhaner}
 * @param test what models are compared on, in alphabetical order of the languages
 * @param validation what a model may be chosen by; of all of the test languages, of some or of none
 */
public record BenchmarkSets(
        String name, SortedMap<String, List<Corpus>> test, SortedMap<String, List<Corpus>> validation) {

    /**
     * @throws CorpusException naming a corpus without sentences
     * @throws IllegalArgumentException where there is no test set, or a validation set of a language that has none
     */
    public BenchmarkSets {
        test = checked(test);
        validation = checked(validation);
        if (test.isEmpty()) {
            throw new IllegalArgumentException("a benchmark needs a test set");
        }
        for (String language : validation.keySet()) {
            if (!test.containsKey(language)) {
                throw new IllegalArgumentException(
                        "there is a validation set of language " + language + ", but no test set");
            }
        }
    }

    private static SortedMap<String, List<Corpus>> checked(Map<String, List<Corpus>> corpora) {
        SortedMap<String, List<Corpus>> copy = new TreeMap<>();
        corpora.forEach((language, ofLanguage) -> {
            if (ofLanguage.isEmpty()) {
                throw new IllegalArgumentException("there is no corpus of language " + language);
            }
            for (Corpus corpus : ofLanguage) {
                if (corpus.sentences().isEmpty()) {
                    throw new CorpusException(corpus.name(), "no sentence in it");
                }
            }
            copy.put(language, List.copyOf(ofLanguage));
        });
        return Collections.unmodifiableSortedMap(copy);
    }
}
