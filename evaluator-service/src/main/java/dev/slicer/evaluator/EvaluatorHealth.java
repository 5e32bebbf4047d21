package dev.slicer.evaluator;

import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Whether the evaluator reads its topics, and has read again what they held when it started. */
final class EvaluatorHealth {
    private static final Duration SILENCE = Duration.ofMinutes(3);

    private EvaluatorHealth() {}

    /** Down once nothing but a restart helps. */
    @Liveness
    static final class Live implements HealthCheck {
        private final StreamEvaluation evaluation;

        Live(StreamEvaluation evaluation) {
            this.evaluation = evaluation;
        }

        @Override
        public HealthCheckResponse call() {
            return evaluation
                    .failure()
                    .map(failure -> HealthCheckResponse.named("evaluation")
                            .down()
                            .withData("failure", failure)
                            .build())
                    .orElseGet(() -> HealthCheckResponse.up("evaluation"));
        }
    }

    /** Up while the topics are read and the scores are whole. */
    @Readiness
    static final class Ready implements HealthCheck {
        private final StreamEvaluation evaluation;
        private final Clock clock;

        Ready(StreamEvaluation evaluation, Clock clock) {
            this.evaluation = evaluation;
            this.clock = clock;
        }

        @Override
        public HealthCheckResponse call() {
            Duration silence = Duration.between(evaluation.lastPoll(), clock.instant());
            return HealthCheckResponse.named("evaluation-topics")
                    .status(evaluation.rebuilt() && silence.compareTo(SILENCE) < 0)
                    .withData("scoresRebuilt", evaluation.rebuilt())
                    .withData("secondsSinceLastPoll", silence.toSeconds())
                    .build();
        }
    }
}
