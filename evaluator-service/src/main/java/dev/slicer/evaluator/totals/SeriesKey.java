package dev.slicer.evaluator.totals;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.ScoreTotals;
import java.nio.charset.StandardCharsets;

/** What scores are added up by, as {@link ScoreTotals#key()} writes it. */
record SeriesKey(String benchmark, String modelId, String language) {
    static SeriesKey of(DocumentScored score) {
        return new SeriesKey(score.benchmark(), score.modelId(), score.language());
    }

    /** Of the same documents where nobody has answered. */
    SeriesKey ofNobody() {
        return new SeriesKey(benchmark, DocumentScored.NO_MODEL, language);
    }

    String text() {
        return ScoreTotals.key(benchmark, modelId, language);
    }

    byte[] bytes() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    static SeriesKey parse(String text) {
        int language = text.lastIndexOf('/');
        int model = text.lastIndexOf('/', language - 1);
        return new SeriesKey(
                text.substring(0, model), text.substring(model + 1, language), text.substring(language + 1));
    }
}
