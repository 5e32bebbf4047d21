package dev.slicer.jobs;

import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusOptions;
import dev.slicer.corpus.CorpusSource;
import dev.slicer.corpus.LabelMap;
import dev.slicer.corpus.Sentence;
import dev.slicer.events.Benchmark;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.BenchmarkSets;
import dev.slicer.labels.LabelSet;
import dev.slicer.training.CorpusCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The corpora that a request names, read and checked before hours are spent on it.
 *
 * @param train empty for an average
 * @param attentionOn all corpora of that kind as one
 */
record JobCorpora(
        LabelSet labels, List<Corpus> train, Optional<BenchmarkSets> benchmark, Optional<Corpus> attentionOn) {
    /**
     * @throws dev.slicer.corpus.CorpusException naming the corpus, and the line where there is one
     * @throws dev.slicer.training.TrainingException where a tag is of no type that the request names
     * @throws IllegalArgumentException where the request's types or its label map make no sense
     */
    static JobCorpora read(TrainingRequest request, CorpusSource source) {
        return new Reader(request, source).read();
    }

    private static final class Reader {
        private final TrainingRequest request;
        private final CorpusSource source;
        private final LabelSet labels;
        private final CorpusOptions options;

        Reader(TrainingRequest request, CorpusSource source) {
            this.request = request;
            this.source = source;
            this.labels = LabelSet.ofTypes(request.types());
            this.options = new CorpusOptions(LabelMap.of(request.labelMap()), request.tagColumn());
        }

        JobCorpora read() {
            return new JobCorpora(labels, train(), request.benchmark().map(this::sets), attentionOn());
        }

        private List<Corpus> train() {
            List<Corpus> corpora = request.train().stream()
                    .map(reference -> source.open(reference, options))
                    .toList();
            if (request.averageOf().isEmpty()) {
                CorpusCheck.requireTrainable(corpora, labels);
            }
            return corpora;
        }

        private BenchmarkSets sets(Benchmark benchmark) {
            return new BenchmarkSets(benchmark.name(), open(benchmark.test()), open(benchmark.validation()));
        }

        private SortedMap<String, List<Corpus>> open(Map<String, String> references) {
            SortedMap<String, List<Corpus>> corpora = new TreeMap<>();
            references.forEach((language, reference) -> {
                Corpus corpus = source.open(reference, options);
                CorpusCheck.requireKnownTags(corpus, labels);
                corpora.put(language, List.of(corpus));
            });
            return corpora;
        }

        private Optional<Corpus> attentionOn() {
            if (request.attentionOn().isEmpty()) {
                return Optional.empty();
            }
            List<Sentence> sentences = request.attentionOn().stream()
                    .flatMap(reference -> source.open(reference, options).sentences().stream())
                    .toList();
            String name = String.join(", ", request.attentionOn());
            return Optional.of(new Corpus(name, sentences, name));
        }
    }
}
