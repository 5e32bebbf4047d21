package dev.slicer.evaluator;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;

/**
 * Labelled documents are kept for as long as answers are waited for and trials take, and no longer than their scores, which
 * would be missing from reports else.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = KeepGoldInBounds.Validator.class)
@interface KeepGoldInBounds {
    String message() default "";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    class Validator implements ConstraintValidator<KeepGoldInBounds, EvaluatorSettings> {
        @Override
        public boolean isValid(EvaluatorSettings settings, ConstraintValidatorContext context) {
            context.disableDefaultConstraintViolation();
            Duration kept = settings.keepGold();
            Duration limit = settings.promotion().limit();
            return require(
                            kept.compareTo(settings.waitForAnswer()) >= 0,
                            "must be at least slicer.evaluator.wait-for-answer, " + settings.waitForAnswer(),
                            kept,
                            context)
                    & require(
                            !settings.promotion().enabled() || kept.compareTo(limit) > 0,
                            "must be more than slicer.evaluator.promotion.limit, " + limit,
                            kept,
                            context);
        }

        private static boolean require(boolean holds, String bound, Duration kept, ConstraintValidatorContext context) {
            if (!holds) {
                // The prefix of all settings stands in front of it.
                context.buildConstraintViolationWithTemplate(
                                "contradicts itself: slicer.evaluator.keep-gold " + bound + ", got " + kept)
                        .addConstraintViolation();
            }
            return holds;
        }
    }
}
