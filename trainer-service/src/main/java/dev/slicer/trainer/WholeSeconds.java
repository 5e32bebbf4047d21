package dev.slicer.trainer;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;

/** A duration without a part of a second, within bounds. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = WholeSeconds.Validator.class)
@interface WholeSeconds {
    long min();

    long max();

    String message() default "must be whole seconds, {min} to {max}, got ${validatedValue}";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    final class Validator implements ConstraintValidator<WholeSeconds, Duration> {
        private long min;
        private long max;

        @Override
        public void initialize(WholeSeconds bounds) {
            min = bounds.min();
            max = bounds.max();
        }

        @Override
        public boolean isValid(Duration value, ConstraintValidatorContext context) {
            return value.getNano() == 0 && value.toSeconds() >= min && value.toSeconds() <= max;
        }
    }
}
