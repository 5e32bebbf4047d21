package dev.slicer.vocabulary;

import com.ibm.icu.text.UnicodeSet;
import com.ibm.icu.util.LocaleData;
import com.ibm.icu.util.ULocale;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.segmentation.WordBreaker;
import dev.slicer.text.Word;
import dev.slicer.tokenization.SubTokenizer;
import java.lang.Character.UnicodeScript;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which sub-tokens of a model texts and languages need. What was looked at breaks into the same sub-tokens as before. Single
 * characters of the scripts seen are kept besides, so that other words of these scripts break into smaller pieces but do
 * not become unknown.
 */
public final class NeededSubTokens implements AutoCloseable {
    private final TokenizerFile file;
    private final SubTokenizer tokenizer;
    private final BitSet needed = new BitSet();

    /**
     * @param model in HuggingFace's layout
     * @throws dev.slicer.checkpoint.files.CheckpointException naming the file that is missing, damaged or of another kind
     */
    public NeededSubTokens(ModelFiles model) {
        this.file = TokenizerFile.read(model);
        this.tokenizer = SubTokenizer.ofModel(model);
    }

    public void addCorpus(Corpus corpus) {
        for (Sentence sentence : corpus.sentences()) {
            addWords(sentence.words());
        }
    }

    /** @param language BCP 47 code where known */
    public void addText(String text, Optional<String> language) {
        List<Word> words = WordBreaker.words(text, language);
        addWords(words.stream().map(word -> word.of(text)).toList());
    }

    /** Sub-tokens of a text that stand for something that the vocabulary cannot spell. */
    int unknown(String text) {
        List<Word> words = WordBreaker.words(text, Optional.empty());
        int[] ids = tokenizer
                .encode(words.stream().map(word -> word.of(text)).toList())
                .ids();
        return (int) Arrays.stream(ids).filter(id -> id == tokenizer.unkId()).count();
    }

    private void addWords(List<String> words) {
        for (int id : tokenizer.encode(words).ids()) {
            needed.set(id);
        }
    }

    /**
     * Adds all sub-tokens that are spelled with the letters which CLDR gives for the language.
     *
     * @param language BCP 47 code
     * @throws IllegalArgumentException where CLDR has no letters for it
     */
    public void addLanguage(String language) {
        ULocale locale = ULocale.forLanguageTag(language);
        // For a language that it has no data for ICU would answer with Latin letters.
        boolean known = Arrays.stream(ULocale.getAvailableLocales())
                .anyMatch(available -> available.getLanguage().equals(locale.getLanguage()));
        if (!known || locale.getLanguage().isEmpty()) {
            throw new IllegalArgumentException(
                    "no letters are known for the language '" + language + "'; give texts in it instead");
        }
        UnicodeSet letters = new UnicodeSet();
        for (int kind : new int[] {LocaleData.ES_STANDARD, LocaleData.ES_AUXILIARY, LocaleData.ES_INDEX}) {
            letters.addAll(LocaleData.getExemplarSet(locale, UnicodeSet.ADD_CASE_MAPPINGS, kind));
        }
        for (int id = 0; id < file.size(); id++) {
            String token = file.characters(id);
            boolean spelled = token.codePoints()
                    .allMatch(character -> letters.contains(character)
                            || !Character.isLetter(character) && isOfEveryScript(character));
            if (spelled) {
                needed.set(id);
            }
        }
    }

    private static boolean isOfEveryScript(int character) {
        UnicodeScript script = UnicodeScript.of(character);
        return script == UnicodeScript.COMMON || script == UnicodeScript.INHERITED;
    }

    /** Ids of the model's vocabulary, special tokens included. */
    public BitSet ids() {
        BitSet ids = file.special();
        IntStream.of(tokenizer.clsId(), tokenizer.sepId(), tokenizer.padId(), tokenizer.unkId())
                .forEach(ids::set);
        ids.or(needed);
        Set<UnicodeScript> scripts = EnumSet.of(UnicodeScript.COMMON, UnicodeScript.INHERITED);
        needed.stream()
                .filter(id -> id < file.size())
                .forEach(id -> file.characters(id)
                        .codePoints()
                        .mapToObj(UnicodeScript::of)
                        .forEach(scripts::add));
        for (int id = 0; id < file.size(); id++) {
            String token = file.characters(id);
            if (token.codePointCount(0, token.length()) == 1
                    && scripts.contains(UnicodeScript.of(token.codePointAt(0)))) {
                ids.set(id);
            }
        }
        return ids;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
