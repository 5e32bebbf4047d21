package dev.slicer.language;

import com.ibm.icu.lang.UScript;
import com.ibm.icu.util.ULocale;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import opennlp.tools.langdetect.Language;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;

/**
 * OpenNLP's model of 103 languages, asked among those of one script.
 *
 * <p>The lead of the best language over the next one grows with each letter, and faster where the text is in a language that
 * the model knows than where it takes one that it does not know for a relative: that tells sure from unsure. The bounds were
 * chosen on MasakhaNER, WikiANN and the sample corpus.
 */
final class OpenNlpLanguages {
    private static final String RESOURCE = "/langdetect-183.bin";

    /** Languages that the model has by a code of their own beside that of the group they belong to. */
    private static final Map<String, String> GROUPS =
            Map.of("cmn", "zh", "ekk", "et", "lvs", "lv", "pes", "fa", "plt", "mg");

    /** Lead of the best language over the next one, logarithm of the ratio of their probabilities. */
    private static final double MIN_LEAD = 0.3;

    private static final double MIN_LEAD_PER_LETTER = 0.005;
    /**
     * The model's only languages of regions where hundreds are spoken: for one of these it takes many that it does not know,
     * as Kinyarwanda for Swahili, but with half of the lead that it sees in the language itself.
     */
    private static final Map<String, Double> MIN_LEAD_PER_LETTER_OF = Map.of("sw", 0.012, "zu", 0.012, "so", 0.012);

    private final LanguageDetectorME detector;
    private final Map<String, String> codes = new HashMap<>();
    private final Map<String, Set<Integer>> scripts = new HashMap<>();

    /** Loads the model when it is asked first. */
    private static final class Holder {
        static final OpenNlpLanguages LOADED = new OpenNlpLanguages();
    }

    /** Does nothing where that has been done. */
    static void load() {
        Objects.requireNonNull(Holder.LOADED);
    }

    private OpenNlpLanguages() {
        try (InputStream in = LanguageDetector.class.getResourceAsStream(RESOURCE)) {
            detector = new LanguageDetectorME(new LanguageDetectorModel(Objects.requireNonNull(in, RESOURCE)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String language : detector.getSupportedLanguages()) {
            ULocale locale = new ULocale(GROUPS.getOrDefault(language, language));
            codes.put(language, locale.getLanguage());
            scripts.put(language, scripts(locale));
        }
    }

    private static Set<Integer> scripts(ULocale locale) {
        // Of Tagalog ICU knows none.
        int[] known = Optional.ofNullable(UScript.getCode(locale)).orElse(new int[] {UScript.LATIN});
        return Arrays.stream(known).boxed().collect(Collectors.toUnmodifiableSet());
    }

    /**
     * @param script that the text is written in, which several languages share
     * @param letters of the text
     * @return ISO 639 code; empty where the model is not sure
     */
    static Optional<String> detect(String text, int script, int letters) {
        return Holder.LOADED.mostLikely(text, script, letters);
    }

    private Optional<String> mostLikely(String text, int script, int letters) {
        // Best first.
        List<Language> candidates = Arrays.stream(detector.predictLanguages(text))
                .filter(language -> scripts.get(language.getLang()).contains(script))
                .toList();
        String best = codes.get(candidates.get(0).getLang());
        double next = candidates.stream()
                .filter(language -> !codes.get(language.getLang()).equals(best))
                .mapToDouble(Language::getConfidence)
                .findFirst()
                .orElse(0);
        double lead = Math.log(candidates.get(0).getConfidence() / next);
        double perLetter = MIN_LEAD_PER_LETTER_OF.getOrDefault(best, MIN_LEAD_PER_LETTER);
        return Optional.of(best).filter(code -> lead > MIN_LEAD && lead > perLetter * letters);
    }
}
