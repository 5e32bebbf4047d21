package dev.slicer.metrics;

import java.util.Map;
import java.util.TreeMap;

/**
 * By how much a candidate's F1 may fall behind that of the checkpoint in its place; F1 is from 0 to 1, so 0.01 is a point.
 *
 * @param macro the mean of all languages
 * @param language any language that has none of its own
 * @param byLanguage tolerances of single languages, by BCP 47 code
 */
public record Tolerances(double macro, double language, Map<String, Double> byLanguage) {
    public Tolerances {
        require("macro", macro);
        require("language", language);
        byLanguage = Map.copyOf(byLanguage);
        new TreeMap<>(byLanguage).forEach((code, tolerance) -> require(code, tolerance));
    }

    public double of(String code) {
        return byLanguage.getOrDefault(code, language);
    }

    private static void require(String name, double tolerance) {
        if (!(tolerance >= 0 && tolerance <= 1)) {
            throw new IllegalArgumentException("the tolerance " + name + " must be between 0 and 1, got " + tolerance);
        }
    }
}
