package dev.slicer.kafka.access;

/** What a grantee has rights for. A service that a setting keeps from one of its tasks needs none of that task's. */
public enum Task {
    JOBS(Grantee.TRAINER, "takes in, runs and reports jobs"),
    SHARING(Grantee.TRAINER, "shares jobs with other trainers"),
    SERVING(Grantee.INFERENCE, "loads checkpoints and says which serves"),
    PROMOTED(Grantee.INFERENCE, "reads which is promoted"),
    DOCUMENTS(Grantee.INFERENCE, "tags documents"),
    TRIALS(Grantee.INFERENCE, "tags documents on trial"),
    SCORING(Grantee.EVALUATOR, "scores answers"),
    FOLLOWING(Grantee.EVALUATOR, "shows where checkpoints stand"),
    DECIDING(Grantee.EVALUATOR, "decides about checkpoints"),
    PROMOTION(Grantee.OPERATOR, "promotes and rolls back"),
    PUBLISHING(Grantee.PUBLISHER, "publishes labelled documents"),
    REPLAYING(Grantee.REPLAYER, "feeds dead letters back"),
    FORGETTING(Grantee.FORGETTER, "has documents forgotten"),
    REQUESTING(Grantee.REQUESTER, "asks for jobs and follows them"),
    SENDING(Grantee.SENDER, "sends documents"),
    READING(Grantee.READER, "reads answers"),
    PREPARING(Grantee.PREPARER, "makes the topics that are missing");

    private final Grantee grantee;
    private final String purpose;

    Task(Grantee grantee, String purpose) {
        this.grantee = grantee;
        this.purpose = purpose;
    }

    public Grantee grantee() {
        return grantee;
    }

    /** In words: what it does. */
    public String purpose() {
        return purpose;
    }
}
