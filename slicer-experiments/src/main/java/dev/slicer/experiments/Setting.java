package dev.slicer.experiments;

import dev.slicer.events.ScoreLine;
import dev.slicer.events.Words;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Locale;

/** What runs that differ only in the seed have in common. Ordered for reports: trained words and larger slices first. */
record Setting(String source, int h, ClassifierMode classifier, Words words, double learningRate, int steps)
        implements Comparable<Setting> {
    private static final Comparator<Setting> ORDER = Comparator.comparing(Setting::source)
            .thenComparingInt(Setting::steps)
            .thenComparing(Setting::words)
            .thenComparing(Setting::h, Comparator.reverseOrder())
            .thenComparing(Setting::classifier)
            .thenComparingDouble(Setting::learningRate);

    static Setting of(ScoreLine line) {
        return new Setting(line.source(), line.h(), line.classifier(), line.words(), line.learningRate(), line.steps());
    }

    /** Standard fine-tuning: vectors and classifier whole (h = d), the classifier learnt; word embeddings or not. */
    boolean isStandard(int hiddenSize) {
        return h == hiddenSize && classifier == ClassifierMode.TRAINED;
    }

    boolean isComparable(Setting other) {
        return source.equals(other.source) && steps == other.steps;
    }

    String classifierName() {
        return classifier.name().toLowerCase(Locale.ROOT);
    }

    /** For names, in which trained words, the usual, go without saying. */
    String frozenWords() {
        return words == Words.FROZEN ? ", words frozen" : "";
    }

    /** As people write it: {@code 5e-5}. */
    String rate() {
        return rate(learningRate);
    }

    static String rate(double learningRate) {
        BigDecimal exact = BigDecimal.valueOf(learningRate).stripTrailingZeros();
        String digits = exact.unscaledValue().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return mantissa + "e" + (digits.length() - 1 - exact.scale());
    }

    @Override
    public int compareTo(Setting other) {
        return ORDER.compare(this, other);
    }
}
