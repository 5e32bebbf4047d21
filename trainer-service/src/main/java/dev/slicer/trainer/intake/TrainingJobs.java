package dev.slicer.trainer.intake;

import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.jobs.JobState;
import dev.slicer.kafka.reading.WholeReader;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.board.StatusReport;
import dev.slicer.trainer.topics.TrainingTopics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Submits and cancels jobs, which any of the trainers may run. */
public final class TrainingJobs {
    public enum Submission {
        ACCEPTED,
        /** The same request came before. */
        KNOWN,
        /** Another request has the job id. */
        TAKEN
    }

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final JobBoard board;
    private final TrainingTopics topics;
    private final WholeReader reading;
    private final BiFunction<String, Optional<String>, Optional<Boolean>> cancelHere;
    private final Clock clock;

    /**
     * @param reading that fills the board
     * @param cancelHere cancels a job that this trainer runs, for whom: empty where it does not, false where it is too late
     */
    public TrainingJobs(
            JobBoard board,
            TrainingTopics topics,
            WholeReader reading,
            BiFunction<String, Optional<String>, Optional<Boolean>> cancelHere,
            Clock clock) {
        this.board = board;
        this.topics = topics;
        this.reading = reading;
        this.cancelHere = cancelHere;
        this.clock = clock;
    }

    public JobBoard board() {
        return board;
    }

    /**
     * @throws InvalidEventException where the request names what is no corpus or base model
     * @throws KafkaException where the topics cannot be read or written
     */
    public Submission submit(TrainingRequest request) {
        return submit(List.of(request)).get(request);
    }

    /**
     * Accepts all of the requests or, where one has a job id that is taken, none.
     *
     * @throws InvalidEventException where one is too large, or names what is no corpus or base model
     * @throws KafkaException where the topics cannot be read or written; submitting again then is the same jobs
     */
    public Map<TrainingRequest, Submission> submit(List<TrainingRequest> requests) {
        requests.forEach(RequestedNames::check);
        requests.forEach(request -> topics.requireSmall(EventJson.write(request)));
        reading.awaitCaughtUp(LIMIT);
        Map<TrainingRequest, Submission> submissions = new LinkedHashMap<>();
        requests.forEach(request -> submissions.put(request, submission(request)));
        if (!submissions.containsValue(Submission.TAKEN)) {
            Map<TopicPartition, Long> ends = new HashMap<>();
            submissions.forEach((request, submission) -> {
                if (submission == Submission.ACCEPTED) {
                    ends.putAll(topics.request(request));
                }
            });
            reading.awaitHandled(ends, LIMIT);
        }
        return submissions;
    }

    private Submission submission(TrainingRequest request) {
        return board.find(request.jobId())
                .flatMap(JobBoard.Job::request)
                .map(known -> known.asksForTheSameAs(request) ? Submission.KNOWN : Submission.TAKEN)
                .orElse(Submission.ACCEPTED);
    }

    /**
     * @param by who wants it
     * @return false where the job is publishing its checkpoint, so that it is too late
     * @throws KafkaException where the topic cannot be written
     */
    public boolean cancel(String jobId, String by) {
        Optional<Boolean> here = cancelHere.apply(jobId, Optional.of(by));
        if (here.isEmpty()) {
            // The trainer that runs the job, or comes to it later, reads this.
            TrainingStatus cancelled = StatusReport.of(JobState.queued(jobId).cancel(Optional.of(by)));
            topics.report(cancelled);
            board.reported(cancelled, clock.instant());
        }
        return here.orElse(true);
    }
}
