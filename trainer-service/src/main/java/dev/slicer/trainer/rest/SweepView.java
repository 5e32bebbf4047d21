package dev.slicer.trainer.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.events.ScoreLine;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.experiments.Report;
import dev.slicer.json.Json;
import dev.slicer.trainer.board.JobBoard;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A sweep as REST shows it: its jobs, and what their scores say so far.
 *
 * @param jobs how many are in each state; states without a job are left out
 * @param results mean and standard deviation over seeds by setting and language; absent while nothing is scored
 */
record SweepView(String id, Map<State, Long> jobs, List<Job> runs, Optional<JsonNode> results) {
    /** Of mBERT and XLM-R base; only the heading of the standard setting depends on it, and a standard run tells it. */
    private static final int USUAL_HIDDEN_SIZE = 768;

    /** A job, without its scores. */
    record Job(String jobId, TrainingStatus status) {}

    /** What is seen of all sweeps at once. */
    record Summary(String id, Map<State, Long> jobs) {}

    /** @param board's jobs of the sweep, at least one */
    static SweepView of(String id, List<JobBoard.Job> board) {
        List<Job> runs = board.stream()
                .sorted(Comparator.comparing(JobBoard.Job::createdAt).thenComparing(JobBoard.Job::jobId))
                .map(job -> new Job(job.jobId(), job.status().withoutScores()))
                .toList();
        return new SweepView(id, byState(board), runs, report(board).map(SweepView::json));
    }

    static Summary summaryOf(String id, List<JobBoard.Job> board) {
        return new Summary(id, byState(board));
    }

    static String markdownOf(String id, List<JobBoard.Job> board) {
        String states = byState(board).entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return "## Sweep " + id + "\n\n" + board.size() + " jobs: " + states + ".\n\n"
                + report(board)
                        .map(report -> report.markdown(Optional.empty()))
                        .orElse("Nothing has been scored yet.\n");
    }

    private static Map<State, Long> byState(List<JobBoard.Job> board) {
        Map<State, Long> counts = new EnumMap<>(State.class);
        board.forEach(job -> counts.merge(job.status().state(), 1L, Long::sum));
        return counts;
    }

    private static Optional<Report> report(List<JobBoard.Job> board) {
        List<ScoreLine> scores =
                board.stream().flatMap(job -> job.status().scores().stream()).toList();
        if (scores.isEmpty()) {
            return Optional.empty();
        }
        int hiddenSize = board.stream()
                .filter(job -> job.request().filter(SweepView::isStandard).isPresent())
                .flatMap(job -> job.status().scores().stream())
                .map(ScoreLine::h)
                .findFirst()
                .orElse(USUAL_HIDDEN_SIZE);
        return Optional.of(Report.of(scores, hiddenSize));
    }

    private static boolean isStandard(TrainingRequest request) {
        return request.hyperparameters().h().isEmpty();
    }

    private static JsonNode json(Report report) {
        try {
            return Json.mapper().readTree(report.json());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report is JSON", e);
        }
    }
}
