package dev.slicer.training;

import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.labels.LabelSet;
import java.util.List;

/** What corpora must have to be trained on, checked before anything takes long. */
public final class CorpusCheck {
    private CorpusCheck() {}

    /**
     * @param corpora that are trained on together
     * @throws TrainingException where there is no sentence, none has an entity, or a tag is not in the label set
     */
    public static void requireTrainable(List<Corpus> corpora, LabelSet labels) {
        corpora.forEach(corpus -> requireKnownTags(corpus, labels));
        List<String> names = corpora.stream().map(Corpus::name).toList();
        List<Sentence> sentences =
                corpora.stream().flatMap(corpus -> corpus.sentences().stream()).toList();
        if (sentences.isEmpty()) {
            throw new TrainingException("there is no sentence to train on in " + names);
        }
        if (corpora.stream().noneMatch(Corpus::hasEntities)) {
            throw new TrainingException("no sentence has an entity in " + names
                    + ": there is nothing to learn, or a label map drops it all");
        }
    }

    /** @throws TrainingException naming the corpus, the sentence and the word whose tag is not in the label set */
    public static void requireKnownTags(Corpus corpus, LabelSet labels) {
        for (int i = 0; i < corpus.sentences().size(); i++) {
            List<String> tags = corpus.sentences().get(i).tags();
            for (int word = 0; word < tags.size(); word++) {
                if (labels.id(tags.get(word)).isEmpty()) {
                    throw new TrainingException(
                            "corpus " + corpus.name() + ", sentence " + (i + 1) + ", word " + (word + 1)
                                    + ": its tag is of none of the types " + labels.types()
                                    + "; add its type to the types, or map it to another one or to O with a label map");
                }
            }
        }
    }
}
