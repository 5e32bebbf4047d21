package dev.slicer.cli.evaluate;

import dev.slicer.metrics.Scoring;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One scoring, or all of them side by side. */
record ScoringChoice(List<Scoring> scorings) {
    static final ScoringChoice STRICT = new ScoringChoice(List.of(Scoring.STRICT_IOB2));

    private static final String ALL = "all";

    ScoringChoice {
        scorings = List.copyOf(scorings);
    }

    static final class Converter implements ITypeConverter<ScoringChoice> {
        @Override
        public ScoringChoice convert(String text) {
            if (text.equals(ALL)) {
                return new ScoringChoice(List.of(Scoring.values()));
            }
            try {
                return new ScoringChoice(List.of(Scoring.parse(text)));
            } catch (IllegalArgumentException wrong) {
                throw new TypeConversionException(wrong.getMessage() + ", " + ALL);
            }
        }
    }
}
