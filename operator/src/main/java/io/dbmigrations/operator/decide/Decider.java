package io.dbmigrations.operator.decide;

import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DeclaredMode;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.AttemptState;
import io.dbmigrations.operator.observe.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Decides what to do next: picks the rules for the state that the attempt is in, asks them in their
 * order, and takes the first answer. Total: a new state does not compile until it is decided on,
 * and the last rule of each list always answers.
 */
public final class Decider {

  /** Answers where it applies, and is silent where it does not. */
  private interface Rule {
    Optional<? extends Decision> apply(Observation observation, AttemptStatus attempt);
  }

  private final AtTarget atTarget;
  private final AfterFailure afterFailure;
  private final JobReader jobReader;

  /**
   * A decider.
   *
   * @param resyncInterval how often a settled resource's version table is read again where the
   *     resource does not say so
   */
  public Decider(Duration resyncInterval) {
    DriftInterval interval = new DriftInterval(resyncInterval);
    atTarget = new AtTarget(interval);
    afterFailure = new AfterFailure(interval);
    jobReader = new JobReader(interval);
  }

  /** What follows from the observation. */
  public Decision decide(Observation observation) {
    if (observation.deleting()) {
      return leaving(observation);
    }
    Optional<AttemptStatus> attempt = observation.attempt();
    Decision decision =
        attempt.isEmpty()
            ? Recognition.decide(observation)
            : bounded(
                first(rules(observation, attempt.get()), observation, attempt.get()),
                observation,
                attempt.get());
    Decision next = heldUp(observation, asDeclared(decision, observation));
    return next instanceof Decision.Report report ? told(observation, decision, report) : next;
  }

  /**
   * What is said of a decision that was not done: less where a Job would only have read.
   *
   * @param report what keeps it from being done
   */
  public Decision.Report told(Observation observation, Decision decision, Decision.Report report) {
    return jobReader.told(observation, decision, report);
  }

  // The garbage collector ends a migration only when the resource is gone, and somebody's finalizer
  // may keep that for ever: what was true when it was deleted is not said for as long.
  private static Decision leaving(Observation observation) {
    return observation
        .attempt()
        .filter(attempt -> attempt.outcome() == null && hasLiveJob(observation.attemptState()))
        .<Decision>map(Decision.DeleteJob::new)
        .orElseGet(() ->
            Decision.Report.of(
                Reason.DELETING,
                "It is being deleted: nobody looks any more at which revision its database is"));
  }

  private static boolean hasLiveJob(AttemptState state) {
    return switch (state) {
      case AttemptState.Missing _, AttemptState.Stopping _, AttemptState.Ended _ -> false;
      case AttemptState.NeedsUser _,
          AttemptState.Waiting _,
          AttemptState.Running _,
          AttemptState.Stopped _,
          AttemptState.Lost _ ->
          true;
    };
  }

  // In one place, whichever rule starts an attempt: none can forget it.
  private static Decision bounded(Decision decision, Observation observation, AttemptStatus last) {
    return decision instanceof Decision.StartAttempt start
        ? start.downFrom(Descent.after(last, observation))
        : decision;
  }

  private static Decision asDeclared(Decision decision, Observation observation) {
    return decision instanceof Decision.StartAttempt start
            && observation.spec().mode() == DeclaredMode.PLAN
        ? start.planning()
        : decision;
  }

  // Why each rule stands where it stands: an attempt under way is followed to its end before
  // anything new is thought of, because two must never be at work; what the resource asks for by
  // then is decided on when it has ended.
  private List<Rule> rules(Observation observation, AttemptStatus attempt) {
    return attempt.outcome() == null ? underWay(observation.attemptState()) : ended(attempt);
  }

  private List<Rule> underWay(AttemptState state) {
    return switch (state) {
      case AttemptState.Missing _ ->
          List.of(
              // An edit first: the Job that was asked for before it need not exist any more.
              Starting::replaceTheIntentByTheEdit,
              // A missing Job is no reason for another attempt: the cache may lag behind, and the
              // runner converges whatever has happened.
              Starting::ensureTheJob);
      case AttemptState.NeedsUser _ ->
          List.of(
              // Before anything else, as this container never starts.
              Starting::stopWhatNeedsAUser);
      case AttemptState.Waiting waiting ->
          List.of(
              // Before the edit: who suspends wants no other Job instead.
              (observation, attempt) -> Starting.stopWhatIsSuspended(observation, attempt),
              // Before its reason is told: that is one of a Job which nobody asks for any more.
              (observation, attempt) -> Starting.stopWhatIsEdited(observation, attempt),
              // Only what has no reason of its own: such a reason goes away and is noticed then.
              (observation, attempt) -> Starting.stopWhatIsLate(observation, attempt, waiting),
              (observation, attempt) -> Starting.tellTheReason(observation, attempt, waiting),
              (observation, attempt) -> Starting.tellTheWait(observation, attempt, waiting));
      case AttemptState.Running running ->
          List.of(
              // Only a backstop: the runner keeps timeouts.run by itself.
              (observation, attempt) -> Running.stopWhatIsLate(observation, attempt, running),
              // Neither an edit nor suspend ends what runs.
              (observation, attempt) -> Running.tell(observation, attempt, running));
      case AttemptState.Stopping stopping ->
          List.of((observation, attempt) -> Stopping.tellTheWait(observation, attempt, stopping));
      case AttemptState.Stopped stopped ->
          List.of(
              // Before a new attempt: while suspended there is none.
              (observation, attempt) -> Stopping.deleteWhatIsSuspended(observation, attempt),
              // Before the cause: an edit starts afresh, whatever became of the attempt before it.
              (observation, attempt) -> Stopping.startTheEdit(observation, attempt),
              (observation, attempt) -> Stopping.followTheCause(observation, attempt, stopped));
      case AttemptState.Lost lost ->
          List.of(
              (observation, attempt) -> jobReader.conclude(observation, attempt, Ending.lost(lost)),
              (observation, attempt) -> Ending.concludeLost(observation, attempt, lost));
      case AttemptState.Ended ended ->
          List.of(
              // Before its failure: what only read is judged as a reading is.
              (observation, attempt) -> jobReader.conclude(observation, attempt, ended),
              // Before any end: which rows there are only a reading tells where they are too many.
              (observation, attempt) -> Ending.readWhatHadNoRoom(observation, attempt, ended),
              (observation, attempt) -> Ending.concludeFailure(observation, attempt, ended),
              // The runner has verified its work; the rows are read from outside before Ready.
              (observation, attempt) -> Ending.readBeforeSuccess(observation, attempt, ended),
              (observation, attempt) -> Ending.concludeSuccess(observation, attempt, ended));
    };
  }

  private List<Rule> ended(AttemptStatus attempt) {
    return attempt.endedWith(Reason.AT_TARGET_REVISION)
        ? List.of(
            // Before any reading: what an edit asks for is asked for, wherever the database is.
            Settled::startTheEdit,
            // Before it is believed: what another image has reached this one has to confirm.
            TakingBack::verify,
            // Where Jobs read, the next one when its time has come.
            jobReader::readAgain,
            // Where nobody can read, the runner's word stands.
            atTarget::believeTheRunner,
            atTarget::read,
            // Before somebody else is blamed for it.
            Claimed::findOutWhoMovedIt,
            // What contradicts for certain before what only hides.
            atTarget::compare,
            atTarget::tellWhatIsMissing,
            atTarget::keepInSpiteOfASilence)
        : List.of(
            // Any edit may be the remedy, also that of a timeout or a policy.
            Settled::startAnyEdit,
            // What was approved meanwhile before what is said of it; not what is rejected all the
            // same.
            Approval::tellTheRejection,
            Approval::startTheApproved,
            // Before all that repeats a migration, sooner or never.
            jobReader::wait,
            jobReader::repeat,
            Claimed::readWhichDatabaseItIs,
            // No time ends it, only what becomes of the other resource.
            Claimed::waitForTheClaimant,
            afterFailure::goOnWhereRowsChanged,
            afterFailure::probeTheLogin,
            afterFailure::wait,
            AfterFailure::startAboveTheFence,
            afterFailure::startAgain,
            // After all that is tried again as it is.
            TakingBack::runTheRecordedImage,
            // Only what no time brings back.
            afterFailure::goOnWhereTheDatabaseIsInSight,
            afterFailure::tell);
  }

  private static Decision first(List<Rule> rules, Observation observation, AttemptStatus attempt) {
    return rules.stream()
        .map(rule -> rule.apply(observation, attempt))
        .<Decision>flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the last rule always answers"));
  }

  // What starts a Job does so neither while suspended nor beside a Pod that may still run:
  // exclusion is the database's, but what waits there for nothing is told nowhere. The Pod of a Job
  // that is not seen may be that Job's own, which only the API server can tell.
  private static Decision heldUp(Observation observation, Decision decision) {
    return switch (decision) {
      case Decision.StartAttempt _ ->
          observation.spec().suspend()
              ? Starting.suspended(observation)
              : observation.predecessors().isEmpty()
                  ? decision
                  : Starting.waitForPredecessor(observation.predecessors().getFirst());
      case Decision.EnsureJob _ ->
          observation.spec().suspend() ? Starting.suspended(observation) : decision;
      case Decision.StopJob _,
          Decision.DeleteJob _,
          Decision.ReadDatabase _,
          Decision.Recognize _,
          Decision.ConcludeFailure _,
          Decision.ConcludeSuccess _,
          Decision.Report _ ->
          decision;
    };
  }
}
