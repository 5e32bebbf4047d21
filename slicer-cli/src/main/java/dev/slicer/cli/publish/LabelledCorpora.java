package dev.slicer.cli.publish;

import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusException;
import dev.slicer.corpus.Sentence;
import dev.slicer.events.LabelledDocument;
import dev.slicer.labels.TagScheme;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The sentences of corpora as labelled documents. The id of each is made of benchmark, language, corpus and the number of
 * the sentence, so that a corpus that is published again asks for the same documents again.
 */
final class LabelledCorpora {
    private LabelledCorpora() {}

    /**
     * @param corpora by language
     * @throws CorpusException naming a corpus whose sentences make no documents
     */
    static List<LabelledDocument> documents(String benchmark, Map<String, List<Corpus>> corpora) {
        List<LabelledDocument> documents = new ArrayList<>();
        corpora.forEach((language, ofLanguage) -> {
            Set<String> names = new HashSet<>();
            for (Corpus corpus : ofLanguage) {
                if (!names.add(corpus.name())) {
                    throw new CorpusException(
                            corpus.name(), "there are two corpora of this name in " + language + "; rename one");
                }
                addAll(benchmark, language, corpus, documents);
            }
        });
        return documents;
    }

    private static void addAll(String benchmark, String language, Corpus corpus, List<LabelledDocument> documents) {
        int number = 0;
        for (Sentence sentence : corpus.sentences()) {
            String id = String.join("/", benchmark, language, corpus.name(), Integer.toString(++number));
            try {
                documents.add(new LabelledDocument(
                        id,
                        benchmark,
                        language,
                        Optional.empty(),
                        sentence.words(),
                        sentence.tags(),
                        Optional.empty(),
                        scheme(sentence)));
            } catch (IllegalArgumentException wrong) {
                throw new CorpusException(corpus.name(), "sentence " + number + ": " + wrong.getMessage());
            }
        }
    }

    /** Only where the tags alone leave it open, so that documents published before keep their content. */
    private static Optional<TagScheme> scheme(Sentence sentence) {
        boolean valid = TagScheme.IOB2.toIob2(sentence.tags()).equals(sentence.tags());
        return valid ? Optional.empty() : Optional.of(TagScheme.IOB2);
    }
}
