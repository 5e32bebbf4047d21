package dev.slicer.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a caller of a service may do. None of them holds another one. */
public enum Role {
    /** Have texts tagged, and see what the model expects. */
    TAG(Name.TAG),
    /** See jobs, checkpoints, scores and what goes on. */
    READ(Name.READ),
    /** Ask for fine-tuning runs, and cancel them. */
    TRAIN(Name.TRAIN),
    /** Decide which model serves. */
    OPERATE(Name.OPERATE);

    /** Names of the roles, as annotations need them. */
    public static final class Name {
        public static final String TAG = "tag";
        public static final String READ = "read";
        public static final String TRAIN = "train";
        public static final String OPERATE = "operate";

        private Name() {}
    }

    private final String id;

    Role(String id) {
        this.id = id;
    }

    /** As key files, tokens and documents write it. */
    @JsonValue
    public String id() {
        return id;
    }

    /** Empty for what is no role. */
    public static Optional<Role> find(String id) {
        return Arrays.stream(values()).filter(role -> role.id.equals(id)).findFirst();
    }

    /** @throws IllegalArgumentException naming all that there are */
    @JsonCreator
    public static Role of(String id) {
        return find(id).orElseThrow(() -> new IllegalArgumentException("\"" + id + "\" is no role; there are "
                + Arrays.stream(values()).map(Role::id).collect(Collectors.joining(", "))));
    }
}
