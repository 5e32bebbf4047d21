package dev.slicer.benchmarks.workload;

import dev.slicer.corpus.Sentence;
import dev.slicer.segmentation.Detokenizer;
import dev.slicer.text.Word;
import java.util.List;

/**
 * A labelled sentence as raw text.
 *
 * @param words where its words are in the text
 */
public record LabelledText(String language, Sentence sentence, String text, List<Word> words) {
    public static LabelledText of(String language, Sentence sentence) {
        Detokenizer.Joined joined = Detokenizer.join(sentence.words(), language);
        return new LabelledText(language, sentence, joined.text(), joined.words());
    }
}
