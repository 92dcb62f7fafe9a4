package dev.prefork;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Tests that run only with {@code -Pfull}; every other build reports them as skipped, with the reason. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(FullRing.Condition.class)
public @interface FullRing {
    /** Why they are left out elsewhere, such as "it runs Maven". */
    String value();

    /** Looks at the ring of this build. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (Ring.isFull()) {
                return ConditionEvaluationResult.enabled("-Pfull is given");
            }
            String reason = AnnotationSupport.findAnnotation(context.getElement(), FullRing.class)
                    .map(FullRing::value)
                    .orElse("");
            return ConditionEvaluationResult.disabled("only with -Pfull: " + reason);
        }
    }
}
