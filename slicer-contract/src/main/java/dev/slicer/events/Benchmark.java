package dev.slicer.events;

import java.util.Map;

/**
 * What a run is scored on.
 *
 * @param name as scores have it, such as {@code masakhaner}
 * @param test a corpus for each language, as {@code sample:sw.test} or a file
 * @param validation of all of these languages, of some or of none: by these a snapshot of the run may be chosen
 */
public record Benchmark(String name, Map<String, String> test, Map<String, String> validation) {
    public Benchmark {
        Require.notBlank("name", name);
        test = corpora("test", test);
        if (test.isEmpty()) {
            throw new IllegalArgumentException("test is empty");
        }
        validation = corpora("validation", validation);
        for (String language : validation.keySet()) {
            if (!test.containsKey(language)) {
                throw new IllegalArgumentException("validation has the language " + language + ", test has not");
            }
        }
    }

    private static Map<String, String> corpora(String field, Map<String, String> given) {
        Map<String, String> copy = Require.all(field, given);
        copy.forEach((language, corpus) -> Require.notBlank(field + "." + language, corpus));
        return copy;
    }
}
