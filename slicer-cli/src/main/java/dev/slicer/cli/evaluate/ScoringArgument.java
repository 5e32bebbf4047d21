package dev.slicer.cli.evaluate;

import dev.slicer.metrics.Scoring;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Option of every command that shows scores: one scoring, or all of them. */
final class ScoringArgument {
    private static final String ALL = "all";

    /** What the scorings mean, for the help of a command that has this option. */
    static final String STRICT =
            "  strict     type and both boundaries exact, by word, of decoded tags, IOB2 read strictly (seqeval's strict mode)";

    static final String CONLLEVAL =
            "  conlleval  by word, each word's most probable label on its own, I- tags read leniently (seqeval's default mode)";

    static final String SUB_TOKEN =
            "  sub-token  conlleval over sub-tokens, each predicted on its own (as in the paper's code)";

    @Option(
            names = "--scoring",
            paramLabel = "SCORING",
            defaultValue = "strict",
            converter = Converter.class,
            description = "strict, conlleval or sub-token, see below, or all of them side by side. Results get all of "
                    + "them in any case. Default: ${DEFAULT-VALUE}.")
    private Choice choice = new Choice(List.of(Scoring.STRICT));

    /** At least one. */
    List<Scoring> scorings() {
        return choice.scorings();
    }

    private record Choice(List<Scoring> scorings) {}

    private static final class Converter implements ITypeConverter<Choice> {
        @Override
        public Choice convert(String text) {
            if (text.equals(ALL)) {
                return new Choice(List.of(Scoring.values()));
            }
            try {
                return new Choice(List.of(Scoring.parse(text)));
            } catch (IllegalArgumentException wrong) {
                throw new TypeConversionException(wrong.getMessage() + ", " + ALL);
            }
        }
    }
}
