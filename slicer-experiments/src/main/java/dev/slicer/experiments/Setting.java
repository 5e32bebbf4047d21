package dev.slicer.experiments;

import dev.slicer.events.EmbeddingTraining;
import dev.slicer.events.ScoreLine;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Locale;
import java.util.OptionalInt;

/** What runs that differ only in the seed have in common. Ordered for reports: trained words, weights without adapters and larger slices first. */
record Setting(
        String source,
        int h,
        ClassifierMode classifier,
        EmbeddingTraining words,
        double learningRate,
        int steps,
        OptionalInt loraRank)
        implements Comparable<Setting> {
    private static final Comparator<Setting> ORDER = Comparator.comparing(Setting::source)
            .thenComparingInt(Setting::steps)
            .thenComparing(Setting::words)
            .thenComparingInt(setting -> setting.loraRank().orElse(0))
            .thenComparing(Setting::h, Comparator.reverseOrder())
            .thenComparing(Setting::classifier)
            .thenComparingDouble(Setting::learningRate);

    static Setting of(ScoreLine line) {
        return new Setting(
                line.source(),
                line.h(),
                line.classifier(),
                line.words(),
                line.learningRate(),
                line.steps(),
                line.loraRank());
    }

    /**
     * Standard fine-tuning: vectors and classifier whole (h = d), the classifier learnt, and the encoder's weights themselves; word
     * embeddings or not.
     */
    boolean isStandard(int hiddenSize) {
        return h == hiddenSize && classifier == ClassifierMode.TRAINED && loraRank.isEmpty();
    }

    boolean isComparable(Setting other) {
        return source.equals(other.source) && steps == other.steps;
    }

    String classifierName() {
        return classifier.name().toLowerCase(Locale.ROOT);
    }

    /** For names, in which all trained, the usual, goes without saying, and adapters say that words are frozen. */
    String whatIsTrained() {
        if (loraRank.isPresent()) {
            return ", LoRA " + loraRank.getAsInt();
        }
        return words == EmbeddingTraining.FROZEN ? ", words frozen" : "";
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
