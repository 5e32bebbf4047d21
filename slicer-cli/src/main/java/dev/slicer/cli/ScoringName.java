package dev.slicer.cli;

import dev.slicer.metrics.Scoring;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How scorings are spelled on the command line and in its JSON. */
final class ScoringName implements ITypeConverter<Scoring> {
    @Override
    public Scoring convert(String name) {
        for (Scoring scoring : Scoring.values()) {
            if (of(scoring).equals(name)) {
                return scoring;
            }
        }
        throw new TypeConversionException("'" + name + "' is none of strict, conlleval, sub-token");
    }

    static String of(Scoring scoring) {
        return switch (scoring) {
            case STRICT_IOB2 -> "strict";
            case CONLLEVAL -> "conlleval";
            case SUB_TOKEN -> "sub-token";
        };
    }
}
