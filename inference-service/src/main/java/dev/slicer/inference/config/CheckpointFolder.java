package dev.slicer.inference.config;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that has a model's configuration; what else belongs to a checkpoint is looked at when it is loaded. */
@Documented
@Target(ElementType.TYPE_USE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = CheckpointFolder.Validator.class)
@interface CheckpointFolder {
    String message() default "must be a folder with a config.json, got ${validatedValue}";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    class Validator implements ConstraintValidator<CheckpointFolder, Path> {
        @Override
        public boolean isValid(Path folder, ConstraintValidatorContext context) {
            return folder == null || Files.isRegularFile(folder.resolve("config.json"));
        }
    }
}
