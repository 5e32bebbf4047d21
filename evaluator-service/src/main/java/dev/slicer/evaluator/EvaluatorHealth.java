package dev.slicer.evaluator;

import java.time.Clock;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Whether the evaluator reads its topics, and has read again what they held when it started. */
final class EvaluatorHealth {
    private EvaluatorHealth() {}

    @Liveness
    static final class Live implements HealthCheck {
        private final EvaluatorService evaluator;

        Live(EvaluatorService evaluator) {
            this.evaluator = evaluator;
        }

        @Override
        public HealthCheckResponse call() {
            return evaluator.readers().liveness("evaluation").build();
        }
    }

    /** The join's threads are replaced when they fail; where they can't start at all, a restart may help. */
    @Liveness
    static final class Joining implements HealthCheck {
        private final EvaluatorService evaluator;

        Joining(EvaluatorService evaluator) {
            this.evaluator = evaluator;
        }

        @Override
        public HealthCheckResponse call() {
            return evaluator.stream()
                    .failure()
                    .map(failure ->
                            HealthCheckResponse.named("evaluation-join").down().withData("failure", failure))
                    .orElseGet(
                            () -> HealthCheckResponse.named("evaluation-join").up())
                    .build();
        }
    }

    @Readiness
    static final class Ready implements HealthCheck {
        private final EvaluatorService evaluator;
        private final Clock clock;

        Ready(EvaluatorService evaluator, Clock clock) {
            this.evaluator = evaluator;
            this.clock = clock;
        }

        @Override
        public HealthCheckResponse call() {
            return evaluator
                    .readers()
                    .readiness(
                            "evaluation-topics",
                            evaluator.rebuilt() && evaluator.stream().isRunning(),
                            evaluator.problem(),
                            clock.instant())
                    .build();
        }
    }
}
