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
        private final StreamEvaluation evaluation;

        Live(StreamEvaluation evaluation) {
            this.evaluation = evaluation;
        }

        @Override
        public HealthCheckResponse call() {
            return evaluation.readers().liveness("evaluation").build();
        }
    }

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
            return evaluation
                    .readers()
                    .readiness("evaluation-topics", evaluation.rebuilt(), clock.instant())
                    .build();
        }
    }
}
