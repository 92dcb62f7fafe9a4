package dev.prefork;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tests that run only with {@code -Psoak}, for half an hour and more; every other build reports them as skipped. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SoakRing.Condition.class)
public @interface SoakRing {
    /** Looks at the ring of this build. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Ring.isSoak()
                    ? ConditionEvaluationResult.enabled("-Psoak is given")
                    : ConditionEvaluationResult.disabled("only with -Psoak: it takes " + Ring.soak());
        }
    }
}
