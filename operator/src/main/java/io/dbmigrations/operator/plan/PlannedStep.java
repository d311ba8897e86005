package io.dbmigrations.operator.plan;

import io.dbmigrations.api.v1alpha1.PlanStep;

/**
 * A step of a plan.
 *
 * @param sql its statements, each with its semicolon
 */
public record PlannedStep(PlanStep step, String sql) {}
