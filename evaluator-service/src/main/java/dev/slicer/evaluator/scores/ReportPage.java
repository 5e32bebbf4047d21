package dev.slicer.evaluator.scores;

import dev.slicer.evaluator.scores.ScoreBoard.ModelOnBenchmark;
import dev.slicer.events.ScoreTotals;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/** A page of the report while it is put together: of the languages that are wanted, as many as fit. */
final class ReportPage {
    /** Of an answer, roughly: a thousand languages of three types have half of it. Senders choose types. */
    private static final int MOST_CHARACTERS = 4 << 20;
    /** Of counts and ratios, with their names. */
    private static final int CHARACTERS_OF_A_SCORE = 150;

    private final ReportQuery query;
    private final List<Report.Result> results = new ArrayList<>();
    private int languages;
    private long characters;
    private Optional<ScoreTotals.Key> last = Optional.empty();
    private boolean isFull;

    ReportPage(ReportQuery query) {
        this.query = query;
    }

    /** @param all its totals by language */
    void add(ModelOnBenchmark model, NavigableMap<String, ScoreTotals> all) {
        if (!query.wants(model)) {
            return;
        }
        List<Report.Language> shown = new ArrayList<>();
        for (ScoreTotals totals : wanted(model, all)) {
            characters += characters(totals);
            isFull = languages == query.limit() || languages > 0 && characters > MOST_CHARACTERS;
            if (isFull) {
                break;
            }
            shown.add(Report.Language.of(totals));
            languages++;
            last = Optional.of(totals.series());
        }
        if (!shown.isEmpty()) {
            results.add(Report.Result.of(model, shown, all.values()));
        }
    }

    private Collection<ScoreTotals> wanted(ModelOnBenchmark model, NavigableMap<String, ScoreTotals> all) {
        NavigableMap<String, ScoreTotals> unseen = query.after()
                .filter(seen -> ModelOnBenchmark.of(seen).equals(model))
                .map(seen -> all.tailMap(seen.language(), false))
                .orElse(all);
        return query.language()
                .<Collection<ScoreTotals>>map(
                        one -> Optional.ofNullable(unseen.get(one)).stream().toList())
                .orElse(unseen.values());
    }

    private static long characters(ScoreTotals totals) {
        long names = totals.key().length();
        long scores = totals.matches().size();
        for (ScoreTotals.ScoringTotals scored : totals.scorings()) {
            names += scored.byType().keySet().stream().mapToLong(String::length).sum();
            scores += 1 + scored.byType().size();
        }
        return names + scores * CHARACTERS_OF_A_SCORE;
    }

    boolean isFull() {
        return isFull;
    }

    List<Report.Result> results() {
        return results;
    }

    /** What asks for those that did not fit; empty where all did. */
    Optional<String> next() {
        return last.filter(seen -> isFull)
                .map(query::after)
                .map(following -> ReportResource.PATH + "?" + following.text());
    }
}
