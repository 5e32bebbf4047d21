package dev.slicer.experiments;

import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusException;
import dev.slicer.corpus.Sentence;
import dev.slicer.labels.TagScheme;
import dev.slicer.metrics.Evaluation;
import dev.slicer.metrics.Evaluator;
import dev.slicer.metrics.Scoring;
import dev.slicer.segmentation.Detokenizer;
import dev.slicer.tagging.TaggedSubTokens;
import dev.slicer.tagging.Tagger;
import dev.slicer.text.Document;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Scores one model on labelled sentences: tags each sentence once and counts its entities in all scorings. */
public final class BenchmarkScorer {
    private static final int BATCH = 64;

    private final Tagger tagger;
    private final Progress progress;
    private final Evaluator strict = new Evaluator(Scoring.STRICT);
    private final Evaluator conlleval = new Evaluator(Scoring.CONLLEVAL);
    private final Evaluator subTokens = new Evaluator(Scoring.SUB_TOKEN);

    /** Told after every few sentences. */
    @FunctionalInterface
    public interface Progress {
        /** @param corpus name of the one that is being scored */
        void scored(long sentences, long total, String corpus);
    }

    private BenchmarkScorer(Tagger tagger, Progress progress) {
        this.tagger = tagger;
        this.progress = progress;
    }

    /**
     * The scores of a model in each scoring. {@link Scoring#STRICT} is of tags decoded to valid IOB2, on which
     * {@link Scoring#CONLLEVAL} would come to the same; that is of each word's most probable label on its own instead, as
     * ordinary scripts for token classification have it. {@link Scoring#SUB_TOKEN} is the paper's code's: the most probable
     * label at every sub-token on its own, against the tag of the word.
     *
     * @param corpora by language
     * @throws CorpusException naming a corpus without sentences, or corpus and sentence with entity types that the model
     *     does not know: they would count as missed, whatever the model does
     */
    public static Map<Scoring, Evaluation> score(
            Tagger tagger, SortedMap<String, List<Corpus>> corpora, Progress progress) {
        corpora.values().forEach(ofLanguage -> ofLanguage.forEach(corpus -> check(corpus, tagger)));
        BenchmarkScorer scorer = new BenchmarkScorer(tagger, progress);
        scorer.score(corpora);
        Map<Scoring, Evaluation> scores = new EnumMap<>(Scoring.class);
        scores.put(Scoring.STRICT, scorer.strict.evaluation());
        scores.put(Scoring.CONLLEVAL, scorer.conlleval.evaluation());
        scores.put(Scoring.SUB_TOKEN, scorer.subTokens.evaluation());
        return scores;
    }

    private static void check(Corpus corpus, Tagger tagger) {
        if (corpus.sentences().isEmpty()) {
            throw new CorpusException(corpus.name(), "no sentence in it");
        }
        List<String> known = tagger.labels().types();
        SortedSet<String> unknown = new TreeSet<>();
        int first = 0;
        for (int i = 0; i < corpus.sentences().size(); i++) {
            for (String tag : corpus.sentences().get(i).tags()) {
                Optional<String> type = TagScheme.type(tag);
                if (type.isPresent() && !known.contains(type.get())) {
                    unknown.add(type.get());
                    first = first == 0 ? i + 1 : first;
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new CorpusException(
                    corpus.name(),
                    "has entities of types that " + tagger.modelId() + " does not know: " + String.join(", ", unknown)
                            + ", the first in sentence " + first + "; it knows " + String.join(", ", known)
                            + ". Drop or rename them while reading, as with --label-map "
                            + unknown.stream().map(type -> type + "=O").collect(Collectors.joining(",")));
        }
    }

    private void score(SortedMap<String, List<Corpus>> corpora) {
        long total = corpora.values().stream()
                .flatMap(List::stream)
                .mapToLong(corpus -> corpus.sentences().size())
                .sum();
        long done = 0;
        for (Map.Entry<String, List<Corpus>> ofLanguage : corpora.entrySet()) {
            for (Corpus corpus : ofLanguage.getValue()) {
                List<Sentence> sentences = corpus.sentences();
                for (int from = 0; from < sentences.size(); from += BATCH) {
                    List<Sentence> batch = sentences.subList(from, Math.min(sentences.size(), from + BATCH));
                    score(ofLanguage.getKey(), batch);
                    done += batch.size();
                    progress.scored(done, total, corpus.name());
                }
            }
        }
    }

    private void score(String language, List<Sentence> sentences) {
        List<Document> documents = new ArrayList<>();
        for (Sentence sentence : sentences) {
            Detokenizer.Joined joined = Detokenizer.join(sentence.words(), language);
            documents.add(new Document(
                    Integer.toString(documents.size()), joined.text(), Optional.of(language), joined.words()));
        }
        List<TaggedSubTokens> tagged = tagger.tagSubTokens(documents);
        for (int i = 0; i < sentences.size(); i++) {
            List<String> gold = sentences.get(i).tags();
            List<String> words = tagged.get(i).document().tags();
            strict.add(language, gold, words);
            conlleval.add(language, gold, tagged.get(i).greedy());
            subTokens.addSubTokens(language, gold, tagged.get(i).tags());
        }
    }
}
