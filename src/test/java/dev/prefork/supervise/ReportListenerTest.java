package dev.prefork.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

class ReportListenerTest {

    /** Abstract, so that a listener to all of them does not compile while it has no answer to one. */
    @Test
    void everyKindOfReportMustBeHandledByAListenerToAll() {
        assertThat(Report.class.getPermittedSubclasses()).isNotEmpty().allSatisfy(kind -> assertThat(
                        ReportListener.Every.class.getMethod("on", kind).getModifiers())
                .as(kind.getSimpleName())
                .matches(Modifier::isAbstract));
    }

    @Test
    void aSelectiveListenerHearsItsKindAlone() {
        StringBuilder heard = new StringBuilder();
        ReportListener.Selective listener = new ReportListener.Selective() {
            @Override
            public void on(Report.DrainBegan began) {
                heard.append(began.nanos());
            }
        };
        Report drain = new Report.DrainBegan(7);
        Report refused = new Report.ScaleRefused("no");
        listener.on(refused);
        listener.on(drain);

        assertThat(heard).hasToString("7");
    }
}
