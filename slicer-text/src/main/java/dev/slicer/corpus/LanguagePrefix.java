package dev.slicer.corpus;

import dev.slicer.language.Languages;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A language before every word, as WikiANN's own files have it: {@code de:Angela}, {@code zh-min-nan:Tâi-oân}. */
final class LanguagePrefix {
    private static final Pattern PREFIXED = Pattern.compile("([a-z]{2,3}(?:-[a-z]{1,9})*|simple):.+", Pattern.DOTALL);
    /** A Wikipedia, but no language. */
    private static final String SIMPLE_ENGLISH = "simple";

    private LanguagePrefix() {}

    /**
     * The sentences without the language before their words.
     *
     * @throws CorpusException where all but a few words have one: then it is neither a part of the words nor of the format
     */
    static List<Sentence> takenOff(String file, List<Sentence> sentences) {
        long words = 0;
        long prefixed = 0;
        for (Sentence sentence : sentences) {
            words += sentence.words().size();
            prefixed += sentence.words().stream().filter(LanguagePrefix::hasOne).count();
        }
        if (prefixed * 2 <= words) {
            return sentences;
        }
        if (prefixed < words) {
            throw new CorpusException(
                    file,
                    prefixed + " of " + words
                            + " words begin with a language, as de:Angela; take it off, or put it before "
                            + "all of them");
        }
        return sentences.stream()
                .map(sentence -> new Sentence(
                        sentence.words().stream().map(LanguagePrefix::rest).toList(), sentence.tags()))
                .toList();
    }

    private static boolean hasOne(String word) {
        Matcher matcher = PREFIXED.matcher(word);
        return matcher.matches()
                && (matcher.group(1).equals(SIMPLE_ENGLISH)
                        || Languages.code(matcher.group(1)).isPresent());
    }

    private static String rest(String word) {
        return word.substring(word.indexOf(':') + 1);
    }
}
